import { describe, expect, test } from 'vitest';
import { positionAt, type Range, textOf } from '../../src/core/text/source.js';
import { definition } from '../../src/language/definition.js';
import { documentOf } from '../../src/language/document.js';
import { documentLinks } from '../../src/language/links.js';
import { mentionsOf } from '../../src/language/mentions.js';
import { highlights, references } from '../../src/language/references.js';
import { at, marked, sample } from '../support/marked.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';

/** A range as `line:character text`, lines from 1. */
function shown(uri: string, range: Range, files: Readonly<Record<string, string>>): string {
  const text = files[uri.replace('memory:/', '')]?.split('\n')[range.start.line] ?? '';
  return `${uri.replace('memory:/', '')}:${range.start.line + 1} ${text.slice(range.start.character, range.end.character)}`;
}

async function definitionOf(text: string, before = 1): Promise<string[]> {
  const document = await at(text, before);
  return definition(document, document.offset).map(({ targetUri, targetSelectionRange }) =>
    targetUri.startsWith('memory:') ? shown(targetUri, targetSelectionRange, { 'main.iovt': sample }) : targetUri,
  );
}

describe('definition', () => {
  test.each([
    ['a switch', '"br-int", "vlan"', 2, ['main.iovt:17 "br-int"']],
    ['the first step of a path', '"ssd0/ns1"', 2, ['main.iovt:15 "ssd0"']],
    ['the last step of a path', '"ssd0/ns1"', 7, ['main.iovt:15 "ns1"']],
    ['a guest behind its index', '"web[*]/eth0"', 3, ['main.iovt:20 "web"']],
    ['a template', '"fast-nic", "connect"', 3, ['main.iovt:4 "fast-nic"']],
    ['a tenant', '"blue", "vcpus"', 3, ['main.iovt:3 "blue"']],
    ['a workload', '"web-io", "max"', 3, ['main.iovt:34 "web-io"']],
    ['a path of a scenario', '"h1/web/eth0.technique"', 5, ['main.iovt:20 "web"']],
    ['a reference that a scenario puts in', '"nic0/p1" } } }', 3, ['main.iovt:14 "nic0"']],
    ['a profile of the catalogue', '"nvidia-connectx6dx', 3, ['iovt-catalog:/profiles/nvidia-connectx6dx-2x100g.iovt']],
    ['a port that a profile declares', '"nic0/p0"], "cpus"', 7, ['iovt-catalog:/profiles/nvidia-connectx6dx-2x100g.iovt']],
    ['nothing', '"vlan": 100', 3, []],
  ])('of %s', async (_, text, before, expected) => {
    expect(await definitionOf(text, before)).toEqual(expected);
  });

  test('leads into included files', async () => {
    const files = {
      'main.iovt':
        '{ "iovt": "1", "include": ["host.iovt"], "hosts": { "h1": { "guests": { "a": { "devices": { "eth0": { "technique": "veth", "connect": "b|r0" } } } } } } }',
      'host.iovt': '{ "iovt": "1", "hosts": { "h1": { "switches": { "br0": { "kind": "linux-bridge" } } } } }',
    };
    const document = await marked(files);
    const [link] = definition(document, document.offset);
    expect(shown(link?.targetUri ?? '', link?.targetSelectionRange as Range, files)).toBe('host.iovt:1 "br0"');
  });
});

async function referencesOf(text: string, before = 2, withDeclaration = true): Promise<string[]> {
  const document = await at(text, before);
  return references(document, document.offset, withDeclaration)
    .map(({ uri, range }) => shown(uri, range, { 'main.iovt': sample }))
    .sort();
}

describe('references', () => {
  test('from the declaration or from any of them', async () => {
    const expected = ['main.iovt:17 br-int', 'main.iovt:23 br-int'];
    expect(await referencesOf('"br-int": {')).toEqual(expected);
    expect(await referencesOf('"br-int", "vlan"')).toEqual(expected);
    expect(await referencesOf('"br-int": {', 2, false)).toEqual(['main.iovt:23 br-int']);
  });

  test('inside longer paths, scenarios included', async () => {
    expect(await referencesOf('"web": {')).toEqual([
      'main.iovt:20 web',
      'main.iovt:33 web',
      'main.iovt:34 web',
      'main.iovt:37 web',
      'main.iovt:37 web',
    ]);
    expect(await referencesOf('"nic0": {')).toEqual([
      'main.iovt:14 nic0',
      'main.iovt:17 nic0',
      'main.iovt:27 nic0',
      'main.iovt:31 nic0',
      'main.iovt:31 nic0',
      'main.iovt:37 nic0',
    ]);
  });

  test('of templates, suppressions, queue affinities, NUMA distances and ports of functions', async () => {
    const text = `{ "iovt": "1",
  "templates": { "a": { "technique": "veth" }, "b": { "extends": "a" } },
  "suppress": [{ "rule": "reference-dangling", "at": "h1/web[*]/eth0", "reason": "x" }],
  "hosts": { "h1": {
    "numa": { "n0": { "distances": { "n1": 21 } }, "n1": {} },
    "devices": { "nic0": { "kind": "nic", "ports": { "p0": {} }, "functions": { "f0": { "port": "p0" } } } },
    "switches": { "br0": { "kind": "ovs-dpdk", "rxqAffinity": { "nic0/p0:0": 2 } } },
    "guests": { "web": { "devices": { "eth0": { "extends": "b" } } } }
  } } }`;
    const document = await marked(`${text}|`);
    const count = (id: string) => mentionsOf(document.analysis).all.filter((mention) => textOf(mention.at) === id).length;
    expect({
      a: count('a'),
      b: count('b'),
      n1: count('n1'),
      p0: count('p0'),
      nic0: count('nic0'),
      web: count('web'),
      h1: count('h1'),
    }).toEqual({
      a: 2,
      b: 2,
      n1: 2,
      p0: 3,
      nic0: 2,
      web: 2,
      h1: 2,
    });
  });

  test('highlights tell the declaration from the rest', async () => {
    const document = await at('"br-int", "vlan"', 2);
    expect(highlights(document, document.offset).map(({ kind }) => kind)).toEqual([3, 2]);
  });
});

test('a text of a design is where its mentions say', async () => {
  const document = await at('"web": {', 1);
  const all = mentionsOf(document.analysis).in(document.file);
  expect(all.length).toBeGreaterThan(40);
  for (const { entity, at: place } of all) expect(textOf(place)).toBe(entity.id);
});

test('includes are links', async () => {
  const document = await marked('{ "iovt": "1", "include": ["a.iovt", "../../x.iovt"] }|');
  const links = documentLinks(document, new MemoryWorkspace());
  expect(links.map(({ target }) => target)).toEqual(['memory:/a.iovt']);
  expect(links[0]?.range.start).toEqual(positionAt(document.file, document.file.text.indexOf('a.iovt')));
  expect(documentLinks(documentOf(document.analysis), { resolve: () => undefined })).toEqual([]);
});
