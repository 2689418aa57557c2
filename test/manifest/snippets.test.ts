import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyse, lineOf } from '../support/check.js';

interface Snippet {
  readonly body: string | string[];
  readonly description: string;
  readonly isFileTemplate?: boolean;
}

const file = resolve(fileURLToPath(import.meta.url), '../../../snippets/iovt.json');
const snippets = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>);
/** The text a snippet leaves behind when every placeholder is kept as it is. */
function textOf({ body }: Snippet): string {
  return [body]
    .flat()
    .join('\n')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1');
}

// What fits at a place inside a design is offered by the server, which knows the place.
test('only whole files are snippets of the manifest', () => {
  expect(snippets.filter(([, { isFileTemplate }]) => isFileTemplate !== true)).toEqual([]);
});

describe.each(snippets)('%s', (_, snippet) => {
  test('is a design without problems', async () => {
    const { diagnostics } = await analyse(textOf(snippet));
    // Tenants that share a PF are worth knowing of; it is what the snippet is about.
    const problems = diagnostics.filter(({ severity, name }) => severity !== 'hint' && name !== 'shared-pf-cross-tenant');
    expect(problems.map(lineOf)).toEqual([]);
  });
});
