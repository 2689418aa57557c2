import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { applyEdits } from '../../src/core/text/edits.js';
import { parse } from '../../src/core/text/parse.js';
import type { Json } from '../../src/core/text/tree.js';
import { draft } from '../../src/interop/draft.js';
import { additions } from '../../src/interop/into/additions.js';
import { checkText, codesOf, importTexts, malformations } from '../support/imports.js';

function add(text: string, added: ReturnType<typeof draft>): string {
  const parsed = parse({ uri: 'memory:/d.iovt', text });
  return applyEdits(text, additions(parsed, added));
}

const entry = draft({ new: draft({ hosts: 1 }, true) });

describe('entries go behind the last one', () => {
  test.each([
    ['an empty object', '{}', '{\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['an empty object with space', '{  }', '{\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['one line', '{ "a": 1 }', '{ "a": 1,\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['lines', '{\n    "a": 1\n}', '{\n    "a": 1,\n    "new": {\n        "hosts": 1\n    }\n}'],
    ['a trailing comma', '{\n  "a": 1,\n}', '{\n  "a": 1,\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['a comment behind the value', '{\n  "a": 1 // one\n}', '{\n  "a": 1, // one\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['a comment in front of the brace', '{\n  "a": 1\n  // end\n}', '{\n  "a": 1,\n  // end\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['a comma inside a comment', '{\n  "a": 1 /* , */\n}', '{\n  "a": 1, /* , */\n  "new": {\n    "hosts": 1\n  }\n}'],
    ['tabs and CR LF', '{\r\n\t"a": 1\r\n}\r\n', '{\r\n\t"a": 1,\r\n\t"new": {\r\n\t\t"hosts": 1\r\n\t}\r\n}\r\n'],
  ])('%s', (_, before, after) => {
    expect(add(before, entry)).toBe(after);
  });

  test('what is there stays, whatever the import says', () => {
    expect(add('{ "a": { "b": 1 }, "c": [2] }', draft({ a: draft({ b: 5 }), c: 7 }))).toBe('{ "a": { "b": 1 }, "c": [2] }');
  });
});

/** Objects as people write them: spacing, comments and trailing commas anywhere they may stand. */
const gap = fc.constantFrom('', ' ', '\n', '\n\n  ', ' // note\n', ' /* note, with } and " */ ', '\t');
const key = fc.constantFrom('a', 'b', 'c', 'd', 'x', 'hosts');
const { object } = fc.letrec<{ object: string; value: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom('1', '"text, } //"', 'true', '[1, 2]', 'null'), tie('object')),
  object: fc
    .tuple(fc.uniqueArray(fc.tuple(key, tie('value'), gap, gap, gap), { maxLength: 4, selector: ([k]) => k }), gap, fc.boolean())
    .map(([entries, last, comma]) => {
      const body = entries.map(([k, value, g1, g2, g3]) => `${g1}"${k}"${g2}:${g3}${value}`).join(',');
      return `{${body}${comma && entries.length > 0 ? ',' : ''}${last}}`;
    }),
}));
const addition = fc.uniqueArray(fc.tuple(key, fc.oneof(fc.constant(7), fc.constant('deep'))), { selector: ([k]) => k, maxLength: 4 });

test('any text stays as it is but for what is added', () => {
  fc.assert(
    fc.property(object, addition, (before, keys) => {
      const added = draft(Object.fromEntries(keys.map(([k, v]) => [k, v === 'deep' ? draft({ a: 1, z: draft({ q: 'r' }) }) : v])));
      const after = add(before, added);
      const parsed = parse({ uri: 'memory:/after.iovt', text: after });
      expect(parsed.diagnostics.map(({ message }) => messageText(message))).toEqual([]);
      expect(parsed.root?.value).toEqual(joined(parse({ uri: 'memory:/before.iovt', text: before }).root?.value as Json, plain(keys)));
      expect(isSubsequence(before.replace(/\s+/g, ''), after.replace(/\s+/g, ''))).toBe(true);
    }),
    { numRuns: 400 },
  );
});

function plain(keys: readonly (readonly [string, number | string])[]): Json {
  return Object.fromEntries(keys.map(([k, v]) => [k, v === 'deep' ? { a: 1, z: { q: 'r' } } : v])) as Json;
}

/** What the design has wins; objects are joined. */
function joined(before: Json, added: Json): Json {
  if (!isObject(before) || !isObject(added)) return before;
  const result: Record<string, Json> = { ...before };
  for (const [k, value] of Object.entries(added)) result[k] = k in before ? joined(before[k] as Json, value) : value;
  return result;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSubsequence(inner: string, outer: string): boolean {
  let at = 0;
  for (const character of outer) if (character === inner[at]) at++;
  return at === inner.length;
}

const guest = (name: string) => `<domain type="kvm"><name>${name}</name><memory unit="GiB">1</memory><vcpu>1</vcpu></domain>`;

describe('which host', () => {
  const two = '{ "iovt": "1", "hosts": { "a": {}, "b": {} } }';

  test('several hosts and no word of which: nothing is guessed', () => {
    const result = importTexts('libvirt', guest('g'), { into: two });
    expect(result.text).toBeUndefined();
    expect(messageText((result.diagnostics[0] as (typeof result.diagnostics)[number]).message)).toMatch(/several hosts \(a, b\)/);
  });

  test('the one that is named', () => {
    expect(importTexts('libvirt', guest('g'), { into: two, host: 'b' }).text).toMatch(/"b": \{\s+"hypervisor"/);
  });

  test('one that does not exist is refused', () => {
    const result = importTexts('libvirt', guest('g'), { into: two, host: 'c' });
    expect(result.text).toBeUndefined();
    expect(codesOf(result)).toEqual(['IOVT401']);
  });

  test('a new design takes the name', () => {
    expect(importTexts('libvirt', guest('g'), { host: 'rack4-12' }).text).toContain('"rack4-12": {');
  });

  test('a design without hosts gets one', () => {
    const { text = '' } = importTexts('libvirt', guest('g'), { into: '{ "iovt": "1" }' });
    expect(malformations(checkText(text))).toEqual([]);
    expect(checkText(text).topology.hosts[0]?.guests.map(({ id }) => id)).toEqual(['g']);
  });
});

test('a design that is not whole is not touched', () => {
  const result = importTexts('libvirt', guest('g'), { into: '{ "iovt": "1", "hosts": { "a": { }' });
  expect(result.text).toBeUndefined();
  expect(messageText((result.diagnostics[0] as (typeof result.diagnostics)[number]).message)).toMatch(/not whole JSON/);
});

test('the same import twice leaves the second design as the first', () => {
  const inputs = { 'a.xml': guest('a'), 'b.xml': guest('b') };
  const first = importTexts('libvirt', inputs).text;
  const again = importTexts('libvirt', inputs, { into: first });
  expect(again.text).toBe(first);
  expect(codesOf(again)).toEqual(['IOVT405']);
});

test('hardware is not joined with other hardware', () => {
  const host = '<topology><object type="Machine" cpuset="0x3"><info name="HostName" value="a"/></object></topology>';
  const into = '{ "iovt": "1", "hosts": { "a": { "numa": { "n0": { "cpus": "0-7" } } } } }';
  const result = importTexts('hwloc', host, { into });
  expect(result.text).toBe(into);
  expect(codesOf(result)).toContain('IOVT405');
});
