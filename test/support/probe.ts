import { run, start } from '../../src/sim/engine/des.js';
import { workloads } from '../bench/engine/workloads.js';
import { randomDesign } from './random-design.js';
import { simulateText } from './simulate.js';

/** Designs that together use most of the engine. */
const SEEDS = [1, 4];
const COMPLETIONS = 20_000;

/**
 * Everything that a few runs count, to the last bit, as lines of text: the results of whole simulations, and the state of the
 * engine after the workloads of the benchmark.
 *
 * @param more what a run gets of the world it runs in; it must not matter.
 */
export async function probe(designs: readonly string[], more: Parameters<typeof simulateText>[2] = {}): Promise<string[]> {
  const lines: string[] = [];
  for (const design of [...designs, ...SEEDS.map(randomDesign)]) {
    const { wallSec: _, ...result } = await simulateText(design, { precisionRatio: 0.3, budgetSec: 1e9 }, more);
    lines.push(JSON.stringify(result));
  }
  for (const { name, network, rate } of workloads) {
    for (const fuses of [true, false]) {
      const state = start(network(), 7, 0, { fuses });
      run(state, (COMPLETIONS / rate) * 1e6, Number.MAX_SAFE_INTEGER);
      const { service, wait } = state.stepTotalsPs;
      lines.push(`${name} ${fuses} ${JSON.stringify([state.done, state.latencySumPs, state.histogram, service, wait].map((a) => [...a]))}`);
    }
  }
  return lines;
}
