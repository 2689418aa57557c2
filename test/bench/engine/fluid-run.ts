import { MaxMinSolver } from '../../../src/sim/fluid/max-min.js';
import { instance } from './fluid-instances.js';

export interface FluidRun {
  readonly cpuMs: number;
  /** Of all rates. */
  readonly sum: number;
}

/** Solves an instance several times, warm: median of the CPU time. */
export function fluidRun(flows: number, kind: 'rand' | 'tree', repetitions: number): FluidRun {
  const problem = instance(flows, kind);
  const solver = new MaxMinSolver();
  const warmUp = Math.ceil(200_000 / flows) + 5;
  for (let i = 0; i < warmUp; i++) solver.solve(problem);
  // Short solutions are timed in groups: the clock of the process counts in steps.
  const group = Math.max(1, Math.round(20_000 / flows));
  const times = Array.from({ length: repetitions }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < group; i++) solver.solve(problem);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / group;
  }).sort((a, b) => a - b);
  const sum = solver.solve(problem).rate.reduce((total, rate) => total + rate, 0);
  return { cpuMs: times[times.length >> 1] as number, sum: Number(sum.toPrecision(9)) };
}
