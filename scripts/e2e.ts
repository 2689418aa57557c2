import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './generate/write.js';

/** The folder with the real VS Code and the packager. It has packages of its own, so that `npm ci` stays small. */
export const e2e = join(root, 'test/e2e');

/** Installs the packages of test/e2e unless what is there matches its lockfile. */
export function installE2e(): void {
  if (isInstalled()) return;
  process.stdout.write('Installing VS Code for the browser into test/e2e (about 670 MB, half a minute) …\n');
  const run = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: e2e, stdio: 'inherit', shell: process.platform === 'win32' });
  if (run.status !== 0) throw new Error('npm ci in test/e2e failed.');
}

function isInstalled(): boolean {
  const installed = join(e2e, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  type Lock = { packages: Record<string, { version?: string }> };
  const { packages: wanted } = JSON.parse(readFileSync(join(e2e, 'package-lock.json'), 'utf8')) as Lock;
  const { packages: present } = JSON.parse(readFileSync(installed, 'utf8')) as Lock;
  // Packages for other platforms are in the lockfile but not on the disk.
  return Object.entries(present).every(([path, { version }]) => wanted[path]?.version === version) && 'node_modules/code-server' in present;
}
