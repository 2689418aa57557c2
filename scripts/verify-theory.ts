/**
 * Queueing theory beside the event engine: `npm run verify:theory`. `--write` puts the table into docs/verification.md. Fails
 * where the theory lies outside three half widths of the 95 % interval, which happens to a right engine once in millions.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDelay, delays } from '../test/laws/delays.js';
import { compareLoop, loops } from '../test/laws/loops.js';
import { laws, notSimulated } from '../test/laws/theory.js';
import { overSeeds } from '../test/support/laws.js';
import { root } from './generate/write.js';

const RUNS = 10;
/** Half widths that the theory may be off, and the width at which an interval says anything at all. */
const TOLERANCE = 3;
const NARROW = 0.1;
/** Simulations without scatter have intervals of no width; this much is left to the ends of the run. */
const ENDS = 5e-4;

const show = (value: number) => Number(value.toPrecision(5)).toString();
let failed = 0;
let covered = 0;
const rows = laws.map(({ model, quantity, theory, network, runUs, statistic }) => {
  const { mean, halfWidth } = overSeeds(network(), { warmUpUs: runUs / 10, runUs, runs: RUNS }, statistic);
  const off = Math.abs(mean - theory);
  const passes = off <= Math.max(TOLERANCE * halfWidth, ENDS * theory) && halfWidth <= NARROW * theory;
  if (!passes) failed++;
  if (off <= Math.max(halfWidth, ENDS * theory)) covered++;
  return `| ${model} | ${quantity} | ${show(theory)} | ${show(mean)} | ${show(mean - halfWidth)} to ${show(mean + halfWidth)} | ${passes ? 'pass' : 'FAIL'} |`;
});
const table = ['| model | quantity | theory | simulated | 95 % interval | |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
const beside = (name: string, { estimated, mean, halfWidth }: ReturnType<typeof compareDelay>) => {
  const error = ((estimated / mean - 1) * 100).toFixed(1);
  return `| ${name} | ${show(estimated)} | ${show(mean)} | ${show(mean - halfWidth)} to ${show(mean + halfWidth)} | ${error} % |`;
};
const tableOf = (what: string, lines: readonly string[]) =>
  [`| ${what} | estimated | simulated | 95 % interval | error |`, '| --- | --- | --- | --- | --- |', ...lines].join('\n');
const delayTable = tableOf(
  'queue',
  delays.map((delay) => beside(delay.name, compareDelay(delay, 100_000, RUNS))),
);
const loopTable = tableOf(
  'closed loops',
  loops.map((loop) => beside(loop.name, compareLoop(loop, 100_000, RUNS))),
);
const summary = `${laws.length - failed} of ${laws.length} pass; ${covered} of the 95 % intervals contain the theory.`;
const left = notSimulated.map(([model, reason]) => `- ${model}: ${reason}.`).join('\n');
process.stdout.write(
  `${table}\n\n${summary}\n\nNot simulated:\n${left}\n\nDelays that fluid estimates:\n${delayTable}\n\nThroughput of closed loops that fluid estimates:\n${loopTable}\n`,
);
if (process.argv.includes('--write')) {
  const method = `Each row is ${RUNS} runs with seeds of their own; a tenth of each is warm-up. A row passes if the theory lies within ${TOLERANCE} half widths of the interval and the interval is narrower than ±${NARROW * 100} %. Times in units of 1 us.`;
  const text = `# Verification against queueing theory\n\nMade by \`npm run verify:theory -- --write\`.\n\n${method}\n\n${table}\n\n${summary}\n\nClosed forms without a row:\n\n${left}\n\n## What the fluid engine estimates\n\nMean time in the system of the first flow, service 1 us. The fluid engine knows no events: it estimates delays (see [the simulator](simulator.md)).\n\n${delayTable}\n\nOperations of the first flow in a microsecond, where closed loops keep so many going. Services are constant and lanes served in turn where nothing else is said; the first three are exponential and in order.\n\n${loopTable}\n`;
  writeFileSync(join(root, 'docs/verification.md'), text);
}
process.exitCode = failed > 0 ? 1 : 0;
