/**
 * Runs the VS Code server that the code-server package carries, without the wrapper around it: newest VS Code, node extension
 * host, real files. Everything it writes goes into one temporary folder that `stop` removes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const folder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const app = join(dirname(require.resolve('code-server/package.json')), 'lib/vscode');

/** Nothing that asks, greets, reports or updates. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
};

/** This VS Code wants Node 24 or later; a package brings one for older installations. */
function node() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return join(dirname(require.resolve(`node-linux-${process.arch}/package.json`)), 'bin/node');
}

/**
 * @param {object} options
 * @param {string} options.folder      the workspace
 * @param {string[]} [options.vsix]    extensions to install
 * @param {string} [options.dev]       folder of an extension under development
 * @param {string} [options.tests]     script that runs inside the extension host; needs `dev`
 * @param {object} [options.settings]  user settings
 * @param {number} [options.port]      any free one if left out
 */
export async function startVSCode({ folder: workspace, vsix = [], dev, tests, settings = {}, port = 0 }) {
  // The page fetches packages from below the application, but npm has hoisted them.
  const packages = join(app, 'node_modules');
  if (!existsSync(packages)) symlinkSync(relative(app, join(folder, 'node_modules')), packages, 'dir');

  const data = mkdtempSync(join(tmpdir(), 'iovt-vscode-'));
  const user = join(data, 'data/User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...QUIET, ...settings }));

  const main = [join(app, 'out/server-main.js'), '--accept-server-license-terms', '--server-data-dir', data];
  const remove = () => rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  for (const file of vsix) {
    const install = spawnSync(node(), [...main, '--install-extension', resolve(file), '--force'], { encoding: 'utf8' });
    if (install.status === 0) continue;
    remove();
    throw new Error(`${file} could not be installed.\n${install.stdout}${install.stderr}`);
  }

  const flags = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--telemetry-level', 'off'];
  flags.push('--disable-workspace-trust', '--force-disable-user-env');
  // Only with this flag the page may name an extension under development.
  if (dev !== undefined) flags.push('--enable-smoke-test-driver');
  const server = spawn(node(), [...main, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // No marketplace: no request leaves the machine.
    env: { ...process.env, EXTENSIONS_GALLERY: '{}' },
  });
  let log = '';
  const listening = await new Promise((done, failed) => {
    const read = (chunk) => {
      log += chunk;
      const match = /Extension host agent listening on (\d+)/.exec(log);
      if (match !== null) done(match[1]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) => failed(new Error(`VS Code ended with ${code}.\n${log}`)));
    setTimeout(() => failed(new Error(`VS Code did not start.\n${log}`)), 60_000).unref();
  });

  return {
    /** Address of the workspace, with a file of it opened. */
    url(file) {
      const payload = [];
      const remote = (path) => `vscode-remote://127.0.0.1:${listening}${path}`;
      if (dev !== undefined) payload.push(['extensionDevelopmentPath', `vscode-remote://remote${resolve(dev)}`]);
      if (tests !== undefined) payload.push(['extensionTestsPath', `vscode-remote://remote${resolve(tests)}`]);
      if (file !== undefined) payload.push(['openFile', remote(resolve(workspace, file))]);
      const query = new URLSearchParams({ folder: resolve(workspace) });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${listening}/?${query}`;
    },
    log: () => log,
    async stop() {
      if (server.exitCode === null) {
        const ended = new Promise((done) => server.once('exit', done));
        server.kill();
        await ended;
      }
      // Its helpers live some seconds longer and keep the pipes open.
      server.stdout.destroy();
      server.stderr.destroy();
      remove();
    },
  };
}
