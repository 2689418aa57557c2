import { pieceOf } from './builder.js';
import { AGAIN, ARRIVE, DesState, DONE, GO_ON, KIND_BITS, LEAVE, SHARED_DONE } from './des-state.js';
import { pop, push } from './event-list.js';
import { BUCKET_BASE, BUCKETS, HIGH_WORD } from './histogram.js';
import { CLOSED, CONSTANT, CONSTANT_LAW, FAIR, type Network, ON_OFF, POLICER, PRIORITY, SHAPER, SHARED, SLOTS, TRACE } from './network.js';
import { BLOCK, refill } from './random.js';

/** Why a run came back. */
export type Outcome = 'reached' | 'interrupted' | 'idle';

const KIND_MASK = (1 << KIND_BITS) - 1;
/** Order numbers start again before they leave the range of small integers. */
const MAX_ORDER = 0x3fffffff;

/** A network at time 0 with its first arrivals scheduled. */
export function start(network: Network, seed: number, replication: number): DesState {
  const state = new DesState(network, seed, replication);
  const { flows } = network;
  for (let f = 0; f < flows.count; f++) {
    if (flows.arrival[f] === CLOSED) {
      for (let d = 0; d < flows.depth[f]; d++) {
        const job = state.free;
        state.free = state.jobNext[job];
        state.jobFlow[job] = f;
        schedule(state, 0, (job << KIND_BITS) | AGAIN);
      }
    } else {
      const first = firstArrivalPs(state, f);
      if (Number.isFinite(first)) schedule(state, first, (f << KIND_BITS) | ARRIVE);
    }
  }
  return state;
}

