import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './generate/write.js';

/** The folder with the real VS Code and the packager. It has packages of its own, so that `npm ci` stays small. */
export const e2e = join(root, 'test/e2e');

/** Installs the packages of test/e2e unless what is there matches its lockfile. */
export function installE2e(): void {
  if (isInstalled()) return;
  process.stdout.write('Installing VS Code for the browser into test/e2e (670 MB, about half a minute) …\n');
  const run = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: e2e, stdio: 'inherit', shell: process.platform === 'win32' });
  if (run.status !== 0) throw new Error('npm ci in test/e2e failed.');
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

function isInstalled(): boolean {
  const installed = join(e2e, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(e2e, 'package-lock.json'), 'utf8')) as Lock;
  const { packages: present } = JSON.parse(readFileSync(installed, 'utf8')) as Lock;
  const has = (path: string) => path in present;
  // Packages for other platforms are in the lockfile but not on the disk, so only what is there is compared.
  const isSame = Object.entries(present).every(([path, { version }]) => wanted[path]?.version === version);
  return isSame && ['node_modules/code-server', 'node_modules/@vscode/vsce', 'node_modules/playwright-core'].every(has);
}

/** Path of a Chromium; undefined if there is none. */
export async function findBrowser(): Promise<string | undefined> {
  const { findChromium } = (await import(pathToFileURL(join(e2e, 'support/chromium.mjs')).href)) as {
    findChromium: () => string | undefined;
  };
  return findChromium();
}

export interface RunningVSCode {
  url(file?: string): string;
  stop(): Promise<void>;
}

interface VSCodeOptions {
  readonly folder: string;
  readonly vsix: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly port?: number;
}

/** VS Code for the browser on a workspace, with extensions. */
export async function startVSCode(options: VSCodeOptions): Promise<RunningVSCode> {
  const { startVSCode: start } = (await import(pathToFileURL(join(e2e, 'support/vscode.mjs')).href)) as {
    startVSCode: (options: VSCodeOptions) => Promise<RunningVSCode>;
  };
  return start(options);
}
