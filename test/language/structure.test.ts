import { describe, expect, test } from 'vitest';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { projectOf } from '../../src/core/model/project.js';
import { applyEdits } from '../../src/core/text/edits.js';
import { offsetAt, positionAt } from '../../src/core/text/source.js';
import { check } from '../../src/language/check.js';
import { codeLenses } from '../../src/language/code-lens.js';
import { type Document, documentOf } from '../../src/language/document.js';
import { foldingRanges } from '../../src/language/folding.js';
import { formatting } from '../../src/language/formatting.js';
import { inlayHints } from '../../src/language/inlay-hints.js';
import { selectionRange } from '../../src/language/selection.js';
import { semanticTokens, tokenTypes } from '../../src/language/semantic-tokens.js';
import { documentSymbols, workspaceSymbols } from '../../src/language/symbols.js';
import { sample } from '../support/marked.js';

function documentFrom(text: string): Document {
  return documentOf(check(projectOf({ uri: 'memory:/main.iovt', text })));
}

const document = documentFrom(sample);

describe('symbols', () => {
  const outline = (symbols: readonly DocumentSymbol[], indent = ''): string[] =>
    symbols.flatMap(({ name, detail, children }) => [
      `${indent}${name}${detail === undefined ? '' : ` (${detail})`}`,
      ...outline(children ?? [], `${indent}  `),
    ]);

  test('are the entities, each with what it is', () => {
    const lines = outline(documentSymbols(document));
    expect(lines.slice(0, 12)).toEqual([
      'tenants',
      '  blue (tenant)',
      'templates',
      '  fast-nic (virtio-net)',
      'hosts',
      '  h1 (host)',
      '    numa',
      '      n0 (NUMA node)',
      '    pcie',
      '      rp0 (PCIe port)',
      '      rp1 (PCIe port)',
      '    devices',
    ]);
    expect(lines).toContain('      web (guest × 3)');
    expect(lines).toContain('          eth0 (fast-nic)');
    expect(lines).toContain('  tail (latency.p99)');
  });

  test('lie inside their parents', () => {
    const inside = (symbols: readonly DocumentSymbol[]) => {
      for (const { range, selectionRange: name, children = [] } of symbols) {
        expect(offsetAt(document.file, name.end)).toBeLessThanOrEqual(offsetAt(document.file, range.end));
        for (const child of children)
          expect(offsetAt(document.file, child.range.end)).toBeLessThanOrEqual(offsetAt(document.file, range.end));
        inside(children);
      }
    };
    inside(documentSymbols(document));
  });

  test('of all designs are found by letters of their path', () => {
    expect(workspaceSymbols([document.analysis], 'webeth').map(({ name, containerName }) => `${containerName}/${name}`)).toEqual([
      'h1/web/eth0',
    ]);
    expect(workspaceSymbols([document.analysis, document.analysis], 'br-int')).toHaveLength(1);
    expect(workspaceSymbols([document.analysis], 'no such thing')).toEqual([]);
  });
});

describe('folding', () => {
  test('objects, lists, comments and regions', () => {
    const { parsed } = documentFrom(
      '// one\n// two\n{\n  "a": {\n    "b": 1\n  },\n  /* x\n     y */\n  // #region r\n  "c": [\n    1\n  ] // #endregion\n  // #endregion\n}\n',
    );
    expect(foldingRanges(parsed)).toEqual([
      { startLine: 0, endLine: 1, kind: 'comment' },
      { startLine: 2, endLine: 12 },
      { startLine: 3, endLine: 4 },
      { startLine: 6, endLine: 7, kind: 'comment' },
      { startLine: 8, endLine: 11, kind: 'region' },
      { startLine: 9, endLine: 10 },
    ]);
  });

  test('keeps the outer ones where only so many are wanted, and works on broken text', () => {
    expect(foldingRanges(document.parsed, 2).map(({ startLine }) => startLine)).toEqual([0, 4]);
    expect(foldingRanges(documentFrom('{\n "a": {\n  "b": [\n').parsed).length).toBeGreaterThan(0);
  });
});

test('a selection grows from the text to the whole file', () => {
  const offset = sample.indexOf('br-int", "vlan"') + 2;
  const texts: string[] = [];
  for (let at: ReturnType<typeof selectionRange> | undefined = selectionRange(document, offset); at !== undefined; at = at.parent)
    texts.push(sample.slice(offsetAt(document.file, at.range.start), offsetAt(document.file, at.range.end)));
  expect(texts.slice(0, 3)).toEqual(['br-int', '"br-int"', '"connect": "br-int"']);
  expect(texts.at(-1)).toBe(sample);
  for (const [i, text] of texts.slice(1).entries()) expect(text).toContain(texts[i]);
});

