import type { Compiled } from '../../src/sim/compile/compile.js';
import type { Network } from '../../src/sim/engine/network.js';

/** A network without a design behind it; each flow is a workload of its own, called after its number. */
export function compiledNetwork(network: Network): Compiled {
  const flows = Array.from({ length: network.flows.count }, (_, f) => ({
    id: `f${f}`,
    workload: { id: `f${f}` },
    operations: [{ kind: 'packet' }],
    source: { kind: 'open' },
  }));
  return { network, flows, resources: [], stages: [], notes: [], topology: {} } as unknown as Compiled;
}

/** Options of a run that has all the time it wants. */
export const unhurried = {
  precisionRatio: 0.05,
  budgetSec: 1000,
  clock: () => 0,
  pause: async () => undefined,
  isCancelled: () => false,
  onProgress: () => undefined,
};
