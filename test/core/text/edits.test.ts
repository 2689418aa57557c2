import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits, editsOf } from '../../../src/core/text/edits.js';
import { parse } from '../../../src/core/text/parse.js';
import { type ArrayNode, child, type Json, type ObjectNode } from '../../../src/core/text/tree.js';
import { designText } from '../../support/arbitrary-text.js';

function set(text: string, path: readonly string[], keys: readonly string[], value: Json | undefined): string {
  const { root } = parse({ uri: 'memory:/x', text });
  const within = child(root, ...path) as ObjectNode;
  return applyEdits(
    text,
    editsOf({ kind: 'set', within, keys, value }, () => root),
  );
}

describe('set', () => {
  test.each([
    ['into an empty object', '{}', ['a'], 1, '{ "a": 1 }'],
    ['into an empty object over lines', '{\n}', ['a'], 1, '{\n  "a": 1\n}'],
    ['beside others on the line', '{ "a": 1 }', ['b'], 2, '{ "a": 1, "b": 2 }'],
    ['behind a trailing comma', '{ "a": 1, }', ['b'], 2, '{ "a": 1, "b": 2, }'],
    ['on a line of its own', '{\n  "a": 1\n}', ['b'], 2, '{\n  "a": 1,\n  "b": 2\n}'],
    ['on a line of its own behind a trailing comma', '{\n  "a": 1,\n}', ['b'], 2, '{\n  "a": 1,\n  "b": 2,\n}'],
    ['behind a comment', '{\n  "a": 1 // one\n}', ['b'], 2, '{\n  "a": 1, // one\n  "b": 2\n}'],
    ['behind a comma and a comment', '{\n  "a": 1, // one\n}', ['b'], 2, '{\n  "a": 1, // one\n  "b": 2,\n}'],
    ['with tabs and CRLF', '{\r\n\t"a": 1\r\n}', ['b'], 2, '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}'],
    ['in place of a value', '{ "a": 1 /* one */, "b": 2 }', ['a'], 'x', '{ "a": "x" /* one */, "b": 2 }'],
    ['where a value is missing', '{ "a" }', ['a'], 1, '{ "a": 1 }'],
    ['below an object that is there', '{ "a": { "b": 1 } }', ['a', 'c'], 2, '{ "a": { "b": 1, "c": 2 } }'],
    ['below objects that are not', '{ "x": 1 }', ['a', 'b', 'c'], 2, '{ "x": 1, "a": { "b": { "c": 2 } } }'],
    ['in place of something that is no object', '{ "a": true }', ['a', 'b'], 2, '{ "a": { "b": 2 } }'],
    ['a comment in an empty object stays', '{ /* none */ }', ['a'], 1, '{ /* none */ \n  "a": 1\n}'],
  ])('%s', (_, text, keys, value, expected) => {
    expect(set(text, [], keys, value)).toBe(expected);
  });

  test('one line of a compact design stays the one it is', () => {
    const text = '{\n  "hosts": { "h1": {\n      "guests": { "web": { "count": 3 }, "b": {} } // two\n  } }\n}\n';
    expect(set(text, ['hosts', 'h1', 'guests', 'web'], ['vcpus'], 4)).toBe(text.replace('"count": 3', '"count": 3, "vcpus": 4'));
    expect(set(text, ['hosts', 'h1', 'guests', 'b'], ['memory'], { size: '1 GiB' })).toBe(
      text.replace('"b": {}', '"b": { "memory": { "size": "1 GiB" } }'),
    );
  });
});

describe('remove', () => {
  test.each([
    ['the only one', '{ "a": 1 }', 'a', '{}'],
    ['the first on a line', '{ "a": 1, "b": 2 }', 'a', '{ "b": 2 }'],
    ['one between others', '{ "a": 1, "b": 2, "c": 3 }', 'b', '{ "a": 1, "c": 3 }'],
    ['the last on a line', '{ "a": 1, "b": 2 }', 'b', '{ "a": 1 }'],
    ['the last before a trailing comma', '{ "a": 1, "b": 2, }', 'b', '{ "a": 1,  }'],
    ['a line', '{\n  "a": 1, // one\n  "b": 2\n}', 'a', '{\n  "b": 2\n}'],
    ['the last line', '{\n  "a": 1, // one\n  "b": 2 // two\n}', 'b', '{\n  "a": 1 // one\n}'],
    ['nothing', '{ "a": 1 }', 'z', '{ "a": 1 }'],
  ])('%s', (_, text, key, expected) => {
    expect(set(text, [], [key], undefined)).toBe(expected);
  });
});

test('append writes an entry in the manner of the others', () => {
  const append = (text: string) => {
    const { root } = parse({ uri: 'memory:/x', text });
    return applyEdits(
      text,
      editsOf({ kind: 'append', to: child(root, 'l') as ArrayNode, value: { x: 1 } }, () => root),
    );
  };
  expect(append('{ "l": [] }')).toBe('{ "l": [ { "x": 1 } ] }');
  expect(append('{ "l": [{ "x": 0 }] }')).toBe('{ "l": [{ "x": 0 }, { "x": 1 }] }');
  expect(append('{ "l": [\n    { "x": 0 } // zero\n  ] }')).toBe('{ "l": [\n    { "x": 0 }, // zero\n    { "x": 1 }\n  ] }');
});

describe('whatever the text looks like', () => {
  test('what was set can be read, all else and every comment is as before', () => {
    fc.assert(
      fc.property(
        designText,
        fc.array(fc.constantFrom('a', 'b', 'c', 'x'), { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Json | undefined>(1, { y: [2] }, undefined),
        (text, keys, put) => {
          const before = parse({ uri: 'memory:/x', text });
          const after = parse({ uri: 'memory:/x', text: set(text, [], keys, put) });
          expect(after.diagnostics).toEqual([]);
          expect(JSON.parse(JSON.stringify(after.root?.value))).toEqual(
            expected(JSON.parse(JSON.stringify(before.root?.value)), keys, put),
          );
          if (put !== undefined && child(before.root, ...keys) === undefined && isFree(before.root, keys))
            expect(after.comments.length).toBe(before.comments.length);
        },
      ),
      { numRuns: 500, seed: 7 },
    );
  });

  function isFree(root: Parameters<typeof child>[0], keys: readonly string[]): boolean {
    return keys.every((_, i) => [undefined, 'object'].includes(child(root, ...keys.slice(0, i))?.type));
  }

  function expected(root: Record<string, unknown>, keys: readonly string[], put: Json | undefined): unknown {
    const result = structuredClone(root);
    let at = result;
    for (const key of keys.slice(0, -1)) {
      const next = Object.hasOwn(at, key) ? at[key] : undefined;
      if (typeof next !== 'object' || next === null || Array.isArray(next)) {
        if (put === undefined) return result;
        at[key] = {};
      }
      at = at[key] as Record<string, unknown>;
    }
    const last = keys.at(-1) as string;
    if (put === undefined) delete at[last];
    else at[last] = structuredClone(put);
    return result;
  }
});
