import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { controllerKinds } from '../../src/techniques/controllers/index.js';
import { techniques } from '../../src/techniques/index.js';
import { switchKinds } from '../../src/techniques/switches/index.js';
import { root, writeGenerated } from './write.js';

const FILE = 'syntaxes/iovt.tmLanguage.json';

interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly patterns?: readonly Pattern[];
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

/** Gives the grammar the names of the registries; the rest of the grammar is written by hand. */
export function generateGrammar(): void {
  const text = readFileSync(resolve(root, FILE), 'utf8');
  const grammar = JSON.parse(text) as { repository: { string: Pattern } };
  const before = grammar.repository.string.patterns?.find(
    ({ captures }) => captures?.['2']?.name === 'support.class.technique.iovt',
  )?.match;
  if (before === undefined) throw new Error(`${FILE} has no pattern for techniques.`);
  const names = new Set([...techniques.keys(), ...switchKinds.keys(), ...controllerKinds.keys()]);
  const after = `(")(${[...names].sort().join('|')})(")`;
  // In place, because the layout of the file is that of its authors.
  writeGenerated(
    FILE,
    text.replace(JSON.stringify(before), () => JSON.stringify(after)),
  );
}