function schedule(state: DesState, timePs: number, event: number): void {
  push(state.heapPs, state.heapOrder, state.heapEvent, state.heapSize++, timePs, state.order++, event);
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
 * @param untilPs events at this time are still run.
 */
export function run(state: DesState, untilPs: number, maxEvents: number): Outcome {
  const { network } = state;
  const { stations, lanes, flows, steps, streams } = network;
  const { discipline, servers, burstPs, excessPs, peakRatio, chunkPs, laneStart, quantumPs } = stations;
  const { weight, width, limit: laneLimit, polls, group, pollPs, pollHides } = lanes;
  const { arrival, gapPs, thinkPs, limit: flowLimit, stepStart, classStart, classUpTo, classBits, histogram: histogramOf } = flows;
  const { station: stepStation, lane: stepLane, table, servicePs, stream: stepStream, wakePs, onlyIfAsleep, givesBack } = steps;
  const { everyPs, everyKey, spread, spreadStream } = steps;
  const { gaps, classes } = streams;
  const {
    random,
    laneHead,
    laneTail,
    laneWaiting,
    laneBusy,
    groupWaiting,
    idleSincePs,
    laneDeficitPs,
    laneNext,
    ringHead,
    ringTail,
    ringSize,
  } = state;
  const { busy, waiting, maxWaiting, virtualPs, virtualSincePs, sharedHead, sharedOrder, underWay } = state;
  const { offered, offeredBits, done, doneBits, lost, latencySumPs, histogram, stepServicePs, stepWaitPs, stepVisits } = state;
  const { state: randomState, values, next: randomNext, kinds } = random;
  let { heapPs, heapOrder, heapEvent, jobFlow, jobClass, jobStep, jobNext, jobBornPs, jobSincePs, jobServicePs, jobWakePs } = state;
  let { jobLane, jobLeftPs, jobPiecePs } = state;
  let { heapSize, order, free } = state;
  const { takenPs } = state;
  let now = state.nowPs;
  let left = maxEvents;
  let outcome: Outcome = 'interrupted';

  while (left > 0) {
    if (heapSize === 0) {
      outcome = 'idle';
      now = untilPs;
      break;
    }
    if (heapPs[0] > untilPs) {
      outcome = 'reached';
      now = untilPs;
      break;
    }
    if (free < 0) {
      state.free = free;
      state.heapSize = heapSize;
      state.grow();
      ({ heapPs, heapOrder, heapEvent, jobFlow, jobClass, jobStep, jobNext, jobBornPs, jobSincePs, jobServicePs, jobWakePs, free } = state);
      ({ jobLane, jobLeftPs, jobPiecePs } = state);
    }
    if (order > MAX_ORDER) order = renumber(heapOrder, heapSize, sharedOrder);
    left--;
    now = heapPs[0];
    const event = heapEvent[0];
    const eventOrder = heapOrder[0];
    pop(heapPs, heapOrder, heapEvent, --heapSize);
    const kind = event & KIND_MASK;
    const subject = event >> KIND_BITS;
    /** The job that goes on after this event, and the station at which a server became free. */
    let job = -1;
    let freed = -1;
    let lostJob = -1;

    if (kind === DONE) {
      job = subject;
      const step = jobStep[job];
      freed = stepStation[step];
      busy[freed]--;
      const lane = jobLane[job];
      const rings = group[lane];
      if (--laneBusy[rings] === 0) idleSincePs[rings] = now;
      const rest = jobLeftPs[job];
      if (rest > 0) {
        // The rest of it waits at the head of its lane; the others have their turn first.
        const piece = rest < jobPiecePs[job] ? rest : jobPiecePs[job];
        jobServicePs[job] = piece;
        jobLeftPs[job] = rest - piece;
        jobSincePs[job] = now;
        jobWakePs[job] = 0;
        jobNext[job] = laneHead[lane];
        if (laneHead[lane] < 0) {
          laneTail[lane] = job;
          laneDeficitPs[lane] = 0;
          laneNext[lane] = -1;
          if (ringTail[freed] < 0) ringHead[freed] = lane;
          else laneNext[ringTail[freed]] = lane;
          ringTail[freed] = lane;
          ringSize[freed]++;
        }
        laneHead[lane] = job;
        laneWaiting[lane]++;
        groupWaiting[rings]++;
        waiting[freed]++;
        job = -1;
      } else jobStep[job] = step + 1;
    } else if (kind === ARRIVE) {
      const f = subject;
      let c = classStart[f];
      const law = arrival[f];
      if (law === TRACE) {
        c += flows.traceClass[flows.traceStart[f] + state.traceAt[f]];
      } else if (classStart[f + 1] - c > 1) {
        const stream = classes[f];
        if (randomNext[stream] === BLOCK) refill(randomState, values, randomNext, kinds, stream);
        const u = values[stream * BLOCK + randomNext[stream]++];
        while (u > classUpTo[c]) c++;
      }
      // The next one.
      let at = 0;
      if (law === CONSTANT) at = now + gapPs[f];
      else if (law === TRACE) at = nextTracePs(state, f);
      else {
        const stream = gaps[f];
        if (randomNext[stream] === BLOCK) refill(randomState, values, randomNext, kinds, stream);
        at = now + Math.round(gapPs[f] * values[stream * BLOCK + randomNext[stream]++]);
        if (law === ON_OFF) at = nextOnOffPs(state, f, at);
      }
      if (at < Number.POSITIVE_INFINITY) push(heapPs, heapOrder, heapEvent, heapSize++, at, order++, event);
      offered[f]++;
      offeredBits[f] += classBits[c];
      if (flowLimit[f] > 0 && underWay[f] >= flowLimit[f]) lost[f]++;
      else {
        job = free;
        free = jobNext[job];
        jobFlow[job] = f;
        jobClass[job] = c - classStart[f];
        jobStep[job] = stepStart[f];
        jobBornPs[job] = now;
        underWay[f]++;
      }
    } else if (kind === GO_ON) {
      job = subject;
    } else if (kind === LEAVE) {
      // The tokens of a shaper are there.
      job = subject;
      const step = jobStep[job];
      const lane = jobLane[job];
      laneWaiting[lane]--;
      groupWaiting[group[lane]]--;
      waiting[stepStation[step]]--;
      jobStep[job] = step + 1;
    } else if (kind === AGAIN) {
      job = subject;
      const f = jobFlow[job];
      jobStep[job] = stepStart[f];
      jobBornPs[job] = now;
      jobClass[job] = drawClass(state, f);
      offered[f]++;
      offeredBits[f] += classBits[classStart[f] + jobClass[job]];
    } else if (kind === SHARED_DONE) {
      const s = subject;
      if (eventOrder !== sharedOrder[s]) continue; // somebody came or left in between
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
      laneBusy[group[jobLane[best]]]--;
      virtualPs[s] = Math.max(virtualPs[s], jobServicePs[best]);
      stepWaitPs[jobStep[best]] += now - jobSincePs[best] - jobWakePs[best];
      job = best;
      jobStep[job]++;
      if (busy[s] > 0) {
        let least = Number.POSITIVE_INFINITY;
        for (let j = sharedHead[s]; j >= 0; j = jobNext[j]) if (jobServicePs[j] < least) least = jobServicePs[j];
        const remaining = (least - virtualPs[s]) * Math.max(1, busy[s] / servers[s]);
        sharedOrder[s] = order;
        push(heapPs, heapOrder, heapEvent, heapSize++, now + Math.max(0, Math.round(remaining)), order++, (s << KIND_BITS) | SHARED_DONE);
      }
    }

    // The server that became free takes its next job.
    if (freed >= 0 && waiting[freed] > 0) {
      let lane = -1;
      const rule = discipline[freed];
      if (rule === FAIR) {
        let blocked = 0;
        for (;;) {
          const head = ringHead[freed];
          if (head < 0 || blocked > ringSize[freed]) break;
          const rings = group[head];
          if (laneBusy[rings] < width[rings]) {
            const need = jobServicePs[laneHead[head]];
            if (laneDeficitPs[head] >= need) {
              laneDeficitPs[head] -= need;
              lane = head;
              break;
            }
            laneDeficitPs[head] += quantumPs[freed] * weight[head];
            blocked = 0;
          } else blocked++;
          if (ringHead[freed] !== ringTail[freed]) {
            ringHead[freed] = laneNext[head];
            laneNext[ringTail[freed]] = head;
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
        groupWaiting[group[lane]]--;
        waiting[freed]--;
        laneBusy[group[lane]]++;
        busy[freed]++;
        const step = jobStep[chosen];
        stepWaitPs[step] += now - jobSincePs[chosen] + jobWakePs[chosen];
        push(
          heapPs,
          heapOrder,
          heapEvent,
          heapSize++,
          now + jobServicePs[chosen] + jobWakePs[chosen],
          order++,
          (chosen << KIND_BITS) | DONE,
        );
      }
    }

    // The job goes on until it has to wait for something. Delays add up on the way: only a place that others may reach
    // in between needs an event.
    let ahead = 0;
    while (job >= 0) {
      const f = jobFlow[job];
      const step = jobStep[job];
      if (step === stepStart[f + 1]) {
        const latency = now + ahead - jobBornPs[job];
        done[f]++;
        doneBits[f] += classBits[classStart[f] + jobClass[job]];
        latencySumPs[f] += latency;
        float[0] = latency;
        let bucket = (words[HIGH_WORD] >>> 15) - BUCKET_BASE;
        if (bucket < 0) bucket = 0;
        else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
        histogram[histogramOf[f] * BUCKETS + bucket]++;
        if (arrival[f] !== CLOSED) {
          underWay[f]--;
          jobNext[job] = free;
          free = job;
          break;
        }
        let at = now + ahead;
        if (thinkPs[f] > 0) {
          const stream = gaps[f];
          if (randomNext[stream] === BLOCK) refill(randomState, values, randomNext, kinds, stream);
          at += Math.round(thinkPs[f] * values[stream * BLOCK + randomNext[stream]++]);
        }
        // A path that takes no time at all must not stop the clock.
        if (at === now && latency === 0) at = now + IDLE_LOOP_PS;
        if (at > now) {
          push(heapPs, heapOrder, heapEvent, heapSize++, at, order++, (job << KIND_BITS) | AGAIN);
          break;
        }
        jobStep[job] = stepStart[f];
        jobBornPs[job] = now;
        jobClass[job] = drawClass(state, f);
        offered[f]++;
        offeredBits[f] += classBits[classStart[f] + jobClass[job]];
        continue;
      }
      if (ahead > 0 && (stepStation[step] >= 0 || givesBack[step] >= 0)) {
        push(heapPs, heapOrder, heapEvent, heapSize++, now + ahead, order++, (job << KIND_BITS) | GO_ON);
        break;
      }
      const slots = givesBack[step];
      if (slots >= 0) {
        // Whoever waits first takes the place over and goes on at once.
        const lane = laneStart[slots];
        const next = laneHead[lane];
        if (next < 0) busy[slots]--;
        else {
          laneHead[lane] = jobNext[next];
          if (laneHead[lane] < 0) laneTail[lane] = -1;
          laneWaiting[lane]--;
          groupWaiting[group[lane]]--;
          waiting[slots]--;
          stepWaitPs[jobStep[next]] += now - jobSincePs[next];
          jobStep[next]++;
          push(heapPs, heapOrder, heapEvent, heapSize++, now, order++, (next << KIND_BITS) | GO_ON);
        }
        jobStep[job] = step + 1;
        continue;
      }
      const awake = onlyIfAsleep[step];
      if (awake >= 0) {
        const rings = group[awake];
        if (
          polls[rings] !== 0 ||
          laneBusy[rings] > 0 ||
          groupWaiting[rings] > 0 ||
          (pollHides[rings] !== 0 && now - idleSincePs[rings] < pollPs[rings])
        ) {
          jobStep[job] = step + 1;
          continue;
        }
      }
      const every = everyPs[step];
      if (every !== 0) {
        const since = now + ahead - takenPs[everyKey[step]];
        if (every < 0 || since >= every) takenPs[everyKey[step]] = now + ahead;
        if (since < Math.abs(every)) {
          jobStep[job] = step + 1;
          continue;
        }
      }
      let service = servicePs[table[step] + jobClass[job]];
      const stream = stepStream[step];
      if (stream !== CONSTANT_LAW && service > 0) {
        if (randomNext[stream] === BLOCK) refill(randomState, values, randomNext, kinds, stream);
        service = Math.round(service * values[stream * BLOCK + randomNext[stream]++]);
      }
      const s = stepStation[step];
      if (s < 0) {
        stepServicePs[step] += service;
        stepVisits[step]++;
        ahead += service;
        jobStep[job] = step + 1;
        continue;
      }
      if (servicePs[table[step] + jobClass[job]] === 0) {
        // This class of operation does not need the station.
        jobStep[job] = step + 1;
        continue;
      }
      let lane = stepLane[step];
      if (spread[step] > 1) {
        const stream = spreadStream[step];
        if (randomNext[stream] === BLOCK) refill(randomState, values, randomNext, kinds, stream);
        lane += Math.floor(values[stream * BLOCK + randomNext[stream]++] * spread[step]);
      }
      jobLane[job] = lane;
      const rings = group[lane];
      const rule = discipline[s];
      if (rule === POLICER) {
        const passed = now - virtualSincePs[s];
        virtualSincePs[s] = now;
        const first = virtualPs[s] + passed;
        virtualPs[s] = first < burstPs[s] ? first : burstPs[s];
        // One rate: the second bucket gets what runs over. Two rates: it fills at the peak rate, and everything takes from it.
        const second = state.excessPs[s] + (peakRatio[s] > 0 ? passed * peakRatio[s] : first - virtualPs[s]);
        state.excessPs[s] = second < excessPs[s] ? second : excessPs[s];
        const isGreen = virtualPs[s] >= service;
        if (peakRatio[s] > 0 ? state.excessPs[s] < service : !isGreen && state.excessPs[s] < service) {
          lostJob = job;
          break;
        }
        if (isGreen) virtualPs[s] -= service;
        if (peakRatio[s] > 0 || !isGreen) state.excessPs[s] -= service;
        stepServicePs[step] += service;
        stepVisits[step]++;
        jobStep[job] = step + 1;
        continue;
      }
      if (rule === SLOTS) {
        if (busy[s] < servers[s] && laneWaiting[lane] === 0) {
          busy[s]++;
          jobStep[job] = step + 1;
          continue;
        }
        jobSincePs[job] = now;
        jobNext[job] = -1;
        if (laneTail[lane] < 0) laneHead[lane] = job;
        else jobNext[laneTail[lane]] = job;
        laneTail[lane] = job;
        laneWaiting[lane]++;
        groupWaiting[rings]++;
        if (++waiting[s] > maxWaiting[s]) maxWaiting[s] = waiting[s];
        break;
      }
      const isAsleep =
        wakePs[step] > 0 &&
        polls[rings] === 0 &&
        laneBusy[rings] === 0 &&
        groupWaiting[rings] === 0 &&
        now - idleSincePs[rings] >= pollPs[rings];
      const wake = isAsleep ? wakePs[step] : 0;
      const isFull = laneLimit[lane] > 0 && laneWaiting[lane] >= laneLimit[lane];
      if (rule === SHAPER) {
        if (isFull) {
          lostJob = job;
          break;
        }
        const ready = Math.max(virtualPs[s], now - burstPs[s]) + service;
        virtualPs[s] = ready;
        const at = Math.max(now, Math.round(ready));
        stepServicePs[step] += service;
        stepWaitPs[step] += at - now;
        stepVisits[step]++;
        if (at === now) {
          jobStep[job] = step + 1;
          continue;
        }
        laneWaiting[lane]++;
        groupWaiting[rings]++;
        if (++waiting[s] > maxWaiting[s]) maxWaiting[s] = waiting[s];
        push(heapPs, heapOrder, heapEvent, heapSize++, at, order++, (job << KIND_BITS) | LEAVE);
        break;
      }
      stepServicePs[step] += service;
      stepVisits[step]++;
      jobSincePs[job] = now;
      let piece = service;
      if (chunkPs[s] > 0 && rule === FAIR) {
        piece = pieceOf(service, chunkPs[s]);
        jobPiecePs[job] = piece;
      }
      jobServicePs[job] = piece;
      jobLeftPs[job] = service - piece;
      jobWakePs[job] = wake;
      if (rule === SHARED) {
        const n = busy[s];
        if (n > 0) virtualPs[s] += (now - virtualSincePs[s]) * Math.min(1, servers[s] / n);
        virtualSincePs[s] = now;
        busy[s] = n + 1;
        laneBusy[rings]++;
        jobWakePs[job] = service; // kept to tell waiting from service at the end
        jobServicePs[job] = virtualPs[s] + service;
        jobNext[job] = sharedHead[s];
        sharedHead[s] = job;
        let least = jobServicePs[job];
        for (let j = jobNext[job]; j >= 0; j = jobNext[j]) if (jobServicePs[j] < least) least = jobServicePs[j];
        const remaining = (least - virtualPs[s]) * Math.max(1, busy[s] / servers[s]);
        sharedOrder[s] = order;
        push(heapPs, heapOrder, heapEvent, heapSize++, now + Math.max(0, Math.round(remaining)), order++, (s << KIND_BITS) | SHARED_DONE);
        break;
      }
      if (busy[s] < servers[s] && laneBusy[rings] < width[rings] && laneWaiting[lane] === 0) {
        busy[s]++;
        laneBusy[rings]++;
        stepWaitPs[step] += wake;
        push(heapPs, heapOrder, heapEvent, heapSize++, now + piece + wake, order++, (job << KIND_BITS) | DONE);
        break;
      }
      if (isFull) {
        stepServicePs[step] -= service;
        stepVisits[step]--;
        lostJob = job;
        break;
      }
      // It waits.
      jobNext[job] = -1;
      const tail = laneTail[lane];
      if (tail < 0) {
        laneHead[lane] = job;
        if (rule === FAIR) {
          laneDeficitPs[lane] = 0;
          laneNext[lane] = -1;
          if (ringTail[s] < 0) ringHead[s] = lane;
          else laneNext[ringTail[s]] = lane;
          ringTail[s] = lane;
          ringSize[s]++;
        }
      } else jobNext[tail] = job;
      laneTail[lane] = job;
      laneWaiting[lane]++;
      groupWaiting[rings]++;
      if (++waiting[s] > maxWaiting[s]) maxWaiting[s] = waiting[s];
      break;
    }

    if (lostJob >= 0) {
      // A full queue: a job of a closed loop tries again after a pause, one of an open loop is gone.
      const f = jobFlow[lostJob];
      lost[f]++;
      if (arrival[f] === CLOSED) {
        push(heapPs, heapOrder, heapEvent, heapSize++, now + RETRY_PS, order++, (lostJob << KIND_BITS) | AGAIN);
      } else {
        underWay[f]--;
        jobNext[lostJob] = free;
        free = lostJob;
      }
    }
  }

  state.heapSize = heapSize;
  state.order = order;
  state.free = free;
  state.nowPs = now;
  state.events += maxEvents - left;
  return outcome;
}

/** Pause of a closed loop whose path took no time: 1 us. */
export const IDLE_LOOP_PS = 1e6;
/** A closed loop that lost an operation notices it after this time: 10 us. */
export const RETRY_PS = 1e7;

function drawClass(state: DesState, f: number): number {
  const { classStart, classUpTo } = state.network.flows;
  const first = classStart[f];
  if (classStart[f + 1] - first < 2) return 0;
  const u = state.random.draw(state.network.streams.classes[f]);
  let c = first;
  while (u > classUpTo[c]) c++;
  return c - first;
}

/** Gives pending events new order numbers from 0 that keep their order. */
function renumber(orders: Int32Array, size: number, sharedOrder: Int32Array): number {
  const sorted = orders.slice(0, size).sort();
  const rank = new Map<number, number>();
  sorted.forEach((value, i) => {
    rank.set(value, i);
  });
  for (let i = 0; i < size; i++) orders[i] = rank.get(orders[i]) as number;
  for (let s = 0; s < sharedOrder.length; s++) sharedOrder[s] = rank.get(sharedOrder[s]) ?? -1;
  return size;
}
