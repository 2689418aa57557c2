/**
 * The event list: a heap with four children a node, kept in three arrays. Events come out by time, those of one time in the
 * order in which they were scheduled, so that a run is the same wherever it runs.
 */

/** Puts an event in; `size` is the number of events before. */
export function push(
  times: Float64Array,
  orders: Int32Array,
  events: Int32Array,
  size: number,
  time: number,
  order: number,
  event: number,
): void {
  let i = size;
  while (i > 0) {
    const parent = (i - 1) >> 2;
    const t = times[parent];
    // A new event is the last scheduled, so at equal times the parent stays ahead.
    if (t <= time) break;
    times[i] = t;
    orders[i] = orders[parent];
    events[i] = events[parent];
    i = parent;
  }
  times[i] = time;
  orders[i] = order;
  events[i] = event;
}

/** Closes the gap that taking the first event left; `size` is the number of events that remain. */
export function pop(times: Float64Array, orders: Int32Array, events: Int32Array, size: number): void {
  if (size === 0) return;
  const time = times[size];
  const order = orders[size];
  let i = 0;
  for (;;) {
    const first = (i << 2) + 1;
    if (first >= size) break;
    const last = first + 4 < size ? first + 4 : size;
    let best = first;
    let bestTime = times[first];
    for (let c = first + 1; c < last; c++) {
      const t = times[c];
      if (t < bestTime || (t === bestTime && orders[c] < orders[best])) {
        best = c;
        bestTime = t;
      }
    }
    if (bestTime > time || (bestTime === time && orders[best] > order)) break;
    times[i] = bestTime;
    orders[i] = orders[best];
    events[i] = events[best];
    i = best;
  }
  times[i] = time;
  orders[i] = order;
  events[i] = events[size];
}
