/** Bundles everything into dist/. `--watch` rebuilds on change, `--dev` leaves names and source maps for debugging. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BuildOptions, build, context, type Plugin } from 'esbuild';
import { thirdPartyNotices } from './build/notices.js';
import { packed } from './build/packed.js';
import { generateSources } from './generate/sources.js';
import { root } from './generate/write.js';

const isDev = process.argv.includes('--dev');
const isWatch = process.argv.includes('--watch');

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: !isDev,
  sourcemap: isDev,
  legalComments: 'none',
  target: 'es2022',
  logLevel: 'warning',
  metafile: true,
  plugins: isDev ? [] : [packed],
};

// The UMD form of some packages hides its requires from the bundler; their ES modules do not.
const forNode: BuildOptions = { ...common, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };
const forWorker: BuildOptions = { ...common, platform: 'browser', mainFields: ['browser', 'module', 'main'] };

/** The protocol that extension and server speak: one file for both, where files can load each other. */
const protocol = { contents: "module.exports = require('vscode-languageserver-protocol/node');", resolveDir: root };
const withProtocolBeside: Plugin = {
  name: 'protocol-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^vscode-languageserver-protocol(\/node)?$/ }, () => ({ path: './lsp.js', external: true }));
  },
};
const speaking: BuildOptions = { ...forNode, plugins: [...(forNode.plugins ?? []), withProtocolBeside] };

/** Bundle by output file: entry point and where it runs. */
const bundles: Record<string, BuildOptions> = {
  'dist/cli.js': { ...forNode, entryPoints: ['src/cli/main.ts'], banner: { js: '#!/usr/bin/env node' } },
  'dist/lsp.js': { ...forNode, stdin: protocol },
  'dist/extension.js': { ...speaking, entryPoints: ['src/extension/node.ts'], external: ['vscode'] },
  'dist/extension.web.js': { ...forWorker, format: 'cjs', entryPoints: ['src/extension/browser.ts'], external: ['vscode'] },
  'dist/webview/main.js': { ...forWorker, format: 'esm', entryPoints: ['webview/main.ts'] },
  'dist/webview/main.css': { ...forWorker, entryPoints: ['webview/style/main.css'] },
  'dist/server.js': { ...speaking, entryPoints: ['src/server/main.ts'] },
  'dist/server.web.js': { ...forWorker, entryPoints: ['src/server/browser.ts'] },
  'dist/replica.js': { ...forNode, entryPoints: ['src/server/simulation/replica-node.ts'] },
  'dist/sim-worker.js': { ...forNode, entryPoints: ['src/server/simulation/worker-node.ts'] },
  'dist/sim-worker.web.js': { ...forWorker, entryPoints: ['src/server/simulation/worker-browser.ts'] },
};

async function main(): Promise<void> {
  await generateSources();
  const options = Object.entries(bundles).map(([outfile, bundle]) => ({ ...bundle, outfile }));
  if (isWatch) {
    const contexts = await Promise.all(options.map((o) => context(o)));
    await Promise.all(contexts.map((c) => c.watch()));
    process.stdout.write('watching\n');
    return;
  }
  const metafiles = (await Promise.all(options.map((o) => build(o)))).flatMap(({ metafile }) => metafile ?? []);
  for (const { outputs } of metafiles) {
    for (const [file, { bytes }] of Object.entries(outputs))
      process.stdout.write(`${file.padEnd(32)} ${(bytes / 1024).toFixed(0).padStart(6)} KB\n`);
  }
  writeFileSync(resolve(root, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(metafiles));
}

await main();
