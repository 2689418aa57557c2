/** One process of the fluid benchmark: `fluid-run <flows> <rand or tree> <repetitions>`, warm, median of CPU time. */
import { MaxMinSolver } from '../../src/sim/fluid/max-min.js';
import { instance } from './fluid-instances.js';

const [flows, kind, repetitions] = process.argv.slice(2);
const problem = instance(Number(flows), kind as 'rand' | 'tree');
const solver = new MaxMinSolver();
const warmUp = Math.ceil(200_000 / Number(flows)) + 5;
for (let i = 0; i < warmUp; i++) solver.solve(problem);
// Short solutions are timed in groups: the clock of the process counts in steps.
const group = Math.max(1, Math.round(20_000 / Number(flows)));
const times = Array.from({ length: Number(repetitions) }, () => {
  const before = process.cpuUsage();
  for (let i = 0; i < group; i++) solver.solve(problem);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / group;
}).sort((a, b) => a - b);
const sum = solver.solve(problem).rate.reduce((total, rate) => total + rate, 0);
process.stdout.write(`${JSON.stringify({ cpuMs: times[times.length >> 1], sum: Number(sum.toPrecision(9)) })}\n`);