describe('formatting', () => {
  const options = { tabSize: 2, insertSpaces: true };
  const formatted = (text: string) => {
    const made = documentFrom(text);
    const edits = formatting(made, options).map(({ range, newText }) => ({
      file: made.file,
      start: offsetAt(made.file, range.start),
      end: offsetAt(made.file, range.end),
      newText,
    }));
    return applyEdits(text, edits);
  };

  test('indents, and keeps every comment', () => {
    expect(formatted('{"iovt":"1", // version\n/* more */ "name":"x"}')).toBe('{\n  "iovt": "1", // version\n  /* more */ "name": "x"\n}');
  });

  test('is done when it is done', () => {
    const once = formatted(sample);
    expect(formatted(once)).toBe(once);
  });

  test('leaves alone what is not whole JSON', () => {
    expect(formatting(documentFrom('{ "a": '), options)).toEqual([]);
    expect(formatting(documentFrom('{ "a" 1 }'), options)).toEqual([]);
  });

  test('of a range touches its lines only', () => {
    const made = documentFrom('{\n"iovt":"1",\n"name":"x"\n}');
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 9 } };
    for (const edit of formatting(made, options, range)) expect(edit.range.end.line).toBeGreaterThanOrEqual(1);
    expect(formatting(made, options, range).length).toBeGreaterThan(0);
  });
});

test('semantic tokens cover ids by what they name', () => {
  const data = semanticTokens(document);
  const tokens: string[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [lines, characters, length, type, modifiers] = data.slice(i, i + 5) as [number, number, number, number, number];
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const start = offsetAt(document.file, { line, character });
    tokens.push(`${sample.slice(start, start + length)} ${tokenTypes[type]}${modifiers === 1 ? ' declared' : ''}`);
  }
  expect(tokens).toContain('br-int interface declared');
  expect(tokens).toContain('br-int interface');
  expect(tokens).toContain('eth0 property');
  expect(tokens).toContain('blue type declared');
  const part = semanticTokens(document, { start: { line: 16, character: 0 }, end: { line: 17, character: 0 } });
  expect(part.length / 5).toBe(3); // br-int, nic0, p0
});

describe('code lenses', () => {
  test('offer what the editor can do, and count what is there', () => {
    const titles = codeLenses(document, { simulate: 'x.simulate', openDiagram: 'x.diagram' }).map(({ command }) => command?.title);
    expect(titles).toEqual(['▶ Simulate', 'Diagram', '4 guests on 1 host', '4 guests, 7 virtual devices on 2 devices']);
    expect(codeLenses(document, undefined).map(({ command }) => command?.command)).toEqual(['', '']);
  });
});

describe('inlay hints', () => {
  const all = { start: positionAt(document.file, 0), end: positionAt(document.file, sample.length) };

  test('name copies and assigned VFs', () => {
    const hints = inlayHints(document, all).map(({ label }) => label);
    expect(hints).toEqual(['web[0] … web[2]', 'vf0']);
  });

  test('show estimates, within the range that is asked for', () => {
    const estimates = { estimateFor: () => undefined, notableFor: (path: string) => (path === 'h1/nic0' ? '40 %' : undefined) };
    expect(inlayHints(document, all, undefined, estimates).map(({ label }) => label)).toContain('40 %');
    const first = { start: positionAt(document.file, 0), end: positionAt(document.file, 10) };
    expect(inlayHints(document, first, undefined, estimates)).toEqual([]);
    expect(inlayHints(document, all, { assignments: false, copies: false, estimates: false }, estimates)).toEqual([]);
  });

  test('tell copies that went without', () => {
    const many = documentFrom(sample.replace('"hpc": { ', '"hpc": { "count": 20, '));
    expect(inlayHints(many, all).map(({ label }) => label)).toContain('vf0 … vf15, 4 without');
  });
});

test('the outline of a document that nobody can read through ends somewhere', () => {
  const tenants = Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`t${i}`, {}]));
  const [map] = documentSymbols(documentFrom(JSON.stringify({ iovt: '1', tenants })));
  expect(map?.children).toHaveLength(20_000);
});
