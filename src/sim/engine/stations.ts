import { pieceOf } from './builder.js';
import { AGAIN, type DesState, DONE, GO_ON, LEAVE, SHARED_DONE, schedule, TOOK } from './des-state.js';
import {
  AHEAD,
  CURRENT_JOB,
  FLOW_ARRIVAL,
  FLOW_LIMIT,
  FLOW_NUMBER,
  FLOW_THINK,
  FLOW_UNDER_WAY,
  FREE,
  FREE_COUNT,
  JOB_BORN,
  JOB_LANE,
  JOB_LEFT,
  JOB_NEXT,
  JOB_OP,
  JOB_PIECE,
  JOB_SERVICE,
  JOB_SINCE,
  JOB_WAKE,
  LANE_ALL_WAITING,
  LANE_BUSY,
  LANE_DEFICIT,
  LANE_GRANT,
  LANE_GROUP,
  LANE_HEAD,
  LANE_HIDES,
  LANE_IDLE_SINCE,
  LANE_LIMIT,
  LANE_MAX_WAITING,
  LANE_NEXT,
  LANE_PLACES,
  LANE_POLL,
  LANE_POLLS,
  LANE_SINGLE,
  LANE_SIZE,
  LANE_TAIL,
  LANE_WAITING,
  OP_DELAY,
  OP_EVERY,
  OP_EVERY_KEY,
  OP_IF_ASLEEP,
  OP_KIND,
  OP_LANE,
  OP_MEAN,
  OP_PROGRAM,
  OP_SERVED,
  OP_SIZE,
  OP_SPREAD,
  OP_SPREAD_STREAM,
  OP_STATION,
  OP_STREAM,
  OP_WAITED,
  OP_WAKE,
  PROGRAM_FLOW,
  PROGRAM_LOST,
  PROGRAM_OFFERED,
  PROGRAM_START,
  RING_HEAD,
  RING_SIZE,
  RING_TAIL,
  SHARED_HEAD,
  SHARED_TICKET,
  STATION_BURST,
  STATION_BUSY,
  STATION_CHUNK,
  STATION_EXCESS,
  STATION_EXCESS_DEPTH,
  STATION_LANE,
  STATION_LANES_END,
  STATION_MAX_WAITING,
  STATION_PEAK,
  STATION_RULE,
  STATION_SERVERS,
  STATION_SINCE,
  STATION_VIRTUAL,
  STATION_WAITING,
} from './layout.js';
import { CLOSED, FAIR, PRIORITY } from './network.js';
import { DELAY, END_CLOSED, GIVE_SLOT, NEEDS_PLACE, POLICE, PROCESSOR_SHARING, QUEUE_ANY, TAKE_SLOT, TOKENS } from './plan.js';
import { nextProgram } from './sources.js';

/** Pause of a closed loop whose path took no time: 1 us. */
export const IDLE_LOOP_PS = 1e6;
/** A closed loop that lost an operation notices it after this time: 10 us. */
export const RETRY_PS = 1e7;

/**
 * A server of a station with several lanes has become free. Takes the next job out of its queue.
 *
 * @returns the job that begins now; -1 for none.
 */
