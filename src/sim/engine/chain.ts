import { ARRIVES, BEGINS, type DesState, ENDS, type Later } from './des-state.js';
import { BUCKETS, bucketOf } from './histogram.js';

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

function commit(state: DesState, { kind, op, amountPs, waiting }: Later): void {
  const { ops, programs } = state.plan;
  if (kind === ARRIVES) {
    state.opServicePs[op] += amountPs;
    state.laneMaxWaiting[ops.lane[op]] = Math.max(state.laneMaxWaiting[ops.lane[op]], waiting);
  } else if (kind === BEGINS) state.opWaitPs[op] += amountPs;
  else if (kind === ENDS) {
    const p = ops.program[op];
    state.programDone[p]++;
    state.programLatencyPs[p] += amountPs;
    state.counts[state.network.flows.histogram[programs.flow[p]] * BUCKETS + bucketOf(amountPs)]++;
  }
}

/**
 * Jobs that wait at a station of a chain when the last one that was entered arrives, itself included. Forgets those that
 * have begun by then, and makes room where it gets tight.
 */
export function countWaiting(state: DesState, lane: number, arrivalPs: number): number {
  const { chainAt, chainMask, chainTail, chainStartPs, chainCount } = state;
  const count = chainCount[lane];
  let tail = chainTail[lane];
  while (tail !== count && chainStartPs[chainAt[lane] + (tail & chainMask[lane])] <= arrivalPs) tail = (tail + 1) | 0;
  chainTail[lane] = tail;
  const waiting = (count - tail) | 0;
  if (waiting + 2 > chainMask[lane]) grow(state, lane);
  return waiting;
}

/** Twice the room for one station, at the end of the array; what it had stays unused. */
function grow(state: DesState, lane: number): void {
  const { chainAt, chainMask, chainStartPs, chainCount, chainTail } = state;
  const mask = chainMask[lane] * 2 + 1;
  const at = chainStartPs.length;
  const larger = new Float64Array(at + mask + 1);
  larger.set(chainStartPs);
  for (let k = chainTail[lane]; k !== chainCount[lane]; k = (k + 1) | 0) {
    larger[at + (k & mask)] = chainStartPs[chainAt[lane] + (k & chainMask[lane])];
  }
  state.chainStartPs = larger;
  chainAt[lane] = at;
  chainMask[lane] = mask;
}
