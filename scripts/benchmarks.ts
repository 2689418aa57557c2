/**
 * Every benchmark, one after the other, each in a process of its own: `npm run bench`. A name runs only those whose file has it:
 * `npm run bench -- rules`. Options go to them: `npm run bench -- engine --peers`. They are bundled first, as they are in a release.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { generateSources } from './generate/sources.js';
import { root } from './generate/write.js';

await generateSources();
const isOption = (argument: string) => argument.startsWith('--');
const options = process.argv.slice(2).filter(isOption);
const wanted = process.argv.slice(2).filter((argument) => !isOption(argument));
const files = ['test/bench', 'scripts/bench']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.ts') && (wanted.length === 0 || wanted.some((name) => file.includes(name))));
const folder = mkdtempSync(join(tmpdir(), 'iovt-benchmarks-'));
process.stdout.write(`Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}\n`);
try {
  for (const file of files) {
    const outfile = join(folder, 'bench.cjs');
    buildSync({
      absWorkingDir: root,
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      minify: true,
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    process.stdout.write(`\n${file}\n`);
    const { status } = spawnSync(process.execPath, [outfile, ...options], { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
