import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env['IOVT_CORPUS'] ?? resolve(fileURLToPath(import.meta.url), '../../../../shared/corpus');

/** A folder of real inputs that are not part of this repository; undefined where they are absent, and tests of them skip. */
export function corpus(folder: string): string | undefined {
  const path = join(root, folder);
  return existsSync(path) ? path : undefined;
}
