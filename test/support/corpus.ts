import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeForeign } from '../../src/cli/decode.js';

const root = process.env['IOVT_CORPUS'] ?? resolve(fileURLToPath(import.meta.url), '../../../../shared/corpus');

export interface CorpusFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Recordings of real machines, which are not part of this repository: several are under other licences. Where they are
 * absent, tests over them are skipped and say so. `IOVT_CORPUS` names the folder if it is elsewhere.
 */
export function corpus(set: string, extension = '.xml'): readonly CorpusFile[] {
  const folder = join(root, set);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => ({ name, path: join(folder, name), text: decodeForeign(readFileSync(join(folder, name))).text }));
}

export const hasCorpus = existsSync(root);
if (!hasCorpus) process.stderr.write('The corpus of real inputs is not here (IOVT_CORPUS); tests over it are skipped.\n');
