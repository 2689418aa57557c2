import fc from 'fast-check';
import { parse as oracle, type ParseError } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { messageText } from '../../../src/core/diagnostics/diagnostic.js';
import { parse } from '../../../src/core/text/parse.js';
import type { SyntaxNode } from '../../../src/core/text/tree.js';
import { designText } from '../../support/arbitrary-text.js';

function read(text: string) {
  return parse({ uri: 'memory:/x', text });
}

function plain(node: SyntaxNode | undefined): unknown {
  return node === undefined ? undefined : JSON.parse(JSON.stringify(node.value));
}

/** A text with some characters taken out, put in or exchanged. */
const mutilated = fc
  .tuple(
    designText,
    fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[],:"\'/*\\\n\r\tax1-.e\u0000é'.split(''))), { maxLength: 4 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [position, length, character]) => {
      const at = position % (changed.length + 1);
      return changed.slice(0, at) + character + changed.slice(at + length);
    }, text),
  );

describe('reading', () => {
  test('agrees with a parser that many rely on about what is JSON with comments, and what it says', () => {
    fc.assert(
      fc.property(mutilated, (text) => {
        const errors: ParseError[] = [];
        const value: unknown = oracle(text, errors, { allowTrailingComma: true });
        const { root, diagnostics } = read(text);
        expect(diagnostics.length > 0).toBe(errors.length > 0);
        if (errors.length === 0) expect(plain(root)).toEqual(value);
      }),
      { numRuns: 3000, seed: 5 },
    );
  });

  test('makes a tree whose parts lie inside each other, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(mutilated, fc.string(), fc.string({ unit: fc.constantFrom(...'{}[],:"/* \n\\tru'.split('')) })), (text) => {
        const { root, comments } = read(text);
        const visit = (node: SyntaxNode, start: number, end: number) => {
          expect(node.start).toBeGreaterThanOrEqual(start);
          expect(node.end).toBeLessThanOrEqual(end);
          expect(node.end).toBeGreaterThan(node.start);
          let last = node.start;
          if (node.type === 'object') {
            for (const prop of node.properties) {
              expect(prop.keyStart).toBeGreaterThan(last);
              if (prop.value !== undefined) visit(prop.value, prop.keyEnd, node.end);
              last = prop.value?.end ?? prop.keyEnd - 1;
              last -= 1;
            }
          } else if (node.type === 'array') {
            for (const item of node.items) {
              visit(item, last, node.end);
              last = item.end;
            }
          }
        };
        if (root !== undefined) visit(root, 0, text.length);
        for (const [i, { start, end }] of comments.entries()) {
          expect(start).toBeGreaterThanOrEqual(comments[i - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
        }
      }),
      { numRuns: 3000, seed: 6 },
    );
  });

  test.each([
    ['escapes', '["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE80"]', ['"\\/\b\f\n\r\té🚀']],
    ['numbers', '[0, -1, 1.5, 1e3, -2.5E-2]', [0, -1, 1.5, 1000, -0.025]],
    ['words', '[true, false, null]', [true, false, null]],
    ['a byte order mark', '\uFEFF[1]', [1]],
    ['line ends of all kinds', '[1,\r2,\r\n3,\n4]', [1, 2, 3, 4]],
  ])('%s', (_, text, value) => {
    const { root, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(plain(root)).toEqual(value);
  });

  const broken: [what: string, text: string, says: string[], value: unknown][] = [
    [
      'a key that is being typed',
      '{ "a": 1,\n  "b\n  "c": 2 }',
      ['This text does not end; close it with a double quote on the same line.'],
      { a: 1, c: 2 },
    ],
    ['a key without its colon', '{ "a": 1,\n  "b"\n  "c": 2 }', ['Expected a colon here.'], { a: 1, c: 2 }],
    ['a colon that was forgotten', '{ "a" 1, "b": 2 }', ['Expected a colon here.'], { a: 1, b: 2 }],
    [
      'a text at the end of its line',
      '{ "a": { "b": "x },\n  "c": 1 }',
      ['This text does not end; close it with a double quote on the same line.'],
      { a: { b: 'x' }, c: 1 },
    ],
    ['a value that is missing', '{ "a": , "b": 2 }', ['Expected a value here.'], { b: 2 }],
    ['a word', '{ "a": yes, "b": 2 }', ['Not a JSON value. Texts stand in double quotes; the words are true, false and null.'], { b: 2 }],
    ['a bracket that is missing', '{ "a": [1, 2 }', ['Expected a closing bracket ] here.'], { a: [1, 2] }],
    ['a brace that is missing', '[{ "a": 1 ]', ['Expected a closing brace } here.'], [{ a: 1 }]],
    ['two commas', '{ "a": 1,, "b": 2 }', ['Expected a property here.'], { a: 1, b: 2 }],
    ['a bracket too many', '{ "a": 1 ] }', ['Expected a comma here.'], { a: 1 }],
    ['a number that is none', '[1.2.3, 007]', ['Not a number as JSON writes it.', 'Not a number as JSON writes it.'], undefined],
    [
      'escapes that are none',
      '["\\x", "\\u12"]',
      ['Not an escape that JSON knows; a backslash itself is written \\\\.', 'A \\u escape takes four hexadecimal digits.'],
      undefined,
    ],
  ];

  test.each(broken)('%s', (_, text, says, value) => {
    const { root, diagnostics } = read(text);
    expect(diagnostics.map(({ message }) => messageText(message))).toEqual(says);
    if (value !== undefined) expect(plain(root)).toEqual(value);
  });
});
