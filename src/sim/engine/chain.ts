import { ARRIVES, BEGINS, type DesState, ENDS, type Later } from './des-state.js';
import { bucketOf } from './histogram.js';
import {
  LANE_BEGUN,
  LANE_COUNT,
  LANE_MAX_WAITING,
  LANE_RING_AT,
  LANE_RING_MASK,
  OP_LANE,
  OP_PROGRAM,
  OP_SERVED,
  OP_WAITED,
  PROGRAM_DONE,
  PROGRAM_HISTOGRAM,
  PROGRAM_LATENCY,
} from './layout.js';

/**
 * Chains of first-come-first-served stations are passed without events: the loop knows when a job will have left before it
 * happens. What lies behind the end of a run is counted when a later run gets there, so that statistics are those of a run
 * with events at any time at which a run ends.
 */
export function commitLater(state: DesState, untilPs: number): void {
  const { later } = state;
  let kept = 0;
  for (const entry of later) {
    if (entry.timePs <= untilPs) commit(state, entry);
    else later[kept++] = entry;
  }
  later.length = kept;
}

export function postpone(later: Later[], timePs: number, kind: number, op: number, amountPs: number, waiting: number): void {
  later.push({ timePs, kind, op, amountPs, waiting });
}

function commit({ ints, reals, counts }: DesState, { kind, op, amountPs, waiting }: Later): void {
  if (kind === ARRIVES) {
    const lane = ints[op + OP_LANE];
    reals[op + OP_SERVED] += amountPs;
    ints[lane + LANE_MAX_WAITING] = Math.max(ints[lane + LANE_MAX_WAITING], waiting);
  } else if (kind === BEGINS) reals[op + OP_WAITED] += amountPs;
  else if (kind === ENDS) {
    const p = ints[op + OP_PROGRAM];
    reals[p + PROGRAM_DONE]++;
    reals[p + PROGRAM_LATENCY] += amountPs;
    counts[ints[p + PROGRAM_HISTOGRAM] + bucketOf(amountPs)]++;
  }
}

/**
 * Jobs that wait at a station of a chain when the last one that was entered arrives, itself included. Forgets those that
 * have begun by then.
 */
export function countWaiting({ ints, chainStartPs }: DesState, lane: number, arrivalPs: number): number {
  const count = ints[lane + LANE_COUNT];
  const at = ints[lane + LANE_RING_AT];
  const mask = ints[lane + LANE_RING_MASK];
  let begun = ints[lane + LANE_BEGUN];
  while (begun !== count && chainStartPs[at + (begun & mask)] <= arrivalPs) begun = (begun + 1) | 0;
  ints[lane + LANE_BEGUN] = begun;
  return (count - begun) | 0;
}

/** Doubles the room of stations where it gets tight, at the end of the array; what they had stays unused. */
export function makeRoom(state: DesState): void {
  const { ints } = state;
  for (let l = 0; l < state.network.lanes.count; l++) {
    const lane = state.laneAt(l);
    const before = ints[lane + LANE_RING_MASK];
    const count = ints[lane + LANE_COUNT];
    const begun = ints[lane + LANE_BEGUN];
    if (before === 0 || ((count - begun) | 0) + 2 <= before) continue;
    const { chainStartPs } = state;
    const mask = before * 2 + 1;
    const at = chainStartPs.length;
    state.chainStartPs = new Float64Array(at + mask + 1);
    state.chainStartPs.set(chainStartPs);
    for (let k = begun; k !== count; k = (k + 1) | 0)
      state.chainStartPs[at + (k & mask)] = chainStartPs[ints[lane + LANE_RING_AT] + (k & before)];
    ints[lane + LANE_RING_AT] = at;
    ints[lane + LANE_RING_MASK] = mask;
  }
}
