import { commitLater, countWaiting, makeRoom, postpone } from './chain.js';
import { AGAIN, ARRIVE, ARRIVES, BEGINS, DesState, DONE, ENDS, GO_ON, JOBS_PER_EVENT, LEAVE, SHARED_DONE, TOOK } from './des-state.js';
import { earliest, KIND_BITS, push } from './event-list.js';
import { BUCKET_BASE, BUCKETS, HIGH_WORD } from './histogram.js';
import {
  FLOW_ARRIVAL,
  FLOW_CLASSES,
  FLOW_GAP,
  FLOW_GAPS,
  FLOW_LIMIT,
  FLOW_NUMBER,
  FLOW_PROGRAM,
  FLOW_THINK,
  FLOW_UNDER_WAY,
  JOB_BORN,
  JOB_NEXT,
  JOB_OP,
  JOB_SERVICE,
  JOB_SINCE,
  JOB_WAKE,
  LANE_BEGUN,
  LANE_BUSY,
  LANE_COUNT,
  LANE_DEFICIT,
  LANE_FREE,
  LANE_GRANT,
  LANE_HEAD,
  LANE_LIMIT,
  LANE_MAX_WAITING,
  LANE_NEXT,
  LANE_PLACES,
  LANE_POLLS,
  LANE_RING_AT,
  LANE_RING_MASK,
  LANE_SINGLE,
  LANE_SIZE,
  LANE_TAIL,
  LANE_WAITING,
  OP_DELAY,
  OP_IF_ASLEEP,
  OP_KIND,
  OP_LANE,
  OP_MEAN,
  OP_PROGRAM,
  OP_SERVED,
  OP_SIZE,
  OP_STATION,
  OP_STREAM,
  OP_WAITED,
  OP_WAKE,
  PROGRAM_DONE,
  PROGRAM_FLOW,
  PROGRAM_HISTOGRAM,
  PROGRAM_LATENCY,
  PROGRAM_LOST,
  PROGRAM_OFFERED,
  PROGRAM_SIZE,
  PROGRAM_START,
  PROGRAM_UP_TO,
  RING_HEAD,
  RING_SIZE,
  RING_TAIL,
  SHARED_HEAD,
  SHARED_TICKET,
  STATION_BURST,
  STATION_BUSY,
  STATION_LANE,
  STATION_LANES_END,
  STATION_MAX_WAITING,
  STATION_RULE,
  STATION_SERVERS,
  STATION_SINCE,
  STATION_VIRTUAL,
  STATION_WAITING,
} from './layout.js';
import { CLOSED, CONSTANT, FAIR, type Network, ON_OFF, POISSON, PRIORITY, TRACE } from './network.js';
import {
  CHAIN,
  DELAY,
  END_CLOSED,
  END_LIMITED,
  GIVE_SLOT,
  NEEDS_PLACE,
  type PlanOptions,
  PROCESSOR_SHARING,
  QUEUE,
  TAKE_SLOT,
  TOKENS,
} from './plan.js';
import { BLOCK_MASK, refill } from './random.js';
import { trainingNetwork } from './training.js';

/** Why a run came back. */
export type Outcome = 'reached' | 'interrupted' | 'idle';

const KIND_MASK = (1 << KIND_BITS) - 1;
/** A time that is none. */
const NOT_AT_ALL = -0.5;
/** Order numbers start again before they leave the range of small integers. */
const MAX_ORDER = 0x3fffffff;

/** A network at time 0 with its first arrivals scheduled. */
export function start(network: Network, seed: number, replication: number, options?: PlanOptions): DesState {
  const state = new DesState(network, seed, replication, options);
  const { flows } = network;
  for (let f = 0; f < flows.count; f++) {
    if (flows.arrival[f] === CLOSED) {
      for (let d = 0; d < flows.depth[f]; d++) {
        const job = state.free;
        state.free = state.ints[job + JOB_NEXT];
        state.freeCount--;
        state.ints[job + JOB_OP] = state.ints[state.programAt(flows.classStart[f]) + PROGRAM_START];
        state.schedule(0, job, AGAIN);
      }
    } else {
      const first = firstArrivalPs(state, f);
      if (Number.isFinite(first)) state.schedule(first, state.flowAt(f), ARRIVE);
    }
  }
  return state;
}

