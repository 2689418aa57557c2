/**
 * The event list: a heap with four children a node. Events come out by time, those of one time in the order in which they
 * were scheduled, so that a run is the same wherever it runs.
 *
 * A subject (a flow, a job) has at most one event in the list, so the order of scheduling is kept by subject and does not
 * move with the event. Times and events are in arrays of their own: of one line of the cache, the four siblings' times. Behind
 * the last event times are NaN, so that comparisons with children that are not there are false.
 */
import { allocate } from './memory';
import { Subject } from './records';

/** An event is the address of its subject, a multiple of 8, and its kind. */
export const KIND_MASK: usize = 7;
export const ARRIVE = 0;
export const DONE = 1;
export const LEAVE = 2;
export const AGAIN = 3;
export const SHARED_DONE = 4;
export const GO_ON = 5;
export const TOOK = 6;
/** At a station with one lane in use. */
export const DONE_SINGLE = 7;

export let times: usize = 0;
export let events: usize = 0;
let room: i32 = 0;
export let size: i32 = 0;
let nextOrder: i64 = 0;

/** Room for so many events, and four siblings of which not all are there. */
export function reserve(count: i32): void {
  if (count + 8 <= room) return;
  room = count + 8;
  const newTimes = allocate((<usize>room + 1) * 8);
  const newEvents = allocate(<usize>room * 4);
  for (let i = 0; i < room; i++) store<f64>(newTimes + ((<usize>i) << 3), NaN);
  memory.copy(newTimes, times, (<usize>size) << 3);
  memory.copy(newEvents, events, (<usize>size) << 2);
  times = newTimes;
  events = newEvents;
}

export function stamp(subject: Subject): void {
  subject.order = nextOrder++;
}

function orderOf(event: usize): i64 {
  return changetype<Subject>(event & ~KIND_MASK).order;
}

/** Puts an event in. */
export function schedule(time: f64, subject: Subject, kind: i32): void {
  stamp(subject);
  insert(time, changetype<usize>(subject) | kind);
}

function insert(time: f64, event: usize): void {
  const order = orderOf(event);
  let i = size++;
  while (i > 0) {
    const parent = (i - 1) >> 2;
    const t = load<f64>(times + ((<usize>parent) << 3));
    const other = load<usize>(events + ((<usize>parent) << 2));
    // The same order is that of the hole which an event of this very subject has left at the root.
    if (t < time || (t === time && orderOf(other) <= order)) break;
    store<f64>(times + ((<usize>i) << 3), t);
    store<usize>(events + ((<usize>i) << 2), other);
    i = parent;
  }
  store<f64>(times + ((<usize>i) << 3), time);
  store<usize>(events + ((<usize>i) << 2), event);
}

/** Takes out the events of a kind for which a function says so. */
export function removeIf(kind: i32, isRemoved: (subject: usize) => bool): void {
  const end = size;
  size = 0;
  for (let i = 0; i < end; i++) {
    const time = load<f64>(times + ((<usize>i) << 3));
    const event = load<usize>(events + ((<usize>i) << 2));
    store<f64>(times + ((<usize>i) << 3), NaN);
    if (<i32>(event & KIND_MASK) !== kind || !isRemoved(event & ~KIND_MASK)) insert(time, event);
  }
}

/** Puts an event behind all those of the same time. */
export function pushLast(time: f64, event: usize): void {
  let i = size++;
  while (i > 0) {
    const parent = (i - 1) >> 2;
    const t = load<f64>(times + ((<usize>parent) << 3));
    if (t <= time) break;
    store<f64>(times + ((<usize>i) << 3), t);
    store<usize>(events + ((<usize>i) << 2), load<usize>(events + ((<usize>parent) << 2)));
    i = parent;
  }
  store<f64>(times + ((<usize>i) << 3), time);
  store<usize>(events + ((<usize>i) << 2), event);
}

export function lastTime(): f64 {
  return load<f64>(times + ((<usize>(size - 1)) << 3));
}

export function lastEvent(): usize {
  return load<usize>(events + ((<usize>(size - 1)) << 2));
}

export function dropLast(): void {
  store<f64>(times + ((<usize>--size) << 3), NaN);
}

/** The earliest of four siblings, the first of which is there, by time and order. */
function earliest(first: i32): i32 {
  let best = first;
  for (let c = first + 1; c < first + 4; c++) {
    const t = load<f64>(times + ((<usize>c) << 3));
    const least = load<f64>(times + ((<usize>best) << 3));
    if (
      t < least ||
      (t === least && orderOf(load<usize>(events + ((<usize>c) << 2))) < orderOf(load<usize>(events + ((<usize>best) << 2))))
    )
      best = c;
  }
  return best;
}

/** Puts an event in the place of the first one. */
export function replaceFirst(time: f64, event: usize): void {
  const order = orderOf(event);
  const end = size;
  const at = times;
  const named = events;
  let i = 0;
  for (;;) {
    const c = (i << 2) + 1;
    if (c >= end) break;
    const children = at + ((<usize>c) << 3);
    const t0 = load<f64>(children);
    const t1 = load<f64>(children, 8);
    const t2 = load<f64>(children, 16);
    const t3 = load<f64>(children, 24);
    // Which child is the earliest cannot be foretold, so nothing may branch on it.
    const a = c + i32(t1 < t0);
    const b = c + 2 + i32(t3 < t2);
    const ta = load<f64>(at + ((<usize>a) << 3));
    const tb = load<f64>(at + ((<usize>b) << 3));
    let best = select(b, a, tb < ta);
    if (i32(t0 === t1) | i32(t2 === t3) | i32(ta === tb)) best = earliest(c);
    const t = load<f64>(at + ((<usize>best) << 3));
    const child = load<usize>(named + ((<usize>best) << 2));
    if (t >= time && (t > time || orderOf(child) > order)) break;
    store<f64>(at + ((<usize>i) << 3), t);
    store<usize>(named + ((<usize>i) << 2), child);
    i = best;
  }
  store<f64>(at + ((<usize>i) << 3), time);
  store<usize>(named + ((<usize>i) << 2), event);
}
