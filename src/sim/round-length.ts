import type { Compiled } from './compile/compile.js';
import { CLOSED, type Network, ON_OFF } from './engine/network.js';

const PS_PER_SEC = 1e12;

/** Independent runs of a design. A number of its own, not of the machine: results must not depend on how many threads there are. */
export const REPLICATIONS = 4;
/** Rounds before anything is judged. */
export const FIRST_ROUNDS = 8;
/** Operations of a workload that a round should hold, and events that it may hold. */
export const OPERATIONS_PER_ROUND = 500;
const MAX_EVENTS_PER_ROUND = 100_000;
/** Cycles of burst and pause that a round should hold of the slowest source, and events that it may hold for their sake. */
const CYCLES_PER_ROUND = 4;
const MAX_EVENTS_FOR_CYCLES = 1_000_000;

/**
 * How long a round of a run is: long enough for every workload, as far as the number of events allows.
 *
 * @param rate operations per second of each flow, about
 * @param durationSec of the whole run, where somebody states it
 */
export function roundPs(
  { network }: Compiled,
  workloads: readonly (readonly number[])[],
  runs: number,
  rate: Float64Array,
  durationSec: number | undefined,
): number {
  // A single run is as long as several ones together.
  const operations = (OPERATIONS_PER_ROUND * REPLICATIONS) / runs;
  let longestSec = 1e-6;
  for (const flows of workloads) {
    const perSec = flows.reduce((sum, f) => sum + (rate[f] as number), 0);
    // Closed loops go round at least once: what happens to their operations repeats with each turn.
    const turn = flows.reduce((sum, f) => sum + (network.flows.arrival[f] === CLOSED ? (network.flows.depth[f] as number) : 0), 0);
    if (perSec > 0) longestSec = Math.max(longestSec, Math.max(operations, turn) / perSec);
  }
  let eventsPerSec = 0;
  for (let f = 0; f < network.flows.count; f++) {
    eventsPerSec += (rate[f] as number) * (1 + (network.flows.stepStart[f + 1] as number) - (network.flows.stepStart[f] as number));
  }
  const affordableSec = eventsPerSec > 0 ? MAX_EVENTS_PER_ROUND / eventsPerSec : longestSec;
  // A part of a run in which a source happens to pause says nothing of the next one.
  const cycles = CYCLES_PER_ROUND * workloads.reduce((most, flows) => Math.max(most, cycleSec(network, flows)), 0);
  const sec = Math.min(
    Math.max(
      Math.min(longestSec, Math.max(affordableSec, 1e-6)),
      Math.min(cycles, (affordableSec * MAX_EVENTS_FOR_CYCLES) / MAX_EVENTS_PER_ROUND),
    ),
    durationSec === undefined ? Number.POSITIVE_INFINITY : durationSec / FIRST_ROUNDS,
  );
  return Number.isFinite(sec) ? Math.max(1, Math.round(sec * PS_PER_SEC)) : PS_PER_SEC;
}

/** Mean length of a burst and the pause after it, of the slowest source; 0 if none of the flows has bursts. */
export function cycleSec({ flows: { arrival, onPs, offPs } }: Network, flows: readonly number[]): number {
  return flows.reduce(
    (most, f) => (arrival[f] === ON_OFF ? Math.max(most, ((onPs[f] as number) + (offPs[f] as number)) / PS_PER_SEC) : most),
    0,
  );
}
