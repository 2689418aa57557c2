/**
 * The event list: a heap with four children a node. Events come out by time, those of one time in the order in which they
 * were scheduled, so that a run is the same wherever it runs.
 *
 * A subject (a flow, a job) has at most one event in the list, so the order of scheduling is kept by subject and does not
 * move with the event. Times and events are in arrays of their own. Times are compared by their bits as integers, which for
 * numbers that are not negative is the same order, and costs a third of the instructions.
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

/** What is in a place without an event: later than all times, not a number, and other than what is beside it. */
function nothing(i: i32): i64 {
  return i64.MAX_VALUE - (i & 3);
}

function timeAt(list: usize, i: i32): i64 {
  return load<i64>(list + ((<usize>i) << 3));
}

function eventAt(list: usize, i: i32): usize {
  return load<usize>(list + ((<usize>i) << 2));
}

function put(timeList: usize, eventList: usize, i: i32, time: i64, event: usize): void {
  store<i64>(timeList + ((<usize>i) << 3), time);
  store<usize>(eventList + ((<usize>i) << 2), event);
}

export let size: i32 = 0;
let nextOrder: i64 = 0;

/** Room for so many events, and four siblings of which not all are there. */
export function reserve(count: i32): void {
  if (count + 8 <= room) return;
  room = count + 8;
  const newTimes = allocate((<usize>room + 1) * 8);
  const newEvents = allocate(<usize>room * 4);
  for (let i = 0; i < room; i++) store<i64>(newTimes + ((<usize>i) << 3), nothing(i));
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
export function schedule(when: f64, subject: Subject, kind: i32): void {
  stamp(subject);
  insert(reinterpret<i64>(when), changetype<usize>(subject) | kind);
}

function insert(time: i64, event: usize): void {
  const order = orderOf(event);
  let i = size++;
  while (i > 0) {
    const parent = (i - 1) >> 2;
    const t = timeAt(times, parent);
    const other = eventAt(events, parent);
    // The same order is that of the hole which an event of this very subject has left at the root.
    if (t < time || (t === time && orderOf(other) <= order)) break;
    put(times, events, i, t, other);
    i = parent;
  }
  put(times, events, i, time, event);
}

/** Takes out the events of a kind for which a function says so. */
export function removeIf(kind: i32, isRemoved: (subject: usize) => bool): void {
  const end = size;
  size = 0;
  for (let i = 0; i < end; i++) {
    const time = timeAt(times, i);
    const event = eventAt(events, i);
    store<i64>(times + ((<usize>i) << 3), nothing(i));
    if (<i32>(event & KIND_MASK) !== kind || !isRemoved(event & ~KIND_MASK)) insert(time, event);
  }
}

/** Puts an event behind all those of the same time. */
export function pushLast(when: f64, event: usize): void {
  const time = reinterpret<i64>(when);
  let i = size++;
  while (i > 0) {
    const parent = (i - 1) >> 2;
    const t = timeAt(times, parent);
    if (t <= time) break;
    put(times, events, i, t, eventAt(events, parent));
    i = parent;
  }
  put(times, events, i, time, event);
}

export function lastTime(): f64 {
  return reinterpret<f64>(timeAt(times, size - 1));
}

export function lastEvent(): usize {
  return eventAt(events, size - 1);
}

export function dropLast(): void {
  size--;
  store<i64>(times + ((<usize>size) << 3), nothing(size));
}

/** The earliest of four siblings, the first of which is there, by time and order. */
function earliest(first: i32): i32 {
  let best = first;
  for (let c = first + 1; c < min(first + 4, size); c++) {
    const t = timeAt(times, c);
    const least = timeAt(times, best);
    if (t < least || (t === least && orderOf(eventAt(events, c)) < orderOf(eventAt(events, best)))) best = c;
  }
  return best;
}

/** Puts an event in the place of the first one. */
export function replaceFirst(when: f64, event: usize): void {
  const time = reinterpret<i64>(when);
  const order = orderOf(event);
  const end = size;
  // Of these two nothing has to be asked again inside.
  const at = times;
  const named = events;
  let i = 0;
  for (;;) {
    const c = (i << 2) + 1;
    if (c >= end) break;
    const children = at + ((<usize>c) << 3);
    const t0 = load<i64>(children);
    const t1 = load<i64>(children, 8);
    const t2 = load<i64>(children, 16);
    const t3 = load<i64>(children, 24);
    // Which child is the earliest cannot be foretold, so nothing may branch on it.
    const a = c + i32(t1 < t0);
    const b = c + 2 + i32(t3 < t2);
    const ta = timeAt(at, a);
    const tb = timeAt(at, b);
    let best = select(b, a, tb < ta);
    if (i32(t0 === t1) | i32(t2 === t3) | i32(ta === tb)) best = earliest(c);
    const t = timeAt(at, best);
    const child = eventAt(named, best);
    if (t >= time && (t > time || orderOf(child) > order)) break;
    put(at, named, i, t, child);
    i = best;
  }
  put(at, named, i, time, event);
}
