import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from '../generate/write.js';

/** Licences of the packages that bundles contain, as these licences ask for. */
export function thirdPartyNotices(metafiles: readonly Metafile[]): string {
  const folders = new Set<string>();
  for (const { inputs } of metafiles) {
    for (const path of Object.keys(inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (match !== null) folders.add(match[1] as string);
    }
  }
  const notices = [...folders].map((folder) => notice(join(root, folder)));
  return `Licences of the packages that are part of this program.\n\n${[...new Set(notices)].sort().join('\n')}`;
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const file = readdirSync(folder).find((entry) => /^(licen[sc]e|copying)(\.\w+)?$/i.test(entry));
  const text =
    file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${'-'.repeat(80)}\n${name} ${version}\n\n${text}\n`;
}