function firstArrivalPs(state: DesState, f: number): number {
  const { flows, streams } = state.network;
  switch (flows.arrival[f]) {
    case CONSTANT:
      // Sources that all begin at once would stay in step for ever.
      return Math.round(flows.gapPs[f] * state.random.draw(streams.classes[f]));
    case TRACE:
      return flows.traceStart[f] < flows.traceStart[f + 1] ? flows.tracePs[flows.traceStart[f]] : Number.POSITIVE_INFINITY;
    case ON_OFF: {
      // Begins in a pause or a burst as the source would be found at any time.
      const { onPs, offPs } = flows;
      const isOn = state.random.draw(streams.classes[f]) * (onPs[f] + offPs[f]) < onPs[f];
      const begins = isOn ? 0 : Math.round(offPs[f] * state.random.draw(streams.phases[f]));
      state.phaseEndPs[f] = begins + Math.round(onPs[f] * state.random.draw(streams.phases[f]));
      return nextOnOffPs(state, f, begins + Math.round(flows.gapPs[f] * state.random.draw(streams.gaps[f])));
    }
    default:
      return Math.round(flows.gapPs[f] * state.random.draw(streams.gaps[f]));
  }
}

/** Moves an arrival that falls behind the end of a burst into a later one. */
function nextOnOffPs(state: DesState, f: number, arrivalPs: number): number {
  const { flows, streams } = state.network;
  let t = arrivalPs;
  while (t > state.phaseEndPs[f]) {
    const pause = Math.round(flows.offPs[f] * state.random.draw(streams.phases[f]));
    const burst = Math.round(flows.onPs[f] * state.random.draw(streams.phases[f]));
    t += pause;
    state.phaseEndPs[f] += pause + burst;
  }
  return t;
}

function nextTracePs(state: DesState, f: number): number {
  const { flows } = state.network;
  let at = state.traceAt[f] + 1;
  if (flows.traceStart[f] + at >= flows.traceStart[f + 1]) {
    if (flows.tracePeriodPs[f] === 0) return Number.POSITIVE_INFINITY;
    at = 0;
    state.traceBasePs[f] += flows.tracePeriodPs[f];
  }
  state.traceAt[f] = at;
  return state.traceBasePs[f] + flows.tracePs[flows.traceStart[f] + at];
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

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
    if (state.freeCount < JOBS_PER_EVENT) state.grow();
    if (state.order > MAX_ORDER - MAX_STRETCH * EVENTS_PER_EVENT) state.renumber();
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
    for (let slice = 1; slice <= 20; slice++) run(state, slice * 20_000, Number.MAX_SAFE_INTEGER);
    state.resetStatistics();
  }
}

/** Events that one call of the loop runs at most; what needs new arrays is done between the calls. */
const MAX_STRETCH = 20_000;
/** Events that one event schedules, give or take. */
const EVENTS_PER_EVENT = 8;

/**
 * One loop serves every kind of station. When a server becomes free it takes its next job first; then the job that left it
 * goes on. Readable forms of the stations are in `sim/stations`; a test runs both side by side.
 *
 * An event leaves a hole at the root of the heap, which the first event that it schedules fills; the second goes in behind.
 * Whatever comes on top of these two (few events do) is put in at once.
 *
 * For the sake of the compiler: arrays do not change inside, and every local begins as the kind of number that it stays
 * (`+x`, `x | 0`); one that is of unknown type would be put into an object of its own with each assignment.
 */
