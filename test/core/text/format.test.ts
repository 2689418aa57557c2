import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits, formatEdits } from '../../../src/core/text/edits.js';
import { parse } from '../../../src/core/text/parse.js';
import { designText } from '../../support/arbitrary-text.js';

function formatted(text: string, options?: Parameters<typeof formatEdits>[2]): string {
  return applyEdits(text, formatEdits({ uri: 'memory:/x', text }, undefined, options));
}

describe('formatting', () => {
  test.each([
    ['what stands on one line and fits stays there', '{"a":{"b":[1,2 , {}],"c":1}}', '{ "a": { "b": [1, 2, {}], "c": 1 } }'],
    ['what is spread over lines gets a line for each bracket', '{ "a": 1\n}', '{\n  "a": 1\n}'],
    ['entries that share a line still do', '{\n"a":1,"b":2,\n"c":3 }', '{\n  "a": 1, "b": 2,\n  "c": 3\n}'],
    ['one empty line is kept', '{\n\n\n"a":1,\n\n\n"b":2\n\n}', '{\n  "a": 1,\n\n  "b": 2\n}'],
    ['a comment behind an entry stays there', '{\n"a":1,// one\n"b":2 // two\n}', '{\n  "a": 1, // one\n  "b": 2 // two\n}'],
    ['a comment on its line stays there', '{\n// first\n"a":1\n// last\n}', '{\n  // first\n  "a": 1\n  // last\n}'],
    ['a line comment breaks the object it is in', '{"a":{"b":1 // c\n}}', '{\n  "a": {\n    "b": 1 // c\n  }\n}'],
    ['trailing commas stay', '{\n"a":[1,],\n}', '{\n  "a": [1,],\n}'],
    ['what surrounds the document stays', '// top\n\n{}\n\n\n', '// top\n\n{}\n'],
    ['tabs and CRLF stay', '{\r\n\t"a":{\r\n"b":1}}\r\n', '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}\r\n'],
  ])('%s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
  });

  test('a line that is too long gives a line to each entry', () => {
    const long = `{ "a": { ${Array.from({ length: 20 }, (_, i) => `"key${i}": ${i}`).join(', ')} } }`;
    expect(formatted(long).split('\n')).toHaveLength(24);
    expect(formatted(long).split('\n')[2]).toBe('    "key0": 0,');
  });

  test('an indentation of four stays one of four', () => {
    expect(formatted('{\n    "a": {\n"b":1}}')).toBe('{\n    "a": {\n        "b": 1\n    }\n}');
  });

  test('of a range leaves the other lines alone', () => {
    const text = '{\n"a":1,\n"b":2,\n"c":3\n}\n';
    const edits = formatEdits({ uri: 'memory:/x', text }, { start: text.indexOf('"b"'), end: text.indexOf('"b"') + 3 });
    expect(applyEdits(text, edits)).toBe('{\n"a":1,\n  "b": 2,\n"c":3\n}\n');
  });

  test('changes nothing but spaces, and nothing the second time', () => {
    fc.assert(
      fc.property(designText, (text) => {
        // Which indentation a text has is a guess that may come out otherwise the second time.
        const options = { insertSpaces: true, tabSize: 2 };
        const once = formatted(text, options);
        const before = parse({ uri: 'memory:/x', text });
        const after = parse({ uri: 'memory:/x', text: once });
        expect(once.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(after.diagnostics).toEqual([]);
        expect(after.comments.length).toBe(before.comments.length);
        expect(JSON.stringify(after.root?.value)).toBe(JSON.stringify(before.root?.value));
        expect(formatted(once, options)).toBe(once);
      }),
      { numRuns: 1000, seed: 11 },
    );
  });
});
