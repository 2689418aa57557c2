import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { positionAt, textOf } from '../../src/core/text/source.js';
import type { XmlElement } from '../../src/interop/xml/element.js';
import { type XmlLimits, xmlLimits } from '../../src/interop/xml/limits.js';
import { readXml, type XmlOptions } from '../../src/interop/xml/read.js';

function read(text: string, options?: XmlOptions) {
  return readXml({ uri: 'memory:/input.xml', text }, options);
}

/** The refusal of a text as `line:column message`. */
function refusal(text: string, options?: XmlOptions): string {
  const { roots, diagnostics } = read(text, options);
  expect(roots).toEqual([]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['IOVT401']);
  const [{ at, message }] = diagnostics as [(typeof diagnostics)[number]];
  const { line, character } = positionAt(at.file, at.start);
  return `${line + 1}:${character + 1} ${messageText(message)}`;
}

const small = (limits: Partial<XmlLimits>): XmlOptions => ({ limits: { ...xmlLimits, ...limits } });

function only(text: string, options?: XmlOptions): XmlElement {
  const { roots, diagnostics } = read(text, options);
  expect(diagnostics.map(({ message }) => messageText(message))).toEqual([]);
  expect(roots).toHaveLength(1);
  return roots[0] as XmlElement;
}

describe('reads', () => {
  test('elements, attributes in either quote, text, entities, CDATA', () => {
    const root = only(`<a x='1' y="&lt;2&#x41;&amp;"> one <b/><![CDATA[<two>]]></a>`);
    expect([root.attr('x'), root.attr('y'), root.content()]).toEqual(['1', '<2A&', 'one <two>']);
    expect(root.children('b')).toHaveLength(1);
  });

  test('prefixes as written, declared or not', () => {
    const root = only('<domain xmlns:q="urn:q"><q:arg value="1"/><ns0:qos/><q:arg value="2"/></domain>');
    expect(root.childrenNamed('arg').map((arg) => arg.attr('value'))).toEqual(['1', '2']);
    expect(root.childNamed('qos')?.name).toBe('ns0:qos');
  });

  test('several documents behind each other, with declarations and comments around them', () => {
    const { roots } = read(
      '\uFEFF<?xml version="1.0"?><!-- first --><a/>\n<!-- second --><?xml version="1.0"?>\n<b><c/></b> <!-- end -->\n',
    );
    expect(roots.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('places: the start tag of an element, the whole of an attribute', () => {
    const text = '<?xml version="1.0"?>\r\n<a>\r\n  <bee é="x"\r\n   name = "b &gt; c" id=\'7\'/>\r\n</a>\r\n<a/>';
    const { roots } = read(text);
    const bee = roots[0]?.child('bee') as XmlElement;
    expect(textOf(bee.at)).toBe('<bee é="x"\r\n   name = "b &gt; c" id=\'7\'/>');
    expect(textOf(bee.attributeAt('name'))).toBe('name = "b &gt; c"');
    expect(textOf(bee.attributeAt('id'))).toBe("id='7'");
    expect(positionAt(bee.file, bee.start)).toEqual({ line: 2, character: 2 });
    expect(textOf((roots[1] as XmlElement).at)).toBe('<a/>');
  });

  test('places across the chunks in which the text is fed, astral characters and line ends included', () => {
    const text = `<r>${Array.from({ length: 9000 }, (_, i) => `<e n="${i}">\u{1F600}\r\n</e>`).join('')}</r>`;
    const wrong = only(text)
      .children('e')
      .filter((element, i) => textOf(element.at) !== `<e n="${i}">`);
    expect(wrong).toEqual([]);
  });

  test('the path of an element', () => {
    const root = only('<domain><devices><disk/><disk><driver/></disk></devices></domain>');
    expect(root.child('devices')?.children('disk')[1]?.child('driver')?.path).toBe('/domain/devices/disk[2]/driver');
  });
});

describe('refuses', () => {
  test.each([
    ['nothing', '', '1:1 The input is empty.'],
    ['white space', ' \n\t', '1:1 The input is empty.'],
    ['text', 'hello', '1:1 The input is not XML: XML begins with "<".'],
    ['JSON', '{"iovt": "1"}', '1:1 The input is not XML: XML begins with "<".'],
    ['binary', '<a>\0\u0001</a>', '1:4 The input is not text: there is a NUL byte here.'],
    ['an end that is missing', '<a>\n <b>\n', '2:2 Not well-formed XML: unclosed tag: b.'],
    ['tags that cross', '<a><b></a></b>', '1:10 Not well-formed XML: unexpected close tag.'],
    ['a tag cut short', '<a><b x="1', '1:1 Not well-formed XML: unclosed tag: a.'],
    ['an attribute twice', '<a x="1" x="2"/>', '1:16 Not well-formed XML: duplicate attribute: x.'],
    ['an attribute without quotes', '<a x=1/>', '1:6 Not well-formed XML: unquoted attribute value.'],
    ['an entity nobody declared', '<a>&boom;</a>', '1:9 Not well-formed XML: undefined entity.'],
    ['text behind the document', '<a/> garbage', '1:6 Not well-formed XML: text data outside of root node.'],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  const doctype = /declares a document type/;
  test.each([
    ['a document type', '<!DOCTYPE a SYSTEM "a.dtd"><a/>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    [
      'a billion laughs',
      `<!DOCTYPE l [<!ENTITY a "ha">${'bcdefghij'.replace(/./g, (c, i) => `<!ENTITY ${c} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)}]><l>&j;</l>`,
    ],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://localhost/x.dtd"> %p;]><a/>'],
  ])('%s', (_, text) => {
    expect(refusal(text)).toMatch(doctype);
  });

  test('a document type that is let through by name, as soon as it declares anything', () => {
    const options = { doctypes: /^topology\s+SYSTEM\s+"hwloc2?\.dtd"$/ };
    expect(only('<!DOCTYPE topology SYSTEM "hwloc2.dtd"><topology/>', options).name).toBe('topology');
    expect(refusal('<!DOCTYPE topology SYSTEM "hwloc2.dtd" [<!ENTITY a "b">]><topology/>', options)).toMatch(doctype);
    expect(refusal('<!DOCTYPE topology SYSTEM "file:///etc/passwd"><topology/>', options)).toMatch(doctype);
    expect(refusal('<!DOCTYPE topology PUBLIC "x" "hwloc.dtd"><topology/>', options)).toMatch(doctype);
  });

  test('deep nesting', () => {
    expect(refusal('<a>'.repeat(100_000))).toBe(
      `1:${200 * 3 + 1} Elements are nested more than 200 levels deep. No description of a machine is.`,
    );
  });

  test('too many elements, over all documents of a text', () => {
    expect(refusal(`<r>${'<e/>'.repeat(50)}</r><r>${'<e/>'.repeat(50)}</r>`, small({ elements: 100 }))).toMatch(/more than 100 elements/);
  });

  test('too many attributes', () => {
    expect(refusal(`<a ${Array.from({ length: 30 }, (_, i) => `a${i}=""`).join(' ')}/>`, small({ attributesPerElement: 20 }))).toMatch(
      /more than 20 attributes/,
    );
  });

  test('too many attributes over all elements', () => {
    expect(refusal(`<r>${'<e a="" b=""/>'.repeat(60)}</r>`, small({ attributes: 100 }))).toMatch(/more than 100 attributes/);
  });

  test.each([
    ['attribute', (long: string) => `<a x="${long}"/>`],
    ['attribute that never ends', (long: string) => `<a x="${long}`],
    ['name', (long: string) => `<${long}/>`],
    ['text', (long: string) => `<a>${long}</a>`],
    ['comment', (long: string) => `<a><!--${long}--></a>`],
    ['CDATA section', (long: string) => `<a><![CDATA[${long}]]></a>`],
    ['processing instruction', (long: string) => `<?x ${long}?><a/>`],
    ['document type', (long: string) => `<!DOCTYPE ${long}><a/>`],
    ['space between attributes', (long: string) => `<a ${long.replace(/x/g, ' ')}/>`],
  ])('a long %s', (_, make) => {
    expect(refusal(make('x'.repeat(2_000_000)))).toMatch(/longer than 1048576 characters/);
  });

  test('a text that is too long as a whole, before reading any of it', () => {
    expect(refusal(`<a>${'x'.repeat(200)}</a>`, small({ length: 100 }))).toMatch(/larger than 0 MB/);
  });
});
