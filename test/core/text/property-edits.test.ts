import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, editsOf } from '../../../src/core/text/edits.js';
import { parse } from '../../../src/core/text/parse.js';
import { child, type Json, type ObjectNode } from '../../../src/core/text/tree.js';

/** Sets or removes a property below the root, or below the object that a path names. */
function edited(text: string, keys: readonly string[], value: Json | undefined, inside: readonly string[] = []): string {
  const file = { uri: 'memory:/a.iovt', text };
  const { root } = parse(file);
  const within = child(root, ...inside) as ObjectNode;
  return applyEdits(
    text,
    editsOf({ kind: 'set', within, keys, value }, () => root),
  );
}

function rewritten(text: string, values: Record<string, Json | undefined>, inside: readonly string[] = []): string {
  const file = { uri: 'memory:/a.iovt', text };
  const { root } = parse(file);
  const within = child(root, ...inside) as ObjectNode;
  return applyEdits(
    text,
    editsOf({ kind: 'rewrite', within, values }, () => root),
  );
}

test.each([
  ['the last of a line', '{ "a": 1, "b": 2 }', ['b'], '{ "a": 1 }'],
  ['the first of a line', '{ "a": 1, "b": 2 }', ['a'], '{ "b": 2 }'],
  ['the only one', '{ "a": 1 }', ['a'], '{}'],
  ['a line of its own', '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', ['b'], '{\n  "a": 1,\n  "c": 3\n}'],
  ['the last line', '{\n  "a": 1,\n  "b": 2\n}', ['b'], '{\n  "a": 1\n}'],
  ['the last line, where all end with commas', '{\n  "a": 1,\n  "b": 2,\n}', ['b'], '{\n  "a": 1,\n}'],
  ['what is not there', '{ "a": 1 }', ['b'], '{ "a": 1 }'],
  ['one below', '{ "a": { "x": 1, "y": 2 } }', ['a', 'x'], '{ "a": { "y": 2 } }'],
  ['one below that is not there', '{ "a": 1 }', ['a', 'x'], '{ "a": 1 }'],
  ['CRLF', '{\r\n  "a": 1,\r\n  "b": 2\r\n}', ['b'], '{\r\n  "a": 1\r\n}'],
])('removes %s', (_, text, keys, expected) => {
  expect(edited(text, keys, undefined)).toBe(expected);
});

test('comments next to a removed property stay', () => {
  const text = '{\n  // of a\n  "a": 1, // behind a\n  // of b\n  "b": 2, // behind b\n  "c": 3 // behind c\n}';
  expect(edited(text, ['b'], undefined)).toBe('{\n  // of a\n  "a": 1, // behind a\n  // of b\n  // behind b\n  "c": 3 // behind c\n}');
  expect(edited(text, ['c'], undefined)).toBe('{\n  // of a\n  "a": 1, // behind a\n  // of b\n  "b": 2 // behind b\n  // behind c\n}');
});

test.each([
  ['behind the last of a line', '{ "a": 1 }', '{ "a": 1, "z": 9 }'],
  ['into nothing', '{}', '{ "z": 9 }'],
  ['into nothing over two lines', '{\n}', '{\n  "z": 9\n}'],
  ['on a line of its own', '{\n  "a": 1\n}', '{\n  "a": 1,\n  "z": 9\n}'],
  ['where all end with commas', '{\n  "a": 1,\n}', '{\n  "a": 1,\n  "z": 9,\n}'],
  ['behind a comment of the last', '{\n  "a": 1 // one\n}', '{\n  "a": 1, // one\n  "z": 9\n}'],
  ['with tabs', '{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"z": 9\n}'],
])('adds %s', (_, text, expected) => {
  expect(edited(text, ['z'], 9)).toBe(expected);
});

test('makes objects on the way', () => {
  expect(edited('{ "a": 1 }', ['iommu', 'state'], 'on')).toBe('{ "a": 1, "iommu": { "state": "on" } }');
});

test('replaces only the value', () => {
  expect(edited('{ "a" : 1 /* one */, "b": 2 }', ['a'], 5)).toBe('{ "a" : 5 /* one */, "b": 2 }');
});

test('rewrites several properties at once, as one edit of what differs', () => {
  const text = '{\n  "eth0": {\n    "technique": "sriov-vf", // fast\n    "from": "nic0",\n    "vlan": 5\n  }\n}';
  expect(rewritten(text, { technique: 'virtio-net', from: undefined, connect: 'br0' }, ['eth0'])).toBe(
    '{\n  "eth0": {\n    "technique": "virtio-net", // fast\n    "vlan": 5,\n    "connect": "br0"\n  }\n}',
  );
});

test('what is left of an object that changed meanwhile is not touched', () => {
  const old = parse({ uri: 'memory:/a.iovt', text: '{ "a": {} }' });
  const now = parse({ uri: 'memory:/a.iovt', text: '{ "b": {} }' });
  const within = child(old.root, 'a') as ObjectNode;
  expect(editsOf({ kind: 'set', within, keys: ['x'], value: 1 }, () => now.root)).toEqual([]);
});

/** Objects as people write them: any layout, comments anywhere, trailing commas. */
const gap = fc.constantFrom(' ', '', '\n  ', '\n', ' /* c */ ', '\n  // c\n  ', ' // c\n');
const name = fc.constantFrom('a', 'b', 'c', 'd');
const scalar = fc.constantFrom('1', '"x, }"', 'true', '[1, 2]', '{ "n": 1 }', '"// no comment"');
const object = fc
  .record({
    props: fc.uniqueArray(fc.record({ key: name, value: scalar, gaps: fc.tuple(gap, gap, gap, gap) }), {
      selector: (p) => p.key,
      maxLength: 4,
    }),
    trailing: fc.boolean(),
    end: gap,
  })
  .map(({ props, trailing, end }) => {
    const inside = props.map(
      ({ key, value, gaps }, i) =>
        `${gaps[0]}"${key}"${gaps[1]}:${gaps[2]}${value}${gaps[3]}${i < props.length - 1 || (trailing && props.length > 0) ? ',' : ''}`,
    );
    return `{${inside.join('')}${end}}`;
  });

function comments(text: string): number {
  return text.replace(/"[^"]*"/g, '""').split(/\/\/ c|\/\* c/).length - 1;
}

test('whatever the layout: the value is right, no comment is lost, the text stays valid', () => {
  fc.assert(
    fc.property(object, name, fc.option(fc.constantFrom<Json>(7, 'y', { m: 1 }), { nil: undefined }), (text, key, value) => {
      const before = parse({ uri: 'memory:/a.iovt', text });
      const after = parse({ uri: 'memory:/a.iovt', text: edited(text, [key], value) });
      const expected: Record<string, Json> = { ...(before.root?.value as Record<string, Json>) };
      if (value === undefined) delete expected[key];
      else expected[key] = value;
      expect(after.diagnostics).toEqual([]);
      expect({ ...(after.root?.value as object) }).toEqual(expected);
      // Comments between a key and its value go with them.
      const prop = before.root?.type === 'object' ? before.root.properties.find((p) => p.key === key) : undefined;
      const own = prop === undefined ? 0 : comments(text.slice(prop.keyStart, prop.value?.end ?? prop.keyEnd));
      expect(comments(after.file.text)).toBeGreaterThanOrEqual(comments(text) - (value === undefined ? own : 0));
    }),
    { numRuns: 3000, seed: 20_251_122 },
  );
});
