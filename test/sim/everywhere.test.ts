import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { replicaThreads } from '../../src/server/simulation/replica-threads.js';
import { probe } from '../support/probe.js';

const at = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;
const designs = ['test/fixtures/designs/two-tenants.iovt', 'examples/3-shared-nvme.iovt'].map((path) => readFileSync(at(path), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'iovt-everywhere-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const here = probe(designs);

test.each([1, 2, 4])(
  'a seed gives the same statistics on %d threads',
  async (threads) => {
    const script = join(folder, `replica-${threads}.cjs`);
    buildSync({
      entryPoints: [at('src/server/simulation/replica-node.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    const { startReplicas, wait } = replicaThreads(script, threads);
    expect(startReplicas === undefined).toBe(threads === 1);
    expect(await probe(designs, startReplicas && wait ? { startReplicas, wait } : {})).toEqual(await here);
  },
  120_000,
);

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const chromium = NAMES.flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, name))).find(existsSync);
if (chromium === undefined) console.warn('No Chromium in PATH: runs are compared between threads of Node only.');

test.skipIf(chromium === undefined)(
  'a seed gives the same statistics in Chromium',
  async () => {
    const { outputFiles } = buildSync({
      entryPoints: [at('test/support/probe-page.ts')],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      mainFields: ['browser', 'module', 'main'],
      define: { DESIGNS: JSON.stringify(designs) },
      charset: 'utf8',
      write: false,
    });
    const page = join(folder, 'page.html');
    writeFileSync(page, '<!doctype html><meta charset="utf-8"><body></body><script src="page.js"></script>');
    writeFileSync(join(folder, 'page.js'), outputFiles[0]?.text ?? '');
    const dom = execFileSync(
      chromium as string,
      ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`, '--dump-dom', pathToFileURL(page).href],
      { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'], timeout: 100_000 },
    );
    const text = /<body>([\s\S]*)<\/body>/.exec(dom)?.[1] ?? dom;
    const lines = text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&nbsp;', '\u00a0')
      .replaceAll('&amp;', '&')
      .trimEnd()
      .split('\n');
    expect(lines).toEqual(await here);
  },
  120_000,
);
