import { run, start } from '../../../src/sim/engine/des.js';
import { type Workload, workloads } from './workloads.js';

export interface DesRun {
  readonly cpuSec: number;
  readonly completions: number;
  readonly events: number;
  /** Mean time in the system, in units of the workload. */
  readonly mean: number;
  /** Memory of the process at its peak, above what it had when the run began. */
  readonly memoryMb: number;
}

/**
 * Runs a workload through the engine. The CPU time is that of the process, compiler and garbage collector included.
 *
 * @param before runs before the one that counts
 */
export function desRun(name: string, completions: number, fuses: boolean, before: number): DesRun {
  const startMb = peakMb();
  const workload = workloads.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  for (let i = 0; i < before; i++) once(workload, completions, fuses, i + 2);
  const { state, cpuSec } = once(workload, completions, fuses, 1);
  const done = state.done.reduce((sum, n) => sum + n, 0);
  const mean = state.latencySumPs.reduce((sum, ps) => sum + ps, 0) / done / 1e6;
  return { cpuSec, completions: done, events: state.events, mean, memoryMb: peakMb() - startMb };
}

function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function once(workload: Workload, completions: number, fuses: boolean, seed: number) {
  const network = workload.network();
  const before = process.cpuUsage();
  const state = start(network, seed, 0, { fuses });
  run(state, (completions / workload.rate) * 1e6, Number.MAX_SAFE_INTEGER);
  const { user, system } = process.cpuUsage(before);
  return { state, cpuSec: (user + system) / 1e6 };
}
