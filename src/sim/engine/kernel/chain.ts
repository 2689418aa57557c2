/**
 * Chains of first-come-first-served stations are passed without events: it is known when a job will have left before it
 * happens (D = max(A, D') + S; Lindley, 1952). What lies behind the end of a run is counted when a later run gets there, so
 * that statistics are those of a run with events at any time at which a run ends.
 */
import { count } from './counts';
import { GO_ON, TOOK } from './event-list';
import { release } from './jobs';
import { CHAIN, CHAIN_LAST, MAX_LATER, NEEDS_PLACE } from './kinds';
import { allocate } from './memory';
import { isNone, Job, LATER_SIZE, Lane, Later, nextOp, OP_SIZE, Op } from './records';

/** Beginnings for which there is room beyond those of the jobs that wait. */
const MARGIN = 4;

const ARRIVES = 0;
const BEGINS = 1;
const ENDS = 2;

export let goesOnAs: i32 = 0;

let list: usize = 0;
let listRoom: i32 = 0;
let listLength: i32 = 0;
/** When the first of them is to be counted. */
let earliest: f64 = Infinity;

function entry(i: i32): Later {
  return changetype<Later>(list + <usize>i * LATER_SIZE);
}

function postpone(time: f64, kind: i32, op: Op, amount: f64, waiting: i32): void {
  if (listLength === listRoom) {
    listRoom = max(16, listRoom * 2);
    const at = allocate(<usize>listRoom * LATER_SIZE);
    memory.copy(at, list, <usize>listLength * LATER_SIZE);
    list = at;
  }
  const later = entry(listLength++);
  if (time < earliest) earliest = time;
  later.time = time;
  later.kind = kind;
  later.op = op;
  later.amount = amount;
  later.waiting = waiting;
}

/** Counts what jobs of earlier runs have done until a time. @returns whether the list is short enough to go on. */
export function commitLater(until: f64): bool {
  if (earliest > until) return listLength < MAX_LATER;
  earliest = Infinity;
  let kept = 0;
  for (let i = 0; i < listLength; i++) {
    const later = entry(i);
    if (later.time <= until) commit(later);
    else {
      if (later.time < earliest) earliest = later.time;
      memory.copy(changetype<usize>(entry(kept++)), changetype<usize>(later), LATER_SIZE);
    }
  }
  listLength = kept;
  return kept < MAX_LATER;
}

function commit(later: Later): void {
  const op = later.op;
  if (later.kind === ARRIVES) {
    op.served += later.amount;
    op.lane.maxWaiting = max(op.lane.maxWaiting, later.waiting);
  } else if (later.kind === BEGINS) op.waited += later.amount;
  else count(op.program, later.amount);
}

/**
 * Departures follow from arrivals: a job passes a whole chain at once, and its end as well if that follows.
 *
 * @param first the first op
 * @param job none for one that arrives now and needs no memory
 * @returns when it goes on after the chain, by an event of the kind `goesOnAs`; below 0 if it is done.
 */
export function passChain(first: Op, job: Job, now: f64, until: f64): f64 {
  let op = first;
  const born = isNone(job) ? now : job.born;
  let t = now;
  let isLast = false;
  do {
    isLast = op.kind === CHAIN_LAST;
    const lane = op.lane;
    const service = op.service();
    const wait = positivePart(lane.free - t);
    const begin = t + wait;
    const n = lane.count;
    const mask = lane.ringMask;
    const ring = lane.ring;
    lane.count = n + 1;
    store<f64>(ring + ((<usize>(n & mask)) << 3), begin);
    if (begin <= until) {
      op.served += service;
      op.waited += wait;
      // More wait than ever before if the one that came so many before has not begun.
      const most = lane.maxWaiting;
      if (load<f64>(ring + ((<usize>((n - most) & mask)) << 3)) > t) {
        if (most + MARGIN > mask) makeRoom(lane);
        if (most + MARGIN <= lane.ringMask) lane.maxWaiting = most + 1;
      }
    } else passLater(op, t, begin, service, until);
    t = begin + service;
    lane.free = t;
    op = nextOp(op);
    t += op.delay;
  } while (!isLast && op.kind <= CHAIN_LAST && op.kind >= CHAIN);
  const left = t - op.delay;
  if (isLast) {
    // To where it goes on; or out of the station, if no place is needed for what follows.
    const needsPlace = op.kind >= NEEDS_PLACE;
    job.op = needsPlace ? op : changetype<Op>(changetype<usize>(op) - OP_SIZE);
    goesOnAs = needsPlace ? GO_ON : TOOK;
    return needsPlace ? t : left;
  }
  // As with events, a job counts as done when it leaves the last station; what delays come then is known.
  if (left <= until) count(op.program, t - born);
  else postpone(left, ENDS, op, t - born, 0);
  if (!isNone(job)) release(job);
  return -1;
}

/** The number, or 0 if it is negative; without a branch, as half of the jobs find a station busy. */
function positivePart(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  return reinterpret<f64>(bits & ~(bits >> 63));
}

/**
 * The job that a station of a chain has let in last begins after the end of the run: what it does is counted later, but for
 * what it does before.
 */
function passLater(op: Op, t: f64, begin: f64, service: f64, until: f64): void {
  const lane = op.lane;
  const waiting = countBeginning(lane, t);
  if (t > until) postpone(t, ARRIVES, op, service, waiting);
  else {
    op.served += service;
    lane.maxWaiting = max(lane.maxWaiting, waiting);
  }
  postpone(begin, BEGINS, op, begin - t, 0);
  if (waiting + MARGIN > lane.ringMask) makeRoom(lane);
}

/** Jobs, of the last ones that a station of a chain has let in, that begin after a time. They begin in order. */
function countBeginning(lane: Lane, time: f64): i32 {
  let few = 0;
  let many = lane.ringMask + 1;
  while (few < many) {
    const middle = (few + many) >> 1;
    if (load<f64>(lane.ring + ((<usize>((lane.count - 1 - middle) & lane.ringMask)) << 3)) > time) few = middle + 1;
    else many = middle;
  }
  return few;
}

/** Jobs that wait now at a station of a chain. */
export function countWaiting(lane: Lane, now: f64): i32 {
  let waiting = countBeginning(lane, now);
  for (let i = 0; i < listLength; i++) {
    const later = entry(i);
    if (later.kind === ARRIVES && later.op.lane === lane && later.time > now) waiting--;
  }
  return max(0, waiting);
}

/** Of more jobs than this it is not known how many wait. */
const LONGEST_RING: i32 = 1 << 20;

/** The ring of a station gets twice as long, unless it is long enough. */
function makeRoom(lane: Lane): void {
  const before = lane.ringMask;
  if (before >= LONGEST_RING) return;
  const mask = before * 2 + 1;
  const ring = allocate((<usize>(mask + 1)) << 3);
  // Numbers of jobs go round at 2^31, so that they are not compared.
  for (let i = 0; i <= before; i++) {
    const k = lane.count - 1 - i;
    store<f64>(ring + ((<usize>(k & mask)) << 3), load<f64>(lane.ring + ((<usize>(k & before)) << 3)));
  }
  lane.ring = ring;
  lane.ringMask = mask;
}