export function takeNext({ ints, reals }: DesState, s: number): number {
  let lane = -1;
  const rule = ints[s + STATION_RULE];
  if (rule === FAIR) {
    let blocked = 0;
    for (;;) {
      const head = ints[s + RING_HEAD];
      if (head < 0 || blocked > ints[s + RING_SIZE]) break;
      const group = ints[head + LANE_GROUP];
      if (ints[group + LANE_BUSY] < ints[group + LANE_PLACES]) {
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
      const tail = ints[s + RING_TAIL];
      if (head !== tail) {
        ints[s + RING_HEAD] = ints[head + LANE_NEXT];
        ints[tail + LANE_NEXT] = head;
        ints[head + LANE_NEXT] = -1;
        ints[s + RING_TAIL] = head;
      }
    }
  } else if (rule === PRIORITY) {
    for (let l = ints[s + STATION_LANE]; l < ints[s + STATION_LANES_END]; l += LANE_SIZE) {
      if (ints[l + LANE_HEAD] >= 0) {
        lane = l;
        break;
      }
    }
  } else lane = ints[s + STATION_LANE];
  if (lane >= 0) {
    const chosen = ints[lane + LANE_HEAD];
    const behind = ints[chosen + JOB_NEXT];
    ints[lane + LANE_HEAD] = behind;
    if (behind < 0) {
      ints[lane + LANE_TAIL] = -1;
      if (rule === FAIR) {
        // The lane is at the head of the ring; empty, it leaves and forgets what it had saved.
        ints[s + RING_HEAD] = ints[lane + LANE_NEXT];
        if (ints[s + RING_HEAD] < 0) ints[s + RING_TAIL] = -1;
        ints[lane + LANE_NEXT] = -1;
        ints[s + RING_SIZE]--;
        reals[lane + LANE_DEFICIT] = 0;
      }
    }
    const group = ints[lane + LANE_GROUP];
    ints[lane + LANE_WAITING]--;
    ints[group + LANE_ALL_WAITING]--;
    ints[s + STATION_WAITING]--;
    ints[group + LANE_BUSY]++;
    ints[s + STATION_BUSY]++;
    return chosen;
  }
  return -1;
}

/** A piece of a job is done; the rest waits at the head of its lane, so that other lanes have their turn first. */
export function putBack(state: DesState, s: number, job: number, now: number): void {
  const { ints, reals } = state;
  const lane = ints[job + JOB_LANE];
  const rest = reals[job + JOB_LEFT];
  const piece = Math.min(rest, reals[job + JOB_PIECE]);
  reals[job + JOB_SERVICE] = piece;
  reals[job + JOB_LEFT] = rest - piece;
  reals[job + JOB_SINCE] = now;
  reals[job + JOB_WAKE] = 0;
  const head = ints[lane + LANE_HEAD];
  ints[job + JOB_NEXT] = head;
  ints[lane + LANE_HEAD] = job;
  if (head < 0) {
    ints[lane + LANE_TAIL] = job;
    joinRing(state, s, lane);
  }
  ints[lane + LANE_WAITING]++;
  ints[ints[lane + LANE_GROUP] + LANE_ALL_WAITING]++;
  ints[s + STATION_WAITING]++;
}

/** A lane of a fair station has a job that waits: it gets its turns from now on. */
function joinRing({ ints, reals }: DesState, s: number, lane: number): void {
  reals[lane + LANE_DEFICIT] = 0;
  ints[lane + LANE_NEXT] = -1;
  if (ints[s + RING_TAIL] < 0) ints[s + RING_HEAD] = lane;
  else ints[ints[s + RING_TAIL] + LANE_NEXT] = lane;
  ints[s + RING_TAIL] = lane;
  ints[s + RING_SIZE]++;
}

/** The job of an event that is neither an arrival nor the end of a service goes on. @returns its op; -1 for no job. */
export function resume(state: DesState, kind: number, subject: number, now: number): number {
  const { ints, reals } = state;
  let op = ints[subject + JOB_OP];
  ints[CURRENT_JOB] = subject;
  switch (kind) {
    case LEAVE:
      // The tokens of a shaper are there.
      ints[ints[subject + JOB_LANE] + LANE_WAITING]--;
      ints[ints[ints[subject + JOB_LANE] + LANE_GROUP] + LANE_ALL_WAITING]--;
      ints[ints[op + OP_STATION] + STATION_WAITING]--;
      op += OP_SIZE;
      break;
    case AGAIN: {
      const p = nextProgram(state, ints[ints[op + OP_PROGRAM] + PROGRAM_FLOW]);
      reals[subject + JOB_BORN] = now;
      reals[p + PROGRAM_OFFERED]++;
      op = ints[p + PROGRAM_START];
      break;
    }
    case TOOK:
      op += OP_SIZE;
      break;
    default:
      return finishShared(state, subject, now);
  }
  reals[AHEAD] = reals[op + OP_DELAY];
  return op;
}

/** The first job of a station with processor sharing is done, unless its event is out of date. */
function finishShared(state: DesState, ticket: number, now: number): number {
  const { ints, reals } = state;
  const s = ints[ticket + JOB_OP];
  release(ints, ticket);
  // Nothing to do if somebody came or left in between.
  if (s < 0) return -1;
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
  const op = ints[best + JOB_OP];
  ints[ints[ints[best + JOB_LANE] + LANE_GROUP] + LANE_BUSY]--;
  reals[s + STATION_VIRTUAL] = Math.max(reals[s + STATION_VIRTUAL], reals[best + JOB_SERVICE]);
  reals[op + OP_WAITED] += now - reals[best + JOB_SINCE] - reals[best + JOB_WAKE];
  ints[s + SHARED_TICKET] = -1;
  if (ints[s + STATION_BUSY] > 0) scheduleShared(state, s, now);
  ints[CURRENT_JOB] = best;
  reals[AHEAD] = reals[op + OP_SIZE + OP_DELAY];
  return op + OP_SIZE;
}

/** The next job of a station with processor sharing to be done, as things stand. */
function scheduleShared(state: DesState, s: number, now: number): void {
  const { ints, reals } = state;
  let least = Number.POSITIVE_INFINITY;
  for (let j = ints[s + SHARED_HEAD]; j >= 0; j = ints[j + JOB_NEXT]) if (reals[j + JOB_SERVICE] < least) least = reals[j + JOB_SERVICE];
  const remaining = (least - reals[s + STATION_VIRTUAL]) * Math.max(1, ints[s + STATION_BUSY] / ints[s + STATION_SERVERS]);
  // The event that is under way says nothing any more.
  if (ints[s + SHARED_TICKET] >= 0) ints[ints[s + SHARED_TICKET] + JOB_OP] = -1;
  const ticket = ints[FREE];
  ints[FREE] = ints[ticket + JOB_NEXT];
  ints[FREE_COUNT]--;
  ints[ticket + JOB_OP] = s;
  ints[s + SHARED_TICKET] = ticket;
  schedule(state, now + Math.max(0, Math.round(remaining)), ticket, SHARED_DONE);
}

export function release(ints: Int32Array, job: number): void {
  ints[job + JOB_NEXT] = ints[FREE];
  ints[FREE] = job;
  ints[FREE_COUNT]++;
}

/**
 * The current job does an op that is not a plain queue, and schedules what comes of it. `reals[AHEAD]` holds the delays that
 * have added up on its way.
 *
 * @returns the op with which it goes on at once; -1 if it waits for something, or is gone.
 */
export function perform(state: DesState, op: number, now: number): number {
  const { ints, reals } = state;
  const job = ints[CURRENT_JOB];
  const kind = ints[op + OP_KIND];
  if (kind >= NEEDS_PLACE && reals[AHEAD] > 0) {
    ints[job + JOB_OP] = op;
    schedule(state, now + reals[AHEAD], job, GO_ON);
    return -1;
  }
  if (isSkipped(state, op, now)) return goOn(reals, op);
  switch (kind) {
    case QUEUE_ANY:
      return enter(state, op, now);
    case END_CLOSED:
      return startAgain(state, op, now);
    case DELAY: {
      const service = serviceOf(state, op);
      reals[op + OP_SERVED] += service;
      reals[AHEAD] += service;
      return goOn(reals, op);
    }
    case GIVE_SLOT:
      giveBack(state, ints[op + OP_STATION], now);
      return goOn(reals, op);
    case TAKE_SLOT: {
      const s = ints[op + OP_STATION];
      const lane = chooseLane(state, op, job);
      if (ints[s + STATION_BUSY] < ints[s + STATION_SERVERS] && ints[lane + LANE_WAITING] === 0) {
        ints[s + STATION_BUSY]++;
        return goOn(reals, op);
      }
      reals[job + JOB_SINCE] = now;
      append(ints, s, lane, job, op);
      return -1;
    }
    case TOKENS:
      return waitForTokens(state, op, now);
    case PROCESSOR_SHARING:
      joinShared(state, op, now);
      return -1;
    case POLICE:
      return police(state, op, now);
    default:
      return -1;
  }
}

/** Only delays have something ahead of them here. */
function goOn(reals: Float64Array, op: number): number {
  reals[AHEAD] += reals[op + OP_SIZE + OP_DELAY];
  return op + OP_SIZE;
}

/** Whether a step that not every job takes is left out this time. */
function isSkipped(state: DesState, op: number, now: number): boolean {
  const { ints, reals, takenPs } = state;
  const awake = ints[op + OP_IF_ASLEEP];
  if (awake >= 0) {
    const thread = ints[awake + LANE_GROUP];
    if (!isIdle(ints, thread) || now - reals[thread + LANE_IDLE_SINCE] < reals[thread + LANE_HIDES]) return true;
  }
  const key = ints[op + OP_EVERY_KEY];
  if (key < 0) return false;
  const at = now + reals[AHEAD];
  const every = reals[op + OP_EVERY];
  const since = at - takenPs[key];
  if (every < 0 || since >= every) takenPs[key] = at;
  return since < Math.abs(every) || reals[op + OP_MEAN] === 0;
}

/** Nobody is served and nobody waits in any lane of a thread, and it sleeps then. Plain queues count only in their lane. */
function isIdle(ints: Int32Array, thread: number): boolean {
  return (
    ints[thread + LANE_POLLS] === 0 &&
    ints[thread + LANE_BUSY] === 0 &&
    ints[thread + LANE_WAITING] === 0 &&
    ints[thread + LANE_ALL_WAITING] === 0
  );
}

/** The lane of a job at an op: drawn where its work is spread. */
function chooseLane(state: DesState, op: number, job: number): number {
  const { ints, reals } = state;
  let lane = ints[op + OP_LANE];
  const stream = ints[op + OP_SPREAD_STREAM];
  if (stream >= 0) lane += Math.floor(state.random.draw(stream - state.streamsAt) * reals[op + OP_SPREAD]) * LANE_SIZE;
  ints[job + JOB_LANE] = lane;
  return lane;
}

function serviceOf(state: DesState, op: number): number {
  const stream = state.ints[op + OP_STREAM];
  const mean = state.reals[op + OP_MEAN];
  return stream < 0 ? mean : Math.round(mean * state.random.draw(stream - state.streamsAt));
}

/** The job joins the queue of a lane. @returns whether the lane was empty. */
function append(ints: Int32Array, s: number, lane: number, job: number, op: number): boolean {
  ints[job + JOB_OP] = op;
  ints[job + JOB_NEXT] = -1;
  const tail = ints[lane + LANE_TAIL];
  if (tail < 0) ints[lane + LANE_HEAD] = job;
  else ints[tail + JOB_NEXT] = job;
  ints[lane + LANE_TAIL] = job;
  const inLane = ++ints[lane + LANE_WAITING];
  if (inLane > ints[lane + LANE_MAX_WAITING]) ints[lane + LANE_MAX_WAITING] = inLane;
  // Stations with one lane have no counters of their own.
  if (ints[lane + LANE_SINGLE] !== 0) return tail < 0;
  ints[ints[lane + LANE_GROUP] + LANE_ALL_WAITING]++;
  const atStation = ++ints[s + STATION_WAITING];
  if (atStation > ints[s + STATION_MAX_WAITING]) ints[s + STATION_MAX_WAITING] = atStation;
  return tail < 0;
}

/** A closed flow's job is done: the next one follows after a pause, or at once. */
function startAgain(state: DesState, op: number, now: number): number {
  const { ints, reals } = state;
  const job = ints[CURRENT_JOB];
  const flow = ints[ints[op + OP_PROGRAM] + PROGRAM_FLOW];
  let at = now + reals[AHEAD];
  if (reals[flow + FLOW_THINK] > 0)
    at += Math.round(reals[flow + FLOW_THINK] * state.random.draw(state.network.streams.gaps[ints[flow + FLOW_NUMBER]]));
  // A path that takes no time at all must not stop the clock.
  if (at === now && reals[job + JOB_BORN] === now) at = now + IDLE_LOOP_PS;
  if (at > now) {
    ints[job + JOB_OP] = op;
    schedule(state, at, job, AGAIN);
    return -1;
  }
  const p = nextProgram(state, flow);
  reals[job + JOB_BORN] = now;
  reals[p + PROGRAM_OFFERED]++;
  reals[AHEAD] = reals[ints[p + PROGRAM_START] + OP_DELAY];
  return ints[p + PROGRAM_START];
}

/** A full queue: a job of a closed loop tries again after a pause, one of an open loop is gone. */
function lose(state: DesState, op: number, now: number): void {
  const { ints, reals } = state;
  const job = ints[CURRENT_JOB];
  const p = ints[op + OP_PROGRAM];
  const flow = ints[p + PROGRAM_FLOW];
  reals[p + PROGRAM_LOST]++;
  if (ints[flow + FLOW_ARRIVAL] === CLOSED) {
    ints[job + JOB_OP] = op;
    schedule(state, now + RETRY_PS, job, AGAIN);
    return;
  }
  if (ints[flow + FLOW_LIMIT] > 0) ints[flow + FLOW_UNDER_WAY]--;
  release(ints, job);
}

/** Whoever waits first takes the place over and goes on at once. */
function giveBack(state: DesState, s: number, now: number): void {
  const { ints, reals } = state;
  const lane = ints[s + STATION_LANE];
  const next = ints[lane + LANE_HEAD];
  if (next < 0) {
    ints[s + STATION_BUSY]--;
    return;
  }
  ints[lane + LANE_HEAD] = ints[next + JOB_NEXT];
  if (ints[lane + LANE_HEAD] < 0) ints[lane + LANE_TAIL] = -1;
  ints[lane + LANE_WAITING]--;
  ints[ints[lane + LANE_GROUP] + LANE_ALL_WAITING]--;
  ints[s + STATION_WAITING]--;
  reals[ints[next + JOB_OP] + OP_WAITED] += now - reals[next + JOB_SINCE];
  schedule(state, now, next, TOOK);
}

function isFull(ints: Int32Array, lane: number): boolean {
  return ints[lane + LANE_LIMIT] > 0 && ints[lane + LANE_WAITING] >= ints[lane + LANE_LIMIT];
}

/** A station with lanes, limits, wake-ups, conditions, groups or pieces. */
function enter(state: DesState, op: number, now: number): number {
  const { ints, reals } = state;
  const job = ints[CURRENT_JOB];
  const service = serviceOf(state, op);
  const lane = chooseLane(state, op, job);
  const thread = ints[lane + LANE_GROUP];
  const s = ints[op + OP_STATION];
  const sleeps = reals[op + OP_WAKE] > 0 && isIdle(ints, thread) && now - reals[thread + LANE_IDLE_SINCE] >= reals[thread + LANE_POLL];
  const wake = sleeps ? reals[op + OP_WAKE] : 0;
  const isSingle = ints[lane + LANE_SINGLE] !== 0;
  const chunk = isSingle || ints[s + STATION_RULE] !== FAIR ? 0 : reals[s + STATION_CHUNK];
  const piece = pieceOf(service, chunk);
  reals[job + JOB_PIECE] = piece;
  reals[job + JOB_LEFT] = service - piece;
  const begins =
    ints[thread + LANE_BUSY] < ints[thread + LANE_PLACES] &&
    (isSingle || (ints[s + STATION_BUSY] < ints[s + STATION_SERVERS] && ints[lane + LANE_WAITING] === 0));
  if (begins) {
    if (!isSingle) ints[s + STATION_BUSY]++;
    ints[thread + LANE_BUSY]++;
    reals[op + OP_SERVED] += service;
    reals[op + OP_WAITED] += wake;
    ints[job + JOB_OP] = op;
    schedule(state, now + piece + wake, job, DONE);
    return -1;
  }
  if (isFull(ints, lane)) {
    lose(state, op, now);
    return -1;
  }
  reals[op + OP_SERVED] += service;
  reals[job + JOB_SINCE] = now;
  reals[job + JOB_SERVICE] = piece;
  reals[job + JOB_WAKE] = wake;
  if (append(ints, s, lane, job, op) && !isSingle && ints[s + STATION_RULE] === FAIR) joinRing(state, s, lane);
  return -1;
}

/** Two token buckets; a job for which neither has tokens is lost. */
function police(state: DesState, op: number, now: number): number {
  const { ints, reals } = state;
  const service = serviceOf(state, op);
  const s = ints[op + OP_STATION];
  const peak = reals[s + STATION_PEAK];
  const passed = now - reals[s + STATION_SINCE];
  reals[s + STATION_SINCE] = now;
  const filled = reals[s + STATION_VIRTUAL] + passed;
  const tokens = Math.min(filled, reals[s + STATION_BURST]);
  // One rate: the second bucket gets what runs over. Two rates: it fills at the peak rate, and everything takes from it.
  const excess = Math.min(reals[s + STATION_EXCESS] + (peak > 0 ? passed * peak : filled - tokens), reals[s + STATION_EXCESS_DEPTH]);
  const isGreen = tokens >= service;
  const isLost = excess < service && (peak > 0 || !isGreen);
  reals[s + STATION_VIRTUAL] = isGreen && !isLost ? tokens - service : tokens;
  reals[s + STATION_EXCESS] = !isLost && (peak > 0 || !isGreen) ? excess - service : excess;
  if (isLost) {
    lose(state, op, now);
    return -1;
  }
  reals[op + OP_SERVED] += service;
  return goOn(reals, op);
}

function waitForTokens(state: DesState, op: number, now: number): number {
  const { ints, reals } = state;
  const service = serviceOf(state, op);
  const s = ints[op + OP_STATION];
  const job = ints[CURRENT_JOB];
  const lane = chooseLane(state, op, job);
  if (isFull(ints, lane)) {
    lose(state, op, now);
    return -1;
  }
  const ready = Math.max(reals[s + STATION_VIRTUAL], now - reals[s + STATION_BURST]) + service;
  reals[s + STATION_VIRTUAL] = ready;
  const at = Math.max(now, Math.round(ready));
  reals[op + OP_SERVED] += service;
  reals[op + OP_WAITED] += at - now;
  if (at === now) return goOn(reals, op);
  ints[lane + LANE_WAITING]++;
  ints[ints[lane + LANE_GROUP] + LANE_ALL_WAITING]++;
  const waiting = ++ints[s + STATION_WAITING];
  if (waiting > ints[s + STATION_MAX_WAITING]) ints[s + STATION_MAX_WAITING] = waiting;
  ints[job + JOB_OP] = op;
  schedule(state, at, job, LEAVE);
  return -1;
}

function joinShared(state: DesState, op: number, now: number): void {
  const { ints, reals } = state;
  const job = ints[CURRENT_JOB];
  const service = serviceOf(state, op);
  const s = ints[op + OP_STATION];
  const n = ints[s + STATION_BUSY];
  if (n > 0) reals[s + STATION_VIRTUAL] += (now - reals[s + STATION_SINCE]) * Math.min(1, ints[s + STATION_SERVERS] / n);
  reals[s + STATION_SINCE] = now;
  ints[s + STATION_BUSY] = n + 1;
  ints[ints[chooseLane(state, op, job) + LANE_GROUP] + LANE_BUSY]++;
  reals[op + OP_SERVED] += service;
  reals[job + JOB_SINCE] = now;
  // Kept to tell waiting from service at the end.
  reals[job + JOB_WAKE] = service;
  reals[job + JOB_SERVICE] = reals[s + STATION_VIRTUAL] + service;
  ints[job + JOB_OP] = op;
  ints[job + JOB_NEXT] = ints[s + SHARED_HEAD];
  ints[s + SHARED_HEAD] = job;
  scheduleShared(state, s, now);
}
