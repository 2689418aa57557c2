/**
 * Builds everything and shows it: `npm start`. The first example is simulated on the command line, then VS Code opens on the
 * examples: the one on this desktop if there is one, else VS Code for the browser. Everything it writes is in temporary
 * folders that are gone afterwards. `--browser` asks for the browser, `--port N` for a port.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installE2e, startVSCode } from './e2e.js';
import { root } from './generate/write.js';
import { packExtension, vsix } from './package.js';

const isBrowserWanted = process.argv.includes('--browser');
const port = process.argv.includes('--port') ? Number(process.argv[process.argv.indexOf('--port') + 1]) : 8090;
const say = (text: string) => process.stdout.write(`${text}\n`);

function examplesFolder(): string {
  return ['examples', 'test/e2e/fixture'].map((name) => join(root, name)).find((name) => existsSync(name)) as string;
}

/** A folder for one visit: what is edited in it is thrown away. */
function temporary(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

function has(program: string): boolean {
  return spawnSync(process.platform === 'win32' ? 'where' : 'which', [program], { stdio: 'ignore' }).status === 0;
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

function simulateOnCommandLine(example: string): void {
  say(`\n$ iovt simulate ${example.slice(example.lastIndexOf('/') + 1)}\n`);
  // Its exit code says whether objectives hold, which is not what is asked here.
  spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'simulate', example], { stdio: 'inherit' });
}

function openDesktop(workspace: string, file: string): void {
  const profile = temporary('iovt-profile-');
  const args = ['--new-window', '--wait', '--user-data-dir', profile, '--disable-extensions', `--extensionDevelopmentPath=${root}`];
  say('\nOpening VS Code. Close its window to end this.');
  spawnSync('code', [...args, workspace, file], { stdio: 'inherit', shell: process.platform === 'win32' });
}

async function openBrowser(workspace: string, file: string): Promise<void> {
  installE2e();
  packExtension();
  const settings = { 'workbench.colorTheme': 'Dark Modern' };
  const vscode = await startVSCode({ folder: workspace, vsix: [vsix], settings, port });
  const url = vscode.url(file);
  say(`\nVS Code with the extension is at\n\n  ${url}\n\nCtrl+K V shows the diagram, Ctrl+F9 simulates. Ctrl+C here ends it.`);
  const opener = { darwin: 'open', win32: 'explorer', linux: 'xdg-open' }[process.platform as string];
  if (opener !== undefined && hasDisplay() && has(opener)) spawn(opener, [url], { stdio: 'ignore', detached: true }).unref();
  else say('Open this address in a browser on this machine, or through a tunnel: webviews want it to be localhost.');
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
  await vscode.stop();
}

const build = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build.ts')], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const workspace = temporary('iovt-examples-');
cpSync(examplesFolder(), workspace, { recursive: true });
const file = join(
  workspace,
  readdirSync(workspace)
    .filter((name) => name.endsWith('.iovt'))
    .sort()[0] ?? '',
);
simulateOnCommandLine(file);
if (!isBrowserWanted && has('code') && hasDisplay()) openDesktop(workspace, file);
else await openBrowser(workspace, file);
process.exit(0);
