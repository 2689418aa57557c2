/**
 * The event list: a heap with four children a node. Events come out by time, those of one time in the order in which they
 * were scheduled, so that a run is the same wherever it runs.
 *
 * A subject (a flow, a job) has at most one event in the list, so the order of scheduling is kept by subject and does not
 * move with the event. `events` hold the subject shifted left by `KIND_BITS`. Behind the last event `times` is NaN, so that
 * comparisons with children that are not there are false. The event loop has the two functions in line; these are their
 * plain forms, for whoever is not in a hurry.
 */
export const KIND_BITS = 3;

/** Puts an event in; `size` is the number of events before. Its order is in `orders` already. */
export function push(times: Float64Array, events: Int32Array, orders: Int32Array, size: number, time: number, event: number): void {
  const order = orders[event >> KIND_BITS];
  let i = size;
  while (i > 0) {
    const parent = (i - 1) >> 2;
    const t = times[parent];
    // The same order is that of the hole which an event of this very subject has left at the root.
    if (t < time || (t === time && orders[events[parent] >> KIND_BITS] <= order)) break;
    times[i] = t;
    events[i] = events[parent];
    i = parent;
  }
  times[i] = time;
  events[i] = event;
}

/** Closes the gap that taking the first event left; `size` is the number of events that remain. */
export function pop(times: Float64Array, events: Int32Array, orders: Int32Array, size: number): void {
  const time = times[size];
  const event = events[size];
  times[size] = Number.NaN;
  if (size > 0) replaceFirst(times, events, orders, size, time, event);
}

/** Puts an event in the place of the first one. */
export function replaceFirst(times: Float64Array, events: Int32Array, orders: Int32Array, size: number, time: number, event: number): void {
  const order = orders[event >> KIND_BITS];
  let i = 0;
  for (;;) {
    const first = (i << 2) + 1;
    if (first >= size) break;
    const best = earliest(times, events, orders, first);
    const t = times[best];
    if (t > time || (t === time && orders[events[best] >> KIND_BITS] > order)) break;
    times[i] = t;
    events[i] = events[best];
    i = best;
  }
  times[i] = time;
  events[i] = event;
}

/** The earliest of four siblings, the first of which is there. */
export function earliest(times: Float64Array, events: Int32Array, orders: Int32Array, first: number): number {
  let best = first;
  for (let c = first + 1; c < first + 4; c++) {
    if (times[c] < times[best] || (times[c] === times[best] && orders[events[c] >> KIND_BITS] < orders[events[best] >> KIND_BITS]))
      best = c;
  }
  return best;
}
