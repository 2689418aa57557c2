import { countWaiting, postpone } from './chain.js';
import { ARRIVE, ARRIVES, BEGINS, type DesState, DONE, ENDS, GO_ON, JOBS_PER_EVENT } from './des-state.js';
import { earliest, KIND_BITS } from './event-list.js';
import { BUCKET_BASE, BUCKETS, HIGH_WORD } from './histogram.js';
import {
  AHEAD,
  CURRENT_JOB,
  FLOW_GAP,
  FLOW_GAPS,
  FLOW_PLAIN,
  FLOW_PROGRAM,
  FLOW_UNDER_WAY,
  FREE,
  FREE_COUNT,
  HEAP_SIZE,
  JOB_BORN,
  JOB_LANE,
  JOB_LEFT,
  JOB_NEXT,
  JOB_OP,
  JOB_SERVICE,
  JOB_SINCE,
  JOB_WAKE,
  LANE_BEGUN,
  LANE_BUSY,
  LANE_COUNT,
  LANE_FREE,
  LANE_GROUP,
  LANE_HEAD,
  LANE_IDLE_SINCE,
  LANE_MAX_WAITING,
  LANE_PLACES,
  LANE_RING_AT,
  LANE_RING_MASK,
  LANE_SINGLE,
  LANE_TAIL,
  LANE_WAITING,
  NEXT_ORDER,
  OP_DELAY,
  OP_KIND,
  OP_LANE,
  OP_MEAN,
  OP_PROGRAM,
  OP_SERVED,
  OP_SIZE,
  OP_STATION,
  OP_STREAM,
  OP_WAITED,
  PROGRAM_DONE,
  PROGRAM_FLOW,
  PROGRAM_HISTOGRAM,
  PROGRAM_LATENCY,
  PROGRAM_OFFERED,
  PROGRAM_START,
  STATION_BUSY,
  STATION_WAITING,
} from './layout.js';
import { CHAIN, END_CLOSED, END_LIMITED, QUEUE } from './plan.js';
import { BLOCK_MASK, refill } from './random.js';
import { admit, nextArrivalPs } from './sources.js';
import { perform, putBack, release, resume, takeNext } from './stations.js';

/** Why a run came back. */
export type Outcome = 'reached' | 'interrupted' | 'idle';

const KIND_MASK = (1 << KIND_BITS) - 1;
/** A time that is none. */
const NOT_AT_ALL = -0.5;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/**
 * The event loop. In line are arrivals, plain queues and chains, which most events are about; the rest is in `stations.ts` and
 * `sources.ts`. When a server becomes free it takes its next job first; then the job that left it goes on. Readable forms of
 * the stations are in `sim/stations`; a test runs both side by side.
 *
 * An event leaves a hole at the root of the heap, which the first event that it schedules here fills; the second goes in
 * behind. What other functions schedule is put in at once.
 *
 * For the sake of the compiler: arrays do not change inside, and every local begins as the kind of number that it stays
 * (`+x`, `x | 0`); one that is of unknown type would be put into an object of its own with each assignment. The function is
 * short so that it is compiled soon: a run of 100 000 requests is over in the time that a long one takes to compile.
 */
