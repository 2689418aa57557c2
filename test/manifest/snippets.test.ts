import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyse, lineOf } from '../support/check.js';

interface Snippet {
  readonly prefix: string | string[];
  readonly body: string | string[];
  readonly description: string;
  readonly isFileTemplate?: boolean;
}

const file = resolve(fileURLToPath(import.meta.url), '../../../snippets/iovt.json');
const snippets = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>);
const base = textOf(snippets.find(([, { isFileTemplate }]) => isFileTemplate === true)?.[1] as Snippet);

/** The text a snippet leaves behind when every placeholder is kept as it is. */
function textOf({ body }: Snippet): string {
  return [body]
    .flat()
    .join('\n')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1');
}

describe.each(snippets.filter(([, { isFileTemplate }]) => isFileTemplate === true))('%s', (_, snippet) => {
  test('is a design without problems', async () => {
    const { diagnostics } = await analyse(textOf(snippet));
    expect(diagnostics.filter(({ severity }) => severity !== 'hint').map(lineOf)).toEqual([]);
  });
});

describe.each(snippets.filter(([, { isFileTemplate }]) => isFileTemplate !== true))('%s', (_, snippet) => {
  const section = /in (\w+)\)/.exec(snippet.description)?.[1] as string;

  test('fits where its description says', async () => {
    // In front of what the section holds already, so an entry that the section has already is stated twice (IOVT012).
    const place = new RegExp(`("${section}": \\{)`);
    const design = place.test(base) ? base : base.replace('"iovt": "1",', `"iovt": "1", "${section}": {},`);
    const text = design.replace(place, `$1 ${textOf(snippet)},`);
    expect(text).not.toBe(design);
    const { diagnostics } = await analyse(text);
    const schema = diagnostics.filter(({ code }) => code.startsWith('IOVT0') && code !== 'IOVT012');
    expect(schema.map(lineOf)).toEqual([]);
  });
});
