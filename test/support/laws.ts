import { run, start } from '../../src/sim/engine/des.js';
import type { DesState } from '../../src/sim/engine/des-state.js';
import type { Network } from '../../src/sim/engine/network.js';
import { estimate } from '../../src/sim/engine/statistics.js';

/** A microsecond in picoseconds: the time unit of the laws. */
export const US = 1e6;

/** Runs a network past its warm-up and hands its state to a statistic, once for each seed. */
export function overSeeds(
  network: Network,
  options: { warmUpUs: number; runUs: number; runs: number },
  statistic: (state: DesState, seconds: number) => number,
): { mean: number; halfWidth: number } {
  const values = Array.from({ length: options.runs }, (_, seed) => {
    const state = start(network, 1000 + seed, 0);
    run(state, options.warmUpUs * US, Number.MAX_SAFE_INTEGER);
    state.resetStatistics();
    run(state, (options.warmUpUs + options.runUs) * US, Number.MAX_SAFE_INTEGER);
    return statistic(state, options.runUs);
  });
  return estimate(values);
}

/** Mean time in the system of a flow, in microseconds. */
export function meanTimeUs(f = 0): (state: DesState) => number {
  return (state) => (state.latencySumPs[f] as number) / (state.done[f] as number) / US;
}
