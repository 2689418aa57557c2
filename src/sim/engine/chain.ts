import type { DesState } from './des-state.js';
import { BUCKET_BASE, BUCKETS, bucketOf, HIGH_WORD } from './histogram.js';
import { ARRIVES, BEGINS, countWaiting, ENDS, type Later, postpone } from './later.js';
import {
  FREE,
  FREE_COUNT,
  JOB_BORN,
  JOB_NEXT,
  LANE_COUNT,
  LANE_FREE,
  LANE_MAX_WAITING,
  LANE_RING_AT,
  LANE_RING_MASK,
  OP_DELAY,
  OP_KIND,
  OP_LANE,
  OP_MEAN,
  OP_PROGRAM,
  OP_SERVED,
  OP_SIZE,
  OP_STREAM,
  OP_WAITED,
  PROGRAM_DONE,
  PROGRAM_HISTOGRAM,
  PROGRAM_LATENCY,
} from './layout.js';
import { CHAIN } from './plan.js';
import { BLOCK_MASK, refill } from './random.js';

/** Beginnings for which there is room beyond those of the jobs that wait. */
const MARGIN = 4;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

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
 * Departures follow from arrivals: a job passes a whole chain at once, and its end as well.
 *
 * @param first the first op
 * @param job -1 for one that arrives now and needs no memory
 * @returns 1 if a station needs more room
 */
export function passChain(state: DesState, first: number, job: number, now: number, untilPs: number): number {
  const { ints, reals, counts, later, chainStartPs } = state;
  const { state: randomState, values, kinds } = state.random;
  const streamsAt = state.streamsAt | 0;
  let isTight = 0;
  let op = first | 0;
  const born = job < 0 ? now : reals[job + JOB_BORN];
  let t = now;
  do {
    const lane = ints[op + OP_LANE];
    let service = reals[op + OP_MEAN];
    const stream = ints[op + OP_STREAM];
    if (stream >= 0) {
      let next = ints[stream];
      if ((next & BLOCK_MASK) === 0) next = refill(randomState, values, kinds, stream - streamsAt) | 0;
      service = Math.floor(service * values[next] + 0.5);
      ints[stream] = next + 1;
    }
    // Not Math.max: in the short times of the training it yields integers, for which the compiler would then make the code.
    const freePs = reals[lane + LANE_FREE];
    const begin = freePs > t ? freePs : t;
    const n = ints[lane + LANE_COUNT];
    const ring = ints[lane + LANE_RING_AT];
    const mask = ints[lane + LANE_RING_MASK];
    ints[lane + LANE_COUNT] = (n + 1) | 0;
    chainStartPs[ring + (n & mask)] = begin;
    if (begin <= untilPs) {
      reals[op + OP_SERVED] += service;
      reals[op + OP_WAITED] += begin - t;
      // More wait than ever before if the one that came so many before has not begun.
      const most = ints[lane + LANE_MAX_WAITING];
      if (begin > t && chainStartPs[ring + ((n - most) & mask)] > t) {
        ints[lane + LANE_MAX_WAITING] = most + 1;
        if (most + MARGIN > mask) isTight = 1;
      }
    } else if (passLater(state, op, t, begin, service, untilPs) !== 0) isTight = 1;
    t = begin + service;
    reals[lane + LANE_FREE] = t;
    op += OP_SIZE;
    t += reals[op + OP_DELAY];
  } while (ints[op + OP_KIND] === CHAIN);
  const p = ints[op + OP_PROGRAM];
  const latency = t - born;
  // As with events, a job counts as done when it leaves the last station; what delays come then is known.
  const leftPs = t - reals[op + OP_DELAY];
  if (leftPs <= untilPs) {
    reals[p + PROGRAM_DONE]++;
    reals[p + PROGRAM_LATENCY] += latency;
    float[0] = latency;
    let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
    if (bucket < 0) bucket = 0;
    else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
    counts[ints[p + PROGRAM_HISTOGRAM] + bucket]++;
  } else postpone(later, leftPs, ENDS, op, latency, 0);
  if (job >= 0) {
    ints[job + JOB_NEXT] = ints[FREE];
    ints[FREE] = job;
    ints[FREE_COUNT]++;
  }
  return isTight;
}

/**
 * The job that a station of a chain has let in last begins after the end of the run: what it does is counted later, but for
 * what it does before.
 *
 * @returns 1 if the station needs more room.
 */
function passLater(state: DesState, op: number, t: number, begin: number, service: number, untilPs: number): number {
  const { ints, reals, later } = state;
  const lane = ints[op + OP_LANE];
  const count = countWaiting(ints, state.chainStartPs, lane, t);
  if (t > untilPs) postpone(later, t, ARRIVES, op, service, count);
  else {
    reals[op + OP_SERVED] += service;
    if (count > ints[lane + LANE_MAX_WAITING]) ints[lane + LANE_MAX_WAITING] = count;
  }
  postpone(later, begin, BEGINS, op, begin - t, 0);
  return count + MARGIN > ints[lane + LANE_RING_MASK] ? 1 : 0;
}

/** Doubles the room of stations where it gets tight, at the end of the array; what they had stays unused. */
export function makeRoom(state: DesState): void {
  const { ints } = state;
  for (let l = 0; l < state.network.lanes.count; l++) {
    const lane = state.laneAt(l);
    const before = ints[lane + LANE_RING_MASK];
    if (
      before === 0 ||
      Math.max(ints[lane + LANE_MAX_WAITING], countWaiting(ints, state.chainStartPs, lane, state.nowPs)) + MARGIN <= before
    )
      continue;
    const { chainStartPs } = state;
    const mask = before * 2 + 1;
    const at = chainStartPs.length;
    state.chainStartPs = new Float64Array(at + mask + 1);
    state.chainStartPs.set(chainStartPs);
    const count = ints[lane + LANE_COUNT];
    for (let k = count - before - 1; k < count; k++)
      state.chainStartPs[at + (k & mask)] = chainStartPs[ints[lane + LANE_RING_AT] + (k & before)];
    ints[lane + LANE_RING_AT] = at;
    ints[lane + LANE_RING_MASK] = mask;
  }
}
