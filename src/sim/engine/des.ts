import { commitLater, countWaiting } from './chain.js';
import { AGAIN, ARRIVE, ARRIVES, BEGINS, DesState, DONE, ENDS, GO_ON, JOBS_PER_EVENT, LEAVE, SHARED_DONE, TOOK } from './des-state.js';
import { earliest, KIND_BITS, push } from './event-list.js';
import { BUCKET_BASE, BUCKETS, HIGH_WORD } from './histogram.js';
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

/** Why a run came back. */
export type Outcome = 'reached' | 'interrupted' | 'idle';

const KIND_MASK = (1 << KIND_BITS) - 1;
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
        state.free = state.jobNext[job];
        state.freeCount--;
        state.jobOp[job] = state.plan.programs.start[flows.classStart[f]];
        state.schedule(0, job, AGAIN);
      }
    } else {
      const first = firstArrivalPs(state, f);
      if (Number.isFinite(first)) state.schedule(first, f, ARRIVE);
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
 * One loop serves every kind of station. When a server becomes free it takes its next job first; then the job that left it
 * goes on. Readable forms of the stations are in `sim/stations`; a test runs both side by side.
 *
 * An event leaves a hole at the root of the heap, which the first event that it schedules fills; the second goes in behind.
 * Whatever comes on top of these two (few events do) is put in at once.
 *
 * @param untilPs events at this time are still run. Statistics are whole once the outcome is not `interrupted`.
 */
export function run(state: DesState, untilPs: number, maxEvents: number): Outcome {
  const { network, plan } = state;
  const { discipline, servers, burstPs, laneStart, quantumPs } = network.stations;
  const { weight, width, limit: laneLimit, polls } = network.lanes;
  const { arrival, gapPs, thinkPs, limit: flowLimit, classStart, classUpTo, histogram: histogramOf } = network.flows;
  const { flow: programFlow, start: programStart } = plan.programs;
  const { kind: opKind, program: opProgram, station: opStation, lane: opLane, delayPs: opDelayPs } = plan.ops;
  const { servicePs: opMeanPs, stream: opStream, wakePs: opWake, onlyIfAsleep: opIfAsleep } = plan.ops;
  const { isSingle, places } = plan;
  const { gaps, classes } = network.streams;
  const { laneHead, laneTail, laneWaiting, laneMaxWaiting, laneBusy, laneDeficitPs, laneNext, ringHead, ringTail, ringSize } = state;
  const { busy, waiting, maxWaiting, virtualPs, virtualSincePs, sharedHead, sharedTicket, underWay } = state;
  const { chainFreePs, chainCount, chainTail, chainAt, chainMask, later } = state;
  const { programOffered, programDone, programLost, programLatencyPs, opServicePs, opWaitPs, counts } = state;
  const { state: randomState, values, at: randomAt, kinds } = state.random;
  let { heapPs, heapEvent, orders, jobOp, jobNext, jobBornPs, jobSincePs, jobServicePs, jobWakePs, chainStartPs } = state;
  let { heapSize, order, free, freeCount } = state;
  let now = state.nowPs;
  let left = maxEvents;
  let outcome: Outcome = 'interrupted';
  commitLater(state, untilPs);

  while (left > 0) {
    const time = heapPs[0];
    // Not a number where there are no events.
    if (!(time <= untilPs)) {
      outcome = heapSize === 0 ? 'idle' : 'reached';
      now = untilPs;
      break;
    }
    if (freeCount < JOBS_PER_EVENT) {
      state.free = free;
      state.freeCount = freeCount;
      state.heapSize = heapSize;
      state.grow();
      ({ heapPs, heapEvent, orders, jobOp, jobNext, jobBornPs, jobSincePs, jobServicePs, jobWakePs, free, freeCount } = state);
    }
    if (order > MAX_ORDER) {
      state.heapSize = heapSize;
      state.renumber();
      order = state.order;
    }
    left--;
    now = time;
    const event = heapEvent[0];
    const kind = event & KIND_MASK;
    const subject = event >> KIND_BITS;
    /** Events to put in; a time below 0 is none. */
    let firstPs = -1;
    let firstEvent = 0;
    let secondPs = -1;
    let secondEvent = 0;
    /** The job that goes on after this event, and with what; -1 for none. */
    let job = -1;
    let op = 0;
    let bornPs = 0;
    let freed = -1;

    if (kind === DONE) {
      job = subject;
      op = jobOp[job];
      bornPs = jobBornPs[job];
      const lane = opLane[op];
      if (isSingle[lane] !== 0) {
        const next = laneHead[lane];
        if (next < 0) laneBusy[lane]--;
        else {
          const behind = jobNext[next];
          laneHead[lane] = behind;
          if (behind < 0) laneTail[lane] = -1;
          laneWaiting[lane]--;
          opWaitPs[jobOp[next]] += now - jobSincePs[next];
          firstPs = now + jobServicePs[next];
          firstEvent = (next << KIND_BITS) | DONE;
          orders[next] = order++;
        }
      } else {
        freed = opStation[op];
        busy[freed]--;
        laneBusy[lane]--;
      }
      op++;
    } else if (kind === ARRIVE) {
      const f = subject;
      let p = classStart[f];
      const law = arrival[f];
      if (law === TRACE) p += network.flows.traceClass[network.flows.traceStart[f] + state.traceAt[f]];
      else if (classStart[f + 1] - p > 1) {
        const stream = classes[f];
        let at = randomAt[stream];
        if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream);
        const u = values[at];
        randomAt[stream] = at + 1;
        while (u > classUpTo[p]) p++;
      }
      // The next one.
      if (law === POISSON || law === ON_OFF) {
        const stream = gaps[f];
        let at = randomAt[stream];
        if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream);
        firstPs = now + Math.floor(gapPs[f] * values[at] + 0.5);
        randomAt[stream] = at + 1;
        if (law === ON_OFF) firstPs = nextOnOffPs(state, f, firstPs);
      } else firstPs = law === CONSTANT ? now + gapPs[f] : nextTracePs(state, f);
      if (firstPs < Number.POSITIVE_INFINITY) {
        firstEvent = event;
        orders[f] = order++;
      } else firstPs = -1;
      programOffered[p]++;
      if (flowLimit[f] > 0 && underWay[f]++ >= flowLimit[f]) {
        underWay[f]--;
        programLost[p]++;
      } else {
        op = programStart[p];
        bornPs = now;
        job = free;
        free = jobNext[job];
        freeCount--;
        jobBornPs[job] = now;
      }
    } else if (kind === GO_ON) {
      job = subject;
      op = jobOp[job];
      bornPs = jobBornPs[job];
    } else if (kind === LEAVE) {
      // The tokens of a shaper are there.
      job = subject;
      op = jobOp[job];
      bornPs = jobBornPs[job];
      laneWaiting[opLane[op]]--;
      waiting[opStation[op]]--;
      op++;
    } else if (kind === AGAIN) {
      job = subject;
      const p = drawClass(state, programFlow[opProgram[jobOp[job]]]);
      op = programStart[p];
      bornPs = now;
      jobBornPs[job] = now;
      programOffered[p]++;
    } else if (kind === TOOK) {
      job = subject;
      op = jobOp[job] + 1;
      bornPs = jobBornPs[job];
    } else if (kind === SHARED_DONE) {
      const s = jobOp[subject];
      jobNext[subject] = free;
      free = subject;
      freeCount++;
      // Nothing to do if somebody came or left in between.
      if (s >= 0) {
        const n = busy[s];
        virtualPs[s] += (now - virtualSincePs[s]) * Math.min(1, servers[s] / n);
        virtualSincePs[s] = now;
        // The job with the least left; among equals the one that came first, which is deepest in the list.
        let bestBefore = -1;
        let best = sharedHead[s];
        for (let before = best, j = jobNext[best]; j >= 0; before = j, j = jobNext[j]) {
          if (jobServicePs[j] <= jobServicePs[best]) {
            best = j;
            bestBefore = before;
          }
        }
        if (bestBefore < 0) sharedHead[s] = jobNext[best];
        else jobNext[bestBefore] = jobNext[best];
        busy[s]--;
        job = best;
        op = jobOp[best];
        bornPs = jobBornPs[best];
        laneBusy[opLane[op]]--;
        virtualPs[s] = Math.max(virtualPs[s], jobServicePs[best]);
        opWaitPs[op] += now - jobSincePs[best] - jobWakePs[best];
        op++;
        sharedTicket[s] = -1;
        if (busy[s] > 0) {
          let least = Number.POSITIVE_INFINITY;
          for (let j = sharedHead[s]; j >= 0; j = jobNext[j]) if (jobServicePs[j] < least) least = jobServicePs[j];
          const remaining = (least - virtualPs[s]) * Math.max(1, busy[s] / servers[s]);
          const ticket = free;
          free = jobNext[ticket];
          freeCount--;
          jobOp[ticket] = s;
          sharedTicket[s] = ticket;
          firstPs = now + Math.max(0, Math.round(remaining));
          firstEvent = (ticket << KIND_BITS) | SHARED_DONE;
          orders[ticket] = order++;
        }
      }
    }

    // The server that became free at a station with several lanes takes its next job.
    if (freed >= 0 && waiting[freed] > 0) {
      let lane = -1;
      const rule = discipline[freed];
      if (rule === FAIR) {
        let blocked = 0;
        for (;;) {
          const head = ringHead[freed];
          if (head < 0 || blocked > ringSize[freed]) break;
          if (laneBusy[head] < width[head]) {
            const need = jobServicePs[laneHead[head]];
            const saved = laneDeficitPs[head];
            if (saved >= need) {
              laneDeficitPs[head] = saved - need;
              lane = head;
              break;
            }
            laneDeficitPs[head] = saved + quantumPs[freed] * weight[head];
            blocked = 0;
          } else blocked++;
          const tail = ringTail[freed];
          if (head !== tail) {
            ringHead[freed] = laneNext[head];
            laneNext[tail] = head;
            laneNext[head] = -1;
            ringTail[freed] = head;
          }
        }
      } else if (rule === PRIORITY) {
        for (let l = laneStart[freed]; l < laneStart[freed + 1]; l++) {
          if (laneHead[l] >= 0) {
            lane = l;
            break;
          }
        }
      } else lane = laneStart[freed];
      if (lane >= 0) {
        const chosen = laneHead[lane];
        const behind = jobNext[chosen];
        laneHead[lane] = behind;
        if (behind < 0) {
          laneTail[lane] = -1;
          if (rule === FAIR) {
            // The lane is at the head of the ring; empty, it leaves and forgets what it had saved.
            ringHead[freed] = laneNext[lane];
            if (ringHead[freed] < 0) ringTail[freed] = -1;
            laneNext[lane] = -1;
            ringSize[freed]--;
            laneDeficitPs[lane] = 0;
          }
        }
        laneWaiting[lane]--;
        waiting[freed]--;
        laneBusy[lane]++;
        busy[freed]++;
        const wake = jobWakePs[chosen];
        opWaitPs[jobOp[chosen]] += now - jobSincePs[chosen] + wake;
        firstPs = now + jobServicePs[chosen] + wake;
        firstEvent = (chosen << KIND_BITS) | DONE;
        orders[chosen] = order++;
      }
    }

    // The job goes on until it has to wait for something. Delays add up on the way: only a place that others may reach in
    // between needs an event.
    if (job >= 0) {
      let ahead = kind === GO_ON ? 0 : opDelayPs[op];
      for (;;) {
        const what = opKind[op];
        /** When the job is heard of next, and as what; -1 if somebody else sees to that. */
        let atPs = -1;
        let nextKind = DONE;
        let isLost = false;
        if (ahead > 0 && what >= NEEDS_PLACE) {
          atPs = now + ahead;
          nextKind = GO_ON;
        } else if (what === QUEUE) {
          const lane = opLane[op];
          let service = opMeanPs[op];
          const stream = opStream[op];
          if (stream >= 0) {
            let at = randomAt[stream];
            if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream);
            service = Math.floor(service * values[at] + 0.5);
            randomAt[stream] = at + 1;
          }
          opServicePs[op] += service;
          if (laneBusy[lane] < places[lane]) {
            laneBusy[lane]++;
            atPs = now + service;
          } else {
            jobSincePs[job] = now;
            jobServicePs[job] = service;
            jobNext[job] = -1;
            const tail = laneTail[lane];
            if (tail < 0) laneHead[lane] = job;
            else jobNext[tail] = job;
            laneTail[lane] = job;
            const count = laneWaiting[lane] + 1;
            laneWaiting[lane] = count;
            if (count > laneMaxWaiting[lane]) laneMaxWaiting[lane] = count;
          }
        } else if (what <= END_CLOSED) {
          const p = opProgram[op];
          const f = programFlow[p];
          const latency = now + ahead - bornPs;
          programDone[p]++;
          programLatencyPs[p] += latency;
          float[0] = latency;
          let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
          if (bucket < 0) bucket = 0;
          else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
          counts[histogramOf[f] * BUCKETS + bucket]++;
          if (what !== END_CLOSED) {
            if (what === END_LIMITED) underWay[f]--;
            jobNext[job] = free;
            free = job;
            freeCount++;
            break;
          }
          let at = now + ahead;
          if (thinkPs[f] > 0) at += Math.round(thinkPs[f] * state.random.draw(gaps[f]));
          // A path that takes no time at all must not stop the clock.
          if (at === now && latency === 0) at = now + IDLE_LOOP_PS;
          if (at > now) {
            atPs = at;
            nextKind = AGAIN;
          } else {
            const again = classStart[f + 1] - classStart[f] > 1 ? drawClass(state, f) : classStart[f];
            op = programStart[again];
            bornPs = now;
            jobBornPs[job] = now;
            programOffered[again]++;
            ahead = opDelayPs[op];
            continue;
          }
        } else if (what === DELAY) {
          const awake = opIfAsleep[op];
          if (awake < 0 || (polls[awake] === 0 && laneBusy[awake] === 0 && laneWaiting[awake] === 0)) {
            let service = opMeanPs[op];
            if (opStream[op] >= 0) service = Math.round(service * state.random.draw(opStream[op]));
            opServicePs[op] += service;
            ahead += service;
          }
          op++;
          ahead += opDelayPs[op];
          continue;
        } else if (what === CHAIN) {
          // Departures follow from arrivals; the whole chain is passed at once, and its end as well.
          let t = now;
          do {
            const lane = opLane[op];
            let service = opMeanPs[op];
            const stream = opStream[op];
            if (stream >= 0) {
              let at = randomAt[stream];
              if ((at & BLOCK_MASK) === 0) at = refill(randomState, values, kinds, stream);
              service = Math.floor(service * values[at] + 0.5);
              randomAt[stream] = at + 1;
            }
            const begin = Math.max(chainFreePs[lane], t);
            const n = chainCount[lane];
            const next = (n + 1) | 0;
            chainCount[lane] = next;
            chainStartPs[chainAt[lane] + (n & chainMask[lane])] = begin;
            let count = 0;
            if (((next - chainTail[lane]) | 0) > laneMaxWaiting[lane]) {
              count = countWaiting(state, lane, t);
              chainStartPs = state.chainStartPs;
            }
            if (begin <= untilPs) {
              opServicePs[op] += service;
              opWaitPs[op] += begin - t;
              if (count > laneMaxWaiting[lane]) laneMaxWaiting[lane] = count;
            } else {
              later.push({ timePs: t, kind: ARRIVES, op, amountPs: service, waiting: count });
              later.push({ timePs: begin, kind: BEGINS, op, amountPs: begin - t, waiting: 0 });
            }
            t = begin + service;
            chainFreePs[lane] = t;
            op++;
            t += opDelayPs[op];
          } while (opKind[op] === CHAIN);
          const p = opProgram[op];
          const latency = t - bornPs;
          if (t <= untilPs) {
            programDone[p]++;
            programLatencyPs[p] += latency;
            float[0] = latency;
            let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
            if (bucket < 0) bucket = 0;
            else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
            counts[histogramOf[programFlow[p]] * BUCKETS + bucket]++;
          } else later.push({ timePs: t, kind: ENDS, op, amountPs: latency, waiting: 0 });
          jobNext[job] = free;
          free = job;
          freeCount++;
          break;
        } else {
          const s = opStation[op];
          if (what === GIVE_SLOT) {
            // Whoever waits first takes the place over and goes on at once.
            const lane = laneStart[s];
            const next = laneHead[lane];
            if (next < 0) busy[s]--;
            else {
              laneHead[lane] = jobNext[next];
              if (laneHead[lane] < 0) laneTail[lane] = -1;
              laneWaiting[lane]--;
              waiting[s]--;
              opWaitPs[jobOp[next]] += now - jobSincePs[next];
              orders[next] = order++;
              push(heapPs, heapEvent, orders, heapSize++, now, (next << KIND_BITS) | TOOK);
            }
            op++;
            ahead = opDelayPs[op];
            continue;
          }
          const awake = opIfAsleep[op];
          if (awake >= 0 && (polls[awake] !== 0 || laneBusy[awake] > 0 || laneWaiting[awake] > 0)) {
            op++;
            ahead = opDelayPs[op];
            continue;
          }
          let service = opMeanPs[op];
          if (opStream[op] >= 0) service = Math.round(service * state.random.draw(opStream[op]));
          const lane = opLane[op];
          const isFull = laneLimit[lane] > 0 && laneWaiting[lane] >= laneLimit[lane];
          if (what === TAKE_SLOT) {
            if (busy[s] < servers[s] && laneWaiting[lane] === 0) {
              busy[s]++;
              op++;
              ahead = opDelayPs[op];
              continue;
            }
            jobSincePs[job] = now;
            jobNext[job] = -1;
            if (laneTail[lane] < 0) laneHead[lane] = job;
            else jobNext[laneTail[lane]] = job;
            laneTail[lane] = job;
            laneWaiting[lane]++;
            if (++waiting[s] > maxWaiting[s]) maxWaiting[s] = waiting[s];
          } else if (what === TOKENS) {
            if (isFull) isLost = true;
            else {
              const ready = Math.max(virtualPs[s], now - burstPs[s]) + service;
              virtualPs[s] = ready;
              const at = Math.max(now, Math.round(ready));
              opServicePs[op] += service;
              opWaitPs[op] += at - now;
              if (at === now) {
                op++;
                ahead = opDelayPs[op];
                continue;
              }
              laneWaiting[lane]++;
              if (++waiting[s] > maxWaiting[s]) maxWaiting[s] = waiting[s];
              atPs = at;
              nextKind = LEAVE;
            }
          } else if (what === PROCESSOR_SHARING) {
            const n = busy[s];
            if (n > 0) virtualPs[s] += (now - virtualSincePs[s]) * Math.min(1, servers[s] / n);
            virtualSincePs[s] = now;
            busy[s] = n + 1;
            laneBusy[lane]++;
            opServicePs[op] += service;
            jobSincePs[job] = now;
            jobWakePs[job] = service; // kept to tell waiting from service at the end
            jobServicePs[job] = virtualPs[s] + service;
            jobNext[job] = sharedHead[s];
            sharedHead[s] = job;
            let least = jobServicePs[job];
            for (let j = jobNext[job]; j >= 0; j = jobNext[j]) if (jobServicePs[j] < least) least = jobServicePs[j];
            const remaining = (least - virtualPs[s]) * Math.max(1, busy[s] / servers[s]);
            // The event that is under way says nothing any more.
            if (sharedTicket[s] >= 0) jobOp[sharedTicket[s]] = -1;
            const ticket = free;
            free = jobNext[ticket];
            freeCount--;
            jobOp[ticket] = s;
            sharedTicket[s] = ticket;
            orders[ticket] = order++;
            push(heapPs, heapEvent, orders, heapSize++, now + Math.max(0, Math.round(remaining)), (ticket << KIND_BITS) | SHARED_DONE);
          } else {
            const wake = opWake[op] > 0 && polls[lane] === 0 && laneBusy[lane] === 0 && laneWaiting[lane] === 0 ? opWake[op] : 0;
            const single = isSingle[lane] !== 0;
            const begins = single
              ? laneBusy[lane] < places[lane]
              : busy[s] < servers[s] && laneBusy[lane] < width[lane] && laneWaiting[lane] === 0;
            if (begins) {
              if (!single) busy[s]++;
              laneBusy[lane]++;
              opServicePs[op] += service;
              opWaitPs[op] += wake;
              atPs = now + service + wake;
            } else if (isFull) isLost = true;
            else {
              opServicePs[op] += service;
              jobSincePs[job] = now;
              jobServicePs[job] = service;
              jobWakePs[job] = wake;
              jobNext[job] = -1;
              const tail = laneTail[lane];
              if (tail < 0) {
                laneHead[lane] = job;
                if (discipline[s] === FAIR && !single) {
                  laneDeficitPs[lane] = 0;
                  laneNext[lane] = -1;
                  if (ringTail[s] < 0) ringHead[s] = lane;
                  else laneNext[ringTail[s]] = lane;
                  ringTail[s] = lane;
                  ringSize[s]++;
                }
              } else jobNext[tail] = job;
              laneTail[lane] = job;
              const count = laneWaiting[lane] + 1;
              laneWaiting[lane] = count;
              if (count > laneMaxWaiting[lane]) laneMaxWaiting[lane] = count;
              if (!single && ++waiting[s] > maxWaiting[s]) maxWaiting[s] = waiting[s];
            }
          }
        }
        jobOp[job] = op;
        if (isLost) {
          // A full queue: a job of a closed loop tries again after a pause, one of an open loop is gone.
          const p = opProgram[op];
          const f = programFlow[p];
          programLost[p]++;
          if (arrival[f] !== CLOSED) {
            if (flowLimit[f] > 0) underWay[f]--;
            jobNext[job] = free;
            free = job;
            freeCount++;
            break;
          }
          atPs = now + RETRY_PS;
          nextKind = AGAIN;
        }
        if (atPs >= 0) {
          orders[job] = order++;
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
    const firstOrder = orders[firstEvent >> KIND_BITS];
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
      if (t0 === t1 || t2 === t3 || ta === tb) best = earliest(heapPs, heapEvent, orders, c);
      const t = heapPs[best];
      if (t >= firstPs && (t > firstPs || orders[heapEvent[best] >> KIND_BITS] > firstOrder)) break;
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

/** @returns the program of a flow's next job. */
function drawClass(state: DesState, f: number): number {
  const { classStart, classUpTo } = state.network.flows;
  let p = classStart[f];
  if (classStart[f + 1] - p < 2) return p;
  const u = state.random.draw(state.network.streams.classes[f]);
  while (u > classUpTo[p]) p++;
  return p;
}