export function loop(state: DesState, endPs: number, maxEvents: number): Outcome {
  const { ints, reals, heapPs, heapEvent, counts, later, chainStartPs } = state;
  const { state: randomState, values, kinds } = state.random;
  const streamsAt = state.streamsAt | 0;
  const untilPs = +endPs;
  let now = +state.nowPs;
  let left = maxEvents | 0;
  /** A chain has no room for the next job. */
  let isTight = 0;
  let outcome: Outcome = 'interrupted';

  while (left > 0) {
    const time = heapPs[0];
    // Not a number where there are no events.
    if (!(time <= untilPs)) {
      outcome = ints[HEAP_SIZE] === 0 ? 'idle' : 'reached';
      now = untilPs;
      break;
    }
    if (ints[FREE_COUNT] < JOBS_PER_EVENT || isTight !== 0) break;
    left--;
    now = time;
    const event = heapEvent[0];
    const kind = event & KIND_MASK;
    const subject = event >> KIND_BITS;
    /** Events to put in; a time below 0 is none. */
    let firstPs = NOT_AT_ALL;
    let firstEvent = 0;
    let secondPs = NOT_AT_ALL;
    let secondEvent = 0;
    /** The job that goes on after this event, and with what; -1 for none. */
    let job = subject;
    let op = -1;
    let ahead = 0;

    if (kind === DONE) {
      op = ints[job + JOB_OP];
      const lane = ints[op + OP_LANE];
      let next = -1;
      if (ints[lane + LANE_SINGLE] !== 0) {
        next = ints[lane + LANE_HEAD];
        if (next < 0) ints[lane + LANE_BUSY]--;
        else {
          const behind = ints[next + JOB_NEXT];
          ints[lane + LANE_HEAD] = behind;
          if (behind < 0) ints[lane + LANE_TAIL] = -1;
          ints[lane + LANE_WAITING]--;
          reals[ints[next + JOB_OP] + OP_WAITED] += now - reals[next + JOB_SINCE];
          firstPs = now + reals[next + JOB_SERVICE];
        }
      } else {
        const s = ints[op + OP_STATION];
        const group = ints[ints[job + JOB_LANE] + LANE_GROUP];
        ints[s + STATION_BUSY]--;
        const busy = ints[group + LANE_BUSY] - 1;
        ints[group + LANE_BUSY] = busy;
        if (busy === 0) reals[group + LANE_IDLE_SINCE] = now;
        // Of a job that is served in pieces the rest waits.
        if (reals[job + JOB_LEFT] > 0) {
          putBack(state, s, job, now);
          op = -1;
        }
        if (ints[s + STATION_WAITING] > 0) {
          next = takeNext(state, s) | 0;
          if (next >= 0) {
            const wake = reals[next + JOB_WAKE];
            reals[ints[next + JOB_OP] + OP_WAITED] += now - reals[next + JOB_SINCE] + wake;
            firstPs = now + reals[next + JOB_SERVICE] + wake;
          }
        }
      }
      if (next >= 0) {
        firstEvent = (next << KIND_BITS) | DONE;
        ints[next] = ints[NEXT_ORDER]++;
      }
      if (op >= 0) {
        op += OP_SIZE;
        ahead = reals[op + OP_DELAY];
      }
    } else if (kind === ARRIVE) {
      let p = 0;
      if (ints[subject + FLOW_PLAIN] !== 0) {
        p = ints[subject + FLOW_PROGRAM];
        reals[p + PROGRAM_OFFERED]++;
        const stream = ints[subject + FLOW_GAPS];
        let at = ints[stream];
        if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream - streamsAt) | 0;
        firstPs = now + Math.floor(reals[subject + FLOW_GAP] * values[at] + 0.5);
        ints[stream] = at + 1;
      } else {
        p = admit(state, subject) | 0;
        firstPs = +nextArrivalPs(state, subject, now);
      }
      if (firstPs < Number.POSITIVE_INFINITY) {
        firstEvent = event;
        ints[subject] = ints[NEXT_ORDER]++;
      } else firstPs = NOT_AT_ALL;
      if (p >= 0) {
        job = ints[FREE];
        ints[FREE] = ints[job + JOB_NEXT];
        ints[FREE_COUNT]--;
        reals[job + JOB_BORN] = now;
        op = ints[p + PROGRAM_START];
        ahead = reals[op + OP_DELAY];
      }
    } else if (kind === GO_ON) op = ints[job + JOB_OP];
    else {
      op = resume(state, kind, subject, now) | 0;
      job = ints[CURRENT_JOB];
      ahead = reals[AHEAD];
    }

    // The job goes on until it has to wait for something. Delays add up on the way: only a place that others may reach in
    // between needs an event.
    while (op >= 0) {
      const what = ints[op + OP_KIND];
      if (what === QUEUE && ahead === 0) {
        const lane = ints[op + OP_LANE];
        let service = reals[op + OP_MEAN];
        const stream = ints[op + OP_STREAM];
        if (stream >= 0) {
          let at = ints[stream];
          if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream - streamsAt) | 0;
          service = Math.floor(service * values[at] + 0.5);
          ints[stream] = at + 1;
        }
        reals[op + OP_SERVED] += service;
        ints[job + JOB_OP] = op;
        if (ints[lane + LANE_BUSY] < ints[lane + LANE_PLACES]) {
          ints[lane + LANE_BUSY]++;
          ints[job] = ints[NEXT_ORDER]++;
          if (firstPs < 0) {
            firstPs = now + service;
            firstEvent = (job << KIND_BITS) | DONE;
          } else {
            secondPs = now + service;
            secondEvent = (job << KIND_BITS) | DONE;
          }
        } else {
          reals[job + JOB_SINCE] = now;
          reals[job + JOB_SERVICE] = service;
          ints[job + JOB_NEXT] = -1;
          const tail = ints[lane + LANE_TAIL];
          if (tail < 0) ints[lane + LANE_HEAD] = job;
          else ints[tail + JOB_NEXT] = job;
          ints[lane + LANE_TAIL] = job;
          const count = ints[lane + LANE_WAITING] + 1;
          ints[lane + LANE_WAITING] = count;
          if (count > ints[lane + LANE_MAX_WAITING]) ints[lane + LANE_MAX_WAITING] = count;
        }
        break;
      }
      if (what <= END_CLOSED) {
        const p = ints[op + OP_PROGRAM];
        const latency = now + ahead - reals[job + JOB_BORN];
        reals[p + PROGRAM_DONE]++;
        reals[p + PROGRAM_LATENCY] += latency;
        float[0] = latency;
        let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
        if (bucket < 0) bucket = 0;
        else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
        counts[ints[p + PROGRAM_HISTOGRAM] + bucket]++;
        if (what !== END_CLOSED) {
          if (what === END_LIMITED) ints[ints[p + PROGRAM_FLOW] + FLOW_UNDER_WAY]--;
          ints[job + JOB_NEXT] = ints[FREE];
          ints[FREE] = job;
          ints[FREE_COUNT]++;
          break;
        }
      } else if (what === CHAIN && ahead === 0) {
        // Departures follow from arrivals; the whole chain is passed at once, and its end as well.
        let t = now;
        do {
          const lane = ints[op + OP_LANE];
          let service = reals[op + OP_MEAN];
          const stream = ints[op + OP_STREAM];
          if (stream >= 0) {
            let at = ints[stream];
            if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream - streamsAt) | 0;
            service = Math.floor(service * values[at] + 0.5);
            ints[stream] = at + 1;
          }
          const begin = Math.max(reals[lane + LANE_FREE], t);
          const n = ints[lane + LANE_COUNT];
          const next = (n + 1) | 0;
          ints[lane + LANE_COUNT] = next;
          chainStartPs[ints[lane + LANE_RING_AT] + (n & ints[lane + LANE_RING_MASK])] = begin;
          let count = 0;
          if (((next - ints[lane + LANE_BEGUN]) | 0) > ints[lane + LANE_MAX_WAITING]) {
            count = countWaiting(state, lane, t) | 0;
            if (count + 2 > ints[lane + LANE_RING_MASK]) isTight = 1;
          }
          if (begin <= untilPs) {
            reals[op + OP_SERVED] += service;
            reals[op + OP_WAITED] += begin - t;
            if (count > ints[lane + LANE_MAX_WAITING]) ints[lane + LANE_MAX_WAITING] = count;
          } else {
            if (t > untilPs) postpone(later, t, ARRIVES, op, service, count);
            else {
              reals[op + OP_SERVED] += service;
              if (count > ints[lane + LANE_MAX_WAITING]) ints[lane + LANE_MAX_WAITING] = count;
            }
            postpone(later, begin, BEGINS, op, begin - t, 0);
          }
          t = begin + service;
          reals[lane + LANE_FREE] = t;
          op += OP_SIZE;
          t += reals[op + OP_DELAY];
        } while (ints[op + OP_KIND] === CHAIN);
        const p = ints[op + OP_PROGRAM];
        const latency = t - reals[job + JOB_BORN];
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
        release(ints, job);
        break;
      }
      ints[CURRENT_JOB] = job;
      reals[AHEAD] = ahead;
      op = perform(state, op, now) | 0;
      ahead = reals[AHEAD];
    }

    // Into the hole goes the first event, or the last one of the list.
    if (firstPs < 0) {
      const last = --ints[HEAP_SIZE];
      firstPs = heapPs[last];
      firstEvent = heapEvent[last];
      heapPs[last] = Number.NaN;
      if (last === 0) continue;
    }
    const firstOrder = ints[firstEvent >> KIND_BITS];
    const heapSize = ints[HEAP_SIZE];
    let i = 0;
    for (;;) {
      const c = (i << 2) + 1;
      if (c >= heapSize) break;
      const t0 = heapPs[c];
      const t1 = heapPs[c + 1];
      const t2 = heapPs[c + 2];
      const t3 = heapPs[c + 3];
      // Comparisons as numbers: which child is the earliest cannot be foretold, so nothing may branch on it.
      const a = c + (t1 < t0 ? 1 : 0);
      const b = c + 2 + (t3 < t2 ? 1 : 0);
      const ta = heapPs[a];
      const tb = heapPs[b];
      let best = a ^ ((a ^ b) & -(tb < ta ? 1 : 0));
      if (t0 === t1 || t2 === t3 || ta === tb) best = earliest(heapPs, heapEvent, ints, c) | 0;
      const t = heapPs[best];
      if (t >= firstPs && (t > firstPs || ints[heapEvent[best] >> KIND_BITS] > firstOrder)) break;
      heapPs[i] = t;
      heapEvent[i] = heapEvent[best];
      i = best;
    }
    heapPs[i] = firstPs;
    heapEvent[i] = firstEvent;
    if (secondPs >= 0) {
      // The last to be scheduled: at equal times it stays behind.
      let k = heapSize;
      ints[HEAP_SIZE] = heapSize + 1;
      while (k > 0) {
        const parent = (k - 1) >> 2;
        const t = heapPs[parent];
        if (t <= secondPs) break;
        heapPs[k] = t;
        heapEvent[k] = heapEvent[parent];
        k = parent;
      }
      heapPs[k] = secondPs;
      heapEvent[k] = secondEvent;
    }
  }

  state.nowPs = now;
  state.events += maxEvents - left;
  return outcome;
}
