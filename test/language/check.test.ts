import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { projectOf } from '../../src/core/model/project.js';
import { check } from '../../src/language/check.js';
import { completion } from '../../src/language/completion.js';
import { documentOf } from '../../src/language/document.js';
import { foldingRanges } from '../../src/language/folding.js';
import { hover } from '../../src/language/hover.js';
import { mentionsOf } from '../../src/language/mentions.js';
import { selectionRange } from '../../src/language/selection.js';
import { semanticTokens } from '../../src/language/semantic-tokens.js';
import { documentSymbols } from '../../src/language/symbols.js';
import { analyse, cases, lineOf } from '../support/check.js';
import { largeDesign } from '../support/large-design.js';

/** Each folder holds one way in which an input can be wrong, and what is said about it. */
describe.each(cases('check'))('$name', ({ folder, files }) => {
  test('is reported in words', async () => {
    const { diagnostics } = await analyse(files);
    const lines = diagnostics.map(lineOf);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(folder, 'expected.txt'));
  });

  test('breaks no feature of the editor', async () => {
    const analysis = await analyse(files);
    const document = documentOf(analysis);
    mentionsOf(analysis);
    documentSymbols(document);
    foldingRanges(document.parsed);
    semanticTokens(document);
    const step = Math.max(1, Math.floor(document.file.text.length / 60));
    for (let offset = 0; offset <= document.file.text.length; offset += step) {
      hover(document, offset);
      completion(document, offset, { snippets: true });
      selectionRange(document, offset);
    }
  });
});

describe('what is too large to be written by hand', () => {
  test('a design of 10 MB is checked', () => {
    const { diagnostics, topology } = check(projectOf({ uri: 'memory:/main.iovt', text: largeDesign(10_000_000) }));
    // Guests of 17 tenants on each host share much, and rules say so; nothing of it is an error.
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => messageText(message))).toEqual([]);
    expect(topology.virtualDevices.length).toBeGreaterThan(10_000);
  });

  test('10 MB that are no design are given up', () => {
    const texts = [
      '['.repeat(10_000_000),
      '{"a":1},'.repeat(1_250_000),
      '"'.repeat(10_000_000),
      '/*'.repeat(5_000_000),
      '\\'.repeat(10_000_000),
    ];
    for (const text of texts) {
      const { diagnostics } = check(projectOf({ uri: 'memory:/main.iovt', text }));
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(diagnostics.length).toBeLessThan(100);
    }
  });

  test('more than the limit is not read', () => {
    const { diagnostics } = check(projectOf({ uri: 'memory:/main.iovt', text: ' '.repeat(33 * 1024 * 1024) }));
    expect(diagnostics.map(({ code }) => code)).toEqual(['IOVT004']);
  });

  test('a hundred thousand wrong properties are listed as far as it helps', () => {
    const text = `{ "iovt": "1", ${Array.from({ length: 100_000 }, (_, i) => `"x${i}": 1`).join(', ')} }`;
    const { diagnostics } = check(projectOf({ uri: 'memory:/main.iovt', text }));
    expect(diagnostics.at(0)?.code).toBe('IOVT013');
    expect(diagnostics).toHaveLength(1001);
  });

  test('forms of a value that were tried first are no errors, however many there are', () => {
    const workloads = Array.from({ length: 30_000 }, (_, i) => `"w${i}": { "size": "imix" }`).join(', ');
    const { diagnostics } = check(projectOf({ uri: 'memory:/main.iovt', text: `{ "iovt": "1", "workloads": { ${workloads} } }` }));
    expect(diagnostics.filter(({ code }) => code < 'IOVT100')).toEqual([]);
  });

  test('a hundred thousand times the same key', () => {
    const text = `{ "iovt": "1", "tenants": { ${'"a": {}, '.repeat(100_000)} } }`;
    expect(check(projectOf({ uri: 'memory:/main.iovt', text })).topology.tenants).toHaveLength(1);
  });

  test('ten thousand references to one name that is gone', () => {
    const text = largeDesign(1_000_000).replaceAll('"br-int": {', '"br-out": {');
    const { diagnostics } = check(projectOf({ uri: 'memory:/main.iovt', text }));
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['IOVT101']));
  });
});
