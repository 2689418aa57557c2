import { commitLater, makeRoom } from './chain.js';
import { AGAIN, ARRIVE, DesState, JOBS_PER_EVENT, schedule } from './des-state.js';
import { FREE, FREE_COUNT, JOB_NEXT, JOB_OP, NEXT_ORDER, PROGRAM_START } from './layout.js';
import { loop, type Outcome } from './loop.js';
import { CLOSED, type Network } from './network.js';
import type { PlanOptions } from './plan.js';
import { firstArrivalPs } from './sources.js';
import { trainingNetwork } from './training.js';

export type { Outcome };

/** Order numbers start again before they leave the range of small integers. */
const MAX_ORDER = 0x3fffffff;

/** A network at time 0 with its first arrivals scheduled. */
export function start(network: Network, seed: number, replication: number, options?: PlanOptions): DesState {
  const state = new DesState(network, seed, replication, options);
  const { flows } = network;
  for (let f = 0; f < flows.count; f++) {
    if (flows.arrival[f] === CLOSED) {
      for (let d = 0; d < flows.depth[f]; d++) {
        const job = state.ints[FREE];
        state.ints[FREE] = state.ints[job + JOB_NEXT];
        state.ints[FREE_COUNT]--;
        state.ints[job + JOB_OP] = state.ints[state.programAt(flows.classStart[f]) + PROGRAM_START];
        schedule(state, 0, job, AGAIN);
      }
    } else {
      const first = firstArrivalPs(state, f);
      if (Number.isFinite(first)) schedule(state, first, state.flowAt(f), ARRIVE);
    }
  }
  return state;
}

/**
 * Runs until a time, or for a number of events.
 *
 * @param untilPs events at this time are still run. Statistics are whole once the outcome is not `interrupted`.
 */
export function run(state: DesState, untilPs: number, maxEvents: number): Outcome {
  if (!isTrained) train();
  commitLater(state, untilPs);
  const end = state.events + maxEvents;
  while (state.events < end) {
    const outcome = loop(state, untilPs, Math.min(MAX_STRETCH, end - state.events));
    if (outcome !== 'interrupted') return outcome;
    if (state.ints[FREE_COUNT] < JOBS_PER_EVENT) state.grow();
    if (state.ints[NEXT_ORDER] > MAX_ORDER - MAX_STRETCH * EVENTS_PER_EVENT) state.renumber();
    makeRoom(state);
  }
  return 'interrupted';
}

let isTrained = false;

function train(): void {
  isTrained = true;
  const network = trainingNetwork();
  for (const fuses of [false, true]) {
    const state = start(network, 1, 0, { fuses });
    for (let slice = 1; slice <= 4; slice++) run(state, slice * 10_000, Number.MAX_SAFE_INTEGER);
    state.resetStatistics();
  }
}

/** Events that one call of the loop runs at most; what needs new arrays is done between the calls. */
const MAX_STRETCH = 500;
/** Events that one event schedules, give or take. */
const EVENTS_PER_EVENT = 8;
