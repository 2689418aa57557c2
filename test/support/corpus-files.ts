import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeForeign } from '../../src/cli/decode.js';
import { corpus } from './corpus.js';

export interface CorpusFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** The files of a set of recordings, read as the command reads them; none where the corpus is absent. */
export function corpusFiles(set: string, extension = '.xml'): readonly CorpusFile[] {
  const folder = corpus(set);
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => ({ name, path: join(folder, name), text: decodeForeign(readFileSync(join(folder, name))).text }));
}

export const hasCorpus = corpus('.') !== undefined;
if (!hasCorpus) process.stderr.write('The corpus of real inputs is not here (IOVT_CORPUS); tests over it are skipped.\n');
