import { DesState } from './des-state.js';
import { FULL, IDLE, INTERRUPTED, MAX_JOBS, REACHED } from './kernel/kinds.js';
import { CLOSED, type Network } from './network.js';
import type { PlanOptions } from './plan.js';

/** Why a run came back. */
export type Outcome = 'reached' | 'interrupted' | 'idle' | 'full';

const outcomes: Readonly<Record<number, Outcome>> = { [REACHED]: 'reached', [INTERRUPTED]: 'interrupted', [IDLE]: 'idle', [FULL]: 'full' };

/** Events of one call of the kernel, at most: what is compiled better in the meantime is used from the next call on. */
const MAX_EVENTS = 50_000;

/** The rest is for open flows. */
const MAX_DEPTH = MAX_JOBS / 2;

/** Closed loops keep more operations going than there is room for. */
export class TooDeep extends Error {
  constructor(readonly depth: number) {
    super(
      `The workloads keep ${depth.toLocaleString('en')} operations going at once, and the event engine follows ${MAX_DEPTH.toLocaleString('en')} at most. ` +
        'State smaller depths, or use the fluid engine.',
    );
  }
}

/** @throws TooDeep */
export function checkDepth({ flows }: Network): void {
  let depth = 0;
  for (let f = 0; f < flows.count; f++) if (flows.arrival[f] === CLOSED) depth += flows.depth[f];
  if (depth > MAX_DEPTH) throw new TooDeep(depth);
}

/** A network at time 0 with its first arrivals scheduled. */
export function start(network: Network, seed: number, replication: number, options?: PlanOptions): DesState {
  return new DesState(network, seed, replication, options);
}

/**
 * Runs until a time, or for a number of events.
 *
 * @param untilPs events at this time are still run. Statistics are whole once it is `reached`, or `idle`: nothing is left to do.
 * @returns `full` where more operations are under way than there is room for; the run is then at an end.
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
