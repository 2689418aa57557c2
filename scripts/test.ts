/**
 * Everything that can be tested: `npm test`. Types, lint and walls; unit tests; the packed extension in the real VS Code.
 * `--unit` stops before VS Code; `--e2e` runs that part only. Other arguments go to vitest: `npm test -- --update`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { e2e, findBrowser, installE2e } from './e2e.js';
import { root } from './generate/write.js';

const MINUTE = 60_000;
const own = new Set(['--unit', '--e2e']);
const forVitest = process.argv.slice(2).filter((argument) => !own.has(argument));
const isUnit = process.argv.includes('--unit');
const isE2e = process.argv.includes('--e2e');

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  /** A step that hangs is ended; on two shared cores a healthy one takes a fraction of this. */
  readonly timeoutMs: number;
}

const bin = (name: string) => join(root, 'node_modules/.bin', name);
const script = (name: string) => [process.execPath, '--import', 'tsx', join(root, 'scripts', name)];

const units: readonly Step[] = [
  { name: 'types, lint and walls', command: script('check.ts'), timeoutMs: 4 * MINUTE },
  { name: 'unit tests', command: [bin('vitest'), 'run', ...forVitest], timeoutMs: 10 * MINUTE },
];

function run({ name, command, cwd = root, timeoutMs }: Step): boolean {
  process.stdout.write(`\n== ${name}\n`);
  const began = Date.now();
  const [program, ...args] = command as [string, ...string[]];
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit', timeout: timeoutMs, killSignal: 'SIGKILL' });
  if (error !== undefined) process.stdout.write(`${error.message}\n`);
  const ok = status === 0;
  process.stdout.write(`== ${name}: ${ok ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return ok;
}

async function main(): Promise<boolean> {
  if (!run({ name: 'build', command: script('build.ts'), timeoutMs: 3 * MINUTE })) return false;
  const passed = isE2e || units.map(run).every(Boolean);
  if (isUnit) return passed;

  installE2e();
  if ((await findBrowser()) === undefined) {
    process.stdout.write(
      '\nThe tests in the real VS Code need Chromium or Chrome, and none was found.\n' +
        '  Debian, Ubuntu: apt-get install chromium\n' +
        '  elsewhere:      set CHROMIUM to its executable\n' +
        'Without it: npm test -- --unit\n',
    );
    return false;
  }
  if (!run({ name: 'package', command: script('package.ts'), timeoutMs: 2 * MINUTE })) return false;
  const files = readdirSync(join(e2e, 'tests')).filter((file) => file.endsWith('.test.mjs'));
  const command = [
    process.execPath,
    '--test',
    '--test-concurrency=1',
    '--test-timeout=300000',
    ...files.map((file) => join('tests', file)),
  ];
  return run({ name: 'the extension in VS Code', command, cwd: e2e, timeoutMs: 12 * MINUTE }) && passed;
}

process.exitCode = (await main()) ? 0 : 1;
