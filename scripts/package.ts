/** Packs what `npm run build` made into build/iovt.vsix. What goes in is said in .vscodeignore. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { e2e, installE2e } from './e2e.js';
import { root } from './generate/write.js';

export const vsix = join(root, 'build/iovt.vsix');

export function packExtension(): void {
  installE2e();
  mkdirSync(join(root, 'build'), { recursive: true });
  const vsce = join(e2e, 'node_modules/@vscode/vsce/vsce');
  const args = [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`vsce package failed.\n${run.stdout}${run.stderr}`);
  process.stdout.write(`build/iovt.vsix ${(statSync(vsix).size / 1024).toFixed(0)} KB\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) packExtension();
