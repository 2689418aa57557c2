import { DesState } from './des-state.js';
import { IDLE, INTERRUPTED, REACHED } from './kernel/kinds.js';
import type { Network } from './network.js';
import type { PlanOptions } from './plan.js';

/** Why a run came back. */
export type Outcome = 'reached' | 'interrupted' | 'idle';

const outcomes: Readonly<Record<number, Outcome>> = { [REACHED]: 'reached', [INTERRUPTED]: 'interrupted', [IDLE]: 'idle' };

/** Events of one call of the kernel, at most: what is compiled better in the meantime is used from the next call on. */
const MAX_EVENTS = 50_000;

/** A network at time 0 with its first arrivals scheduled. */
export function start(network: Network, seed: number, replication: number, options?: PlanOptions): DesState {
  return new DesState(network, seed, replication, options);
}

/**
 * Runs until a time, or for a number of events.
 *
 * @param untilPs events at this time are still run. Statistics are whole once the outcome is not `interrupted`.
 */
export function run(state: DesState, untilPs: number, maxEvents: number): Outcome {
  const { kernel } = state.image;
  const end = state.events + maxEvents;
  let outcome: Outcome = 'interrupted';
  while (outcome === 'interrupted' && state.events < end)
    outcome = outcomes[kernel.calls.run(untilPs, Math.min(MAX_EVENTS, end - state.events))] as Outcome;
  kernel.refresh();
  return outcome;
}
