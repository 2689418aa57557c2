/** Types, lint and walls: everything that can be said of the code without running it. */
import { spawnSync } from 'node:child_process';
import { generateSources } from './generate/sources.js';
import { root } from './generate/write.js';

const steps: [name: string, command: string, args: string[]][] = [
  ['types', 'tsc', ['-b', 'tsconfig.engine.json']],
  ['types of the core', 'tsc', ['-p', 'tsconfig.core.json']],
  ['types of server, client, tests', 'tsc', ['-p', 'tsconfig.node.json']],
  ['types of the webview', 'tsc', ['-p', 'tsconfig.webview.json']],
  ['format and lint', 'biome', ['check', '.']],
  ['walls', 'depcruise', ['src', 'webview', '--config', '.dependency-cruiser.cjs']],
];

await generateSources();
let failed = false;
for (const [name, command, args] of steps) {
  const run = spawnSync(`node_modules/.bin/${command}`, args, { cwd: root, encoding: 'utf8' });
  const ok = run.status === 0;
  failed ||= !ok;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}\n${ok ? '' : run.stdout + run.stderr}`);
}
process.exit(failed ? 1 : 0);
