/**
 * One process of the benchmark: runs a workload through the engine and prints what it took. The CPU time is that of the
 * process, compiler and garbage collector included.
 *
 *   des-run <workload> <completions> <fuses: 0 or 1> <runs before the one that counts>
 */
import { run, start } from '../../src/sim/engine/des.js';
import { workloads } from './workloads.js';

const [name, completionsText, fuses, before] = process.argv.slice(2);
const workload = workloads.find((one) => one.name === name);
if (workload === undefined) throw new Error(`no workload ${name}`);
const completions = Number(completionsText);
const untilPs = (completions / workload.rate) * 1e6;

function once(seed: number) {
  const network = (workload as (typeof workloads)[number]).network();
  const before = process.cpuUsage();
  const state = start(network, seed, 0, { fuses: fuses === '1' });
  run(state, untilPs, Number.MAX_SAFE_INTEGER);
  const { user, system } = process.cpuUsage(before);
  return { state, cpuSec: (user + system) / 1e6 };
}

for (let i = 0; i < Number(before); i++) once(i + 2);
const { state, cpuSec } = once(1);
const done = state.done.reduce((sum, n) => sum + n, 0);
const mean = state.latencySumPs.reduce((sum, ps) => sum + ps, 0) / done / 1e6;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ cpuSec, completions: done, events: state.events, mean, peakMb })}\n`);