function loop(state: DesState, endPs: number, maxEvents: number): Outcome {
  const { ints, reals, heapPs, heapEvent, counts, later, chainStartPs } = state;
  const { state: randomState, values, kinds } = state.random;
  const streamsAt = state.streamsAt | 0;
  const untilPs = +endPs;
  let heapSize = state.heapSize | 0;
  let order = state.order | 0;
  let free = state.free | 0;
  let freeCount = state.freeCount | 0;
  let now = +state.nowPs;
  let left = maxEvents | 0;
  /** A chain has no room for the next job. */
  let isTight = 0;
  let outcome: Outcome = 'interrupted';

  while (left > 0) {
    const time = heapPs[0];
    // Not a number where there are no events.
    if (!(time <= untilPs)) {
      outcome = heapSize === 0 ? 'idle' : 'reached';
      now = untilPs;
      break;
    }
    if (freeCount < JOBS_PER_EVENT || isTight !== 0) break;
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
    let job = -1;
    let op = 0;
    let bornPs = 0.5;
    let freed = -1;

    if (kind === DONE) {
      job = subject;
      op = ints[job + JOB_OP];
      bornPs = reals[job + JOB_BORN];
      const lane = ints[op + OP_LANE];
      if (ints[lane + LANE_SINGLE] !== 0) {
        const next = ints[lane + LANE_HEAD];
        if (next < 0) ints[lane + LANE_BUSY]--;
        else {
          const behind = ints[next + JOB_NEXT];
          ints[lane + LANE_HEAD] = behind;
          if (behind < 0) ints[lane + LANE_TAIL] = -1;
          ints[lane + LANE_WAITING]--;
          reals[ints[next + JOB_OP] + OP_WAITED] += now - reals[next + JOB_SINCE];
          firstPs = now + reals[next + JOB_SERVICE];
          firstEvent = (next << KIND_BITS) | DONE;
          ints[next] = order++;
        }
      } else {
        freed = ints[op + OP_STATION];
        ints[freed + STATION_BUSY]--;
        ints[lane + LANE_BUSY]--;
      }
      op += OP_SIZE;
    } else if (kind === ARRIVE) {
      const f = subject;
      let p = ints[f + FLOW_PROGRAM];
      const law = ints[f + FLOW_ARRIVAL];
      if (law === TRACE) p += PROGRAM_SIZE * traceClass(state, ints[f + FLOW_NUMBER]);
      else if (ints[f + FLOW_CLASSES] > 1) p = drawClass(state, f);
      // The next one.
      if (law === POISSON || law === ON_OFF) {
        const stream = ints[f + FLOW_GAPS];
        let at = ints[stream];
        if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream - streamsAt) | 0;
        firstPs = now + Math.floor(reals[f + FLOW_GAP] * values[at] + 0.5);
        ints[stream] = at + 1;
        if (law === ON_OFF) firstPs = +nextOnOffPs(state, ints[f + FLOW_NUMBER], firstPs);
      } else firstPs = law === CONSTANT ? now + reals[f + FLOW_GAP] : +nextTracePs(state, ints[f + FLOW_NUMBER]);
      if (firstPs < Number.POSITIVE_INFINITY) {
        firstEvent = event;
        ints[f] = order++;
      } else firstPs = NOT_AT_ALL;
      reals[p + PROGRAM_OFFERED]++;
      if (ints[f + FLOW_LIMIT] > 0 && ints[f + FLOW_UNDER_WAY]++ >= ints[f + FLOW_LIMIT]) {
        ints[f + FLOW_UNDER_WAY]--;
        reals[p + PROGRAM_LOST]++;
      } else {
        op = ints[p + PROGRAM_START];
        bornPs = now;
        job = free;
        free = ints[job + JOB_NEXT];
        freeCount--;
        reals[job + JOB_BORN] = now;
      }
    } else if (kind === GO_ON) {
      job = subject;
      op = ints[job + JOB_OP];
      bornPs = reals[job + JOB_BORN];
    } else if (kind === LEAVE) {
      // The tokens of a shaper are there.
      job = subject;
      op = ints[job + JOB_OP];
      bornPs = reals[job + JOB_BORN];
      ints[ints[op + OP_LANE] + LANE_WAITING]--;
      ints[ints[op + OP_STATION] + STATION_WAITING]--;
      op += OP_SIZE;
    } else if (kind === AGAIN) {
      job = subject;
      const p = drawClass(state, ints[ints[ints[job + JOB_OP] + OP_PROGRAM] + PROGRAM_FLOW]) | 0;
      op = ints[p + PROGRAM_START];
      bornPs = now;
      reals[job + JOB_BORN] = now;
      reals[p + PROGRAM_OFFERED]++;
    } else if (kind === TOOK) {
      job = subject;
      op = ints[job + JOB_OP] + OP_SIZE;
      bornPs = reals[job + JOB_BORN];
    } else if (kind === SHARED_DONE) {
      const s = ints[subject + JOB_OP];
      ints[subject + JOB_NEXT] = free;
      free = subject;
      freeCount++;
      // Nothing to do if somebody came or left in between.
      if (s >= 0) {
        const n = ints[s + STATION_BUSY];
        reals[s + STATION_VIRTUAL] += (now - reals[s + STATION_SINCE]) * Math.min(1, ints[s + STATION_SERVERS] / n);
        reals[s + STATION_SINCE] = now;
        // The job with the least left; among equals the one that came first, which is deepest in the list.
        let bestBefore = -1;
        let best = ints[s + SHARED_HEAD];
        for (let before = best, j = ints[best + JOB_NEXT]; j >= 0; before = j, j = ints[j + JOB_NEXT]) {
          if (reals[j + JOB_SERVICE] <= reals[best + JOB_SERVICE]) {
            best = j;
            bestBefore = before;
          }
        }
        if (bestBefore < 0) ints[s + SHARED_HEAD] = ints[best + JOB_NEXT];
        else ints[bestBefore + JOB_NEXT] = ints[best + JOB_NEXT];
        ints[s + STATION_BUSY]--;
        job = best;
        op = ints[best + JOB_OP];
        bornPs = reals[best + JOB_BORN];
        ints[ints[op + OP_LANE] + LANE_BUSY]--;
        reals[s + STATION_VIRTUAL] = Math.max(reals[s + STATION_VIRTUAL], reals[best + JOB_SERVICE]);
        reals[op + OP_WAITED] += now - reals[best + JOB_SINCE] - reals[best + JOB_WAKE];
        op += OP_SIZE;
        ints[s + SHARED_TICKET] = -1;
        if (ints[s + STATION_BUSY] > 0) {
          let least = Number.POSITIVE_INFINITY;
          for (let j = ints[s + SHARED_HEAD]; j >= 0; j = ints[j + JOB_NEXT])
            if (reals[j + JOB_SERVICE] < least) least = reals[j + JOB_SERVICE];
          const remaining = (least - reals[s + STATION_VIRTUAL]) * Math.max(1, ints[s + STATION_BUSY] / ints[s + STATION_SERVERS]);
          const ticket = free;
          free = ints[ticket + JOB_NEXT];
          freeCount--;
          ints[ticket + JOB_OP] = s;
          ints[s + SHARED_TICKET] = ticket;
          firstPs = now + Math.max(0, Math.round(remaining));
          firstEvent = (ticket << KIND_BITS) | SHARED_DONE;
          ints[ticket] = order++;
        }
      }
    }

    // The server that became free at a station with several lanes takes its next job.
    if (freed >= 0 && ints[freed + STATION_WAITING] > 0) {
      let lane = -1;
      const rule = ints[freed + STATION_RULE];
      if (rule === FAIR) {
        let blocked = 0;
        for (;;) {
          const head = ints[freed + RING_HEAD];
          if (head < 0 || blocked > ints[freed + RING_SIZE]) break;
          if (ints[head + LANE_BUSY] < ints[head + LANE_PLACES]) {
            const need = reals[ints[head + LANE_HEAD] + JOB_SERVICE];
            const saved = reals[head + LANE_DEFICIT];
            if (saved >= need) {
              reals[head + LANE_DEFICIT] = saved - need;
              lane = head;
              break;
            }
            reals[head + LANE_DEFICIT] = saved + reals[head + LANE_GRANT];
            blocked = 0;
          } else blocked++;
          const tail = ints[freed + RING_TAIL];
          if (head !== tail) {
            ints[freed + RING_HEAD] = ints[head + LANE_NEXT];
            ints[tail + LANE_NEXT] = head;
            ints[head + LANE_NEXT] = -1;
            ints[freed + RING_TAIL] = head;
          }
        }
      } else if (rule === PRIORITY) {
        for (let l = ints[freed + STATION_LANE]; l < ints[freed + STATION_LANES_END]; l += LANE_SIZE) {
          if (ints[l + LANE_HEAD] >= 0) {
            lane = l;
            break;
          }
        }
      } else lane = ints[freed + STATION_LANE];
      if (lane >= 0) {
        const chosen = ints[lane + LANE_HEAD];
        const behind = ints[chosen + JOB_NEXT];
        ints[lane + LANE_HEAD] = behind;
        if (behind < 0) {
          ints[lane + LANE_TAIL] = -1;
          if (rule === FAIR) {
            // The lane is at the head of the ring; empty, it leaves and forgets what it had saved.
            ints[freed + RING_HEAD] = ints[lane + LANE_NEXT];
            if (ints[freed + RING_HEAD] < 0) ints[freed + RING_TAIL] = -1;
            ints[lane + LANE_NEXT] = -1;
            ints[freed + RING_SIZE]--;
            reals[lane + LANE_DEFICIT] = 0;
          }
        }
        ints[lane + LANE_WAITING]--;
        ints[freed + STATION_WAITING]--;
        ints[lane + LANE_BUSY]++;
        ints[freed + STATION_BUSY]++;
        const wake = reals[chosen + JOB_WAKE];
        reals[ints[chosen + JOB_OP] + OP_WAITED] += now - reals[chosen + JOB_SINCE] + wake;
        firstPs = now + reals[chosen + JOB_SERVICE] + wake;
        firstEvent = (chosen << KIND_BITS) | DONE;
        ints[chosen] = order++;
      }
    }

    // The job goes on until it has to wait for something. Delays add up on the way: only a place that others may reach in
    // between needs an event.
    if (job >= 0) {
      let ahead = kind === GO_ON ? 0 : reals[op + OP_DELAY];
      for (;;) {
        const what = ints[op + OP_KIND];
        /** When the job is heard of next, and as what; -1 if somebody else sees to that. */
        let atPs = NOT_AT_ALL;
        let nextKind = DONE;
        let isLost = false;
        if (ahead > 0 && what >= NEEDS_PLACE) {
          atPs = now + ahead;
          nextKind = GO_ON;
        } else if (what === QUEUE) {
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
          if (ints[lane + LANE_BUSY] < ints[lane + LANE_PLACES]) {
            ints[lane + LANE_BUSY]++;
            atPs = now + service;
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
        } else if (what <= END_CLOSED) {
          const p = ints[op + OP_PROGRAM];
          const f = ints[p + PROGRAM_FLOW];
          const latency = now + ahead - bornPs;
          reals[p + PROGRAM_DONE]++;
          reals[p + PROGRAM_LATENCY] += latency;
          float[0] = latency;
          let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
          if (bucket < 0) bucket = 0;
          else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
          counts[ints[p + PROGRAM_HISTOGRAM] + bucket]++;
          if (what !== END_CLOSED) {
            if (what === END_LIMITED) ints[f + FLOW_UNDER_WAY]--;
            ints[job + JOB_NEXT] = free;
            free = job;
            freeCount++;
            break;
          }
          let at = now + ahead;
          if (reals[f + FLOW_THINK] > 0) at += Math.round(reals[f + FLOW_THINK] * state.random.draw(ints[f + FLOW_GAPS] - streamsAt));
          // A path that takes no time at all must not stop the clock.
          if (at === now && latency === 0) at = now + IDLE_LOOP_PS;
          if (at > now) {
            atPs = at;
            nextKind = AGAIN;
          } else {
            const again = ints[f + FLOW_CLASSES] > 1 ? drawClass(state, f) | 0 : ints[f + FLOW_PROGRAM];
            op = ints[again + PROGRAM_START];
            bornPs = now;
            reals[job + JOB_BORN] = now;
            reals[again + PROGRAM_OFFERED]++;
            ahead = reals[op + OP_DELAY];
            continue;
          }
        } else if (what === DELAY) {
          const awake = ints[op + OP_IF_ASLEEP];
          if (awake < 0 || (ints[awake + LANE_POLLS] === 0 && ints[awake + LANE_BUSY] === 0 && ints[awake + LANE_WAITING] === 0)) {
            let service = reals[op + OP_MEAN];
            if (ints[op + OP_STREAM] >= 0) service = Math.round(service * state.random.draw(ints[op + OP_STREAM] - streamsAt));
            reals[op + OP_SERVED] += service;
            ahead += service;
          }
          op += OP_SIZE;
          ahead += reals[op + OP_DELAY];
          continue;
        } else if (what === CHAIN) {
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
              postpone(later, t, ARRIVES, op, service, count);
              postpone(later, begin, BEGINS, op, begin - t, 0);
            }
            t = begin + service;
            reals[lane + LANE_FREE] = t;
            op += OP_SIZE;
            t += reals[op + OP_DELAY];
          } while (ints[op + OP_KIND] === CHAIN);
          const p = ints[op + OP_PROGRAM];
          const latency = t - bornPs;
          if (t <= untilPs) {
            reals[p + PROGRAM_DONE]++;
            reals[p + PROGRAM_LATENCY] += latency;
            float[0] = latency;
            let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
            if (bucket < 0) bucket = 0;
            else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
            counts[ints[p + PROGRAM_HISTOGRAM] + bucket]++;
          } else postpone(later, t, ENDS, op, latency, 0);
          ints[job + JOB_NEXT] = free;
          free = job;
          freeCount++;
          break;
        } else {
          const s = ints[op + OP_STATION];
          if (what === GIVE_SLOT) {
            // Whoever waits first takes the place over and goes on at once.
            const lane = ints[s + STATION_LANE];
            const next = ints[lane + LANE_HEAD];
            if (next < 0) ints[s + STATION_BUSY]--;
            else {
              ints[lane + LANE_HEAD] = ints[next + JOB_NEXT];
              if (ints[lane + LANE_HEAD] < 0) ints[lane + LANE_TAIL] = -1;
              ints[lane + LANE_WAITING]--;
              ints[s + STATION_WAITING]--;
              reals[ints[next + JOB_OP] + OP_WAITED] += now - reals[next + JOB_SINCE];
              ints[next] = order++;
              push(heapPs, heapEvent, ints, heapSize++, now, (next << KIND_BITS) | TOOK);
            }
            op += OP_SIZE;
            ahead = reals[op + OP_DELAY];
            continue;
          }
          const awake = ints[op + OP_IF_ASLEEP];
          if (awake >= 0 && (ints[awake + LANE_POLLS] !== 0 || ints[awake + LANE_BUSY] > 0 || ints[awake + LANE_WAITING] > 0)) {
            op += OP_SIZE;
            ahead = reals[op + OP_DELAY];
            continue;
          }
          let service = reals[op + OP_MEAN];
          if (ints[op + OP_STREAM] >= 0) service = Math.round(service * state.random.draw(ints[op + OP_STREAM] - streamsAt));
          const lane = ints[op + OP_LANE];
          const isFull = ints[lane + LANE_LIMIT] > 0 && ints[lane + LANE_WAITING] >= ints[lane + LANE_LIMIT];
          if (what === TAKE_SLOT) {
            if (ints[s + STATION_BUSY] < ints[s + STATION_SERVERS] && ints[lane + LANE_WAITING] === 0) {
              ints[s + STATION_BUSY]++;
              op += OP_SIZE;
              ahead = reals[op + OP_DELAY];
              continue;
            }
            reals[job + JOB_SINCE] = now;
            ints[job + JOB_NEXT] = -1;
            if (ints[lane + LANE_TAIL] < 0) ints[lane + LANE_HEAD] = job;
            else ints[ints[lane + LANE_TAIL] + JOB_NEXT] = job;
            ints[lane + LANE_TAIL] = job;
            ints[lane + LANE_WAITING]++;
            if (++ints[s + STATION_WAITING] > ints[s + STATION_MAX_WAITING]) ints[s + STATION_MAX_WAITING] = ints[s + STATION_WAITING];
          } else if (what === TOKENS) {
            if (isFull) isLost = true;
            else {
              const ready = Math.max(reals[s + STATION_VIRTUAL], now - reals[s + STATION_BURST]) + service;
              reals[s + STATION_VIRTUAL] = ready;
              const at = Math.max(now, Math.round(ready));
              reals[op + OP_SERVED] += service;
              reals[op + OP_WAITED] += at - now;
              if (at === now) {
                op += OP_SIZE;
                ahead = reals[op + OP_DELAY];
                continue;
              }
              ints[lane + LANE_WAITING]++;
              if (++ints[s + STATION_WAITING] > ints[s + STATION_MAX_WAITING]) ints[s + STATION_MAX_WAITING] = ints[s + STATION_WAITING];
              atPs = at;
              nextKind = LEAVE;
            }
          } else if (what === PROCESSOR_SHARING) {
            const n = ints[s + STATION_BUSY];
            if (n > 0) reals[s + STATION_VIRTUAL] += (now - reals[s + STATION_SINCE]) * Math.min(1, ints[s + STATION_SERVERS] / n);
            reals[s + STATION_SINCE] = now;
            ints[s + STATION_BUSY] = n + 1;
            ints[lane + LANE_BUSY]++;
            reals[op + OP_SERVED] += service;
            reals[job + JOB_SINCE] = now;
            reals[job + JOB_WAKE] = service; // kept to tell waiting from service at the end
            reals[job + JOB_SERVICE] = reals[s + STATION_VIRTUAL] + service;
            ints[job + JOB_NEXT] = ints[s + SHARED_HEAD];
            ints[s + SHARED_HEAD] = job;
            let least = reals[job + JOB_SERVICE];
            for (let j = ints[job + JOB_NEXT]; j >= 0; j = ints[j + JOB_NEXT])
              if (reals[j + JOB_SERVICE] < least) least = reals[j + JOB_SERVICE];
            const remaining = (least - reals[s + STATION_VIRTUAL]) * Math.max(1, ints[s + STATION_BUSY] / ints[s + STATION_SERVERS]);
            // The event that is under way says nothing any more.
            if (ints[s + SHARED_TICKET] >= 0) ints[ints[s + SHARED_TICKET] + JOB_OP] = -1;
            const ticket = free;
            free = ints[ticket + JOB_NEXT];
            freeCount--;
            ints[ticket + JOB_OP] = s;
            ints[s + SHARED_TICKET] = ticket;
            ints[ticket] = order++;
            push(heapPs, heapEvent, ints, heapSize++, now + Math.max(0, Math.round(remaining)), (ticket << KIND_BITS) | SHARED_DONE);
          } else {
            const wake =
              reals[op + OP_WAKE] > 0 && ints[lane + LANE_POLLS] === 0 && ints[lane + LANE_BUSY] === 0 && ints[lane + LANE_WAITING] === 0
                ? reals[op + OP_WAKE]
                : 0;
            const single = ints[lane + LANE_SINGLE] !== 0;
            const begins = single
              ? ints[lane + LANE_BUSY] < ints[lane + LANE_PLACES]
              : ints[s + STATION_BUSY] < ints[s + STATION_SERVERS] &&
                ints[lane + LANE_BUSY] < ints[lane + LANE_PLACES] &&
                ints[lane + LANE_WAITING] === 0;
            if (begins) {
              if (!single) ints[s + STATION_BUSY]++;
              ints[lane + LANE_BUSY]++;
              reals[op + OP_SERVED] += service;
              reals[op + OP_WAITED] += wake;
              atPs = now + service + wake;
            } else if (isFull) isLost = true;
            else {
              reals[op + OP_SERVED] += service;
              reals[job + JOB_SINCE] = now;
              reals[job + JOB_SERVICE] = service;
              reals[job + JOB_WAKE] = wake;
              ints[job + JOB_NEXT] = -1;
              const tail = ints[lane + LANE_TAIL];
              if (tail < 0) {
                ints[lane + LANE_HEAD] = job;
                if (ints[s + STATION_RULE] === FAIR && !single) {
                  reals[lane + LANE_DEFICIT] = 0;
                  ints[lane + LANE_NEXT] = -1;
                  if (ints[s + RING_TAIL] < 0) ints[s + RING_HEAD] = lane;
                  else ints[ints[s + RING_TAIL] + LANE_NEXT] = lane;
                  ints[s + RING_TAIL] = lane;
                  ints[s + RING_SIZE]++;
                }
              } else ints[tail + JOB_NEXT] = job;
              ints[lane + LANE_TAIL] = job;
              const count = ints[lane + LANE_WAITING] + 1;
              ints[lane + LANE_WAITING] = count;
              if (count > ints[lane + LANE_MAX_WAITING]) ints[lane + LANE_MAX_WAITING] = count;
              if (!single && ++ints[s + STATION_WAITING] > ints[s + STATION_MAX_WAITING])
                ints[s + STATION_MAX_WAITING] = ints[s + STATION_WAITING];
            }
          }
        }
        ints[job + JOB_OP] = op;
        if (isLost) {
          // A full queue: a job of a closed loop tries again after a pause, one of an open loop is gone.
          const p = ints[op + OP_PROGRAM];
          const f = ints[p + PROGRAM_FLOW];
          reals[p + PROGRAM_LOST]++;
          if (ints[f + FLOW_ARRIVAL] !== CLOSED) {
            if (ints[f + FLOW_LIMIT] > 0) ints[f + FLOW_UNDER_WAY]--;
            ints[job + JOB_NEXT] = free;
            free = job;
            freeCount++;
            break;
          }
          atPs = now + RETRY_PS;
          nextKind = AGAIN;
        }
        if (atPs >= 0) {
          ints[job] = order++;
          if (firstPs < 0) {
            firstPs = atPs;
            firstEvent = (job << KIND_BITS) | nextKind;
          } else {
            secondPs = atPs;
            secondEvent = (job << KIND_BITS) | nextKind;
          }
        }
        break;
      }
    }

    // Into the hole goes the first event, or the last one of the list.
    if (firstPs < 0) {
      firstPs = heapPs[--heapSize];
      firstEvent = heapEvent[heapSize];
      heapPs[heapSize] = Number.NaN;
      if (heapSize === 0) continue;
    }
    const firstOrder = ints[firstEvent >> KIND_BITS];
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
      let k = heapSize++;
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

  state.heapSize = heapSize;
  state.order = order;
  state.free = free;
  state.freeCount = freeCount;
  state.nowPs = now;
  state.events += maxEvents - left;
  return outcome;
}

/** Pause of a closed loop whose path took no time: 1 us. */
export const IDLE_LOOP_PS = 1e6;
/** A closed loop that lost an operation notices it after this time: 10 us. */
export const RETRY_PS = 1e7;

/** @returns the program of a flow's next job; both are addresses. */
function drawClass(state: DesState, flow: number): number {
  const { ints, reals } = state;
  let p = ints[flow + FLOW_PROGRAM];
  if (ints[flow + FLOW_CLASSES] < 2) return p;
  const u = state.random.draw(state.network.streams.classes[ints[flow + FLOW_NUMBER]]);
  while (u > reals[p + PROGRAM_UP_TO]) p += PROGRAM_SIZE;
  return p;
}

/** @returns the class of the arrival of a recording that is due. */
function traceClass(state: DesState, f: number): number {
  const { traceClass, traceStart } = state.network.flows;
  return traceClass[traceStart[f] + state.traceAt[f]];
}
