import { CHAIN, CHAIN_LAST, END_LIMITED, END_OPEN, NEEDS_PLACE, ON_OFF, POISSON, QUEUE } from './kernel/kinds.js';
import { CONSTANT_LAW, type Network } from './network.js';

/** An op of a program while a plan is made. */
export interface OpRow {
  kind: number;
  readonly program: number;
  readonly step: number;
  readonly delayPs: number;
  readonly servicePs: number;
}

/** What feeds a lane: the lane before it and the delay between them; `before` is -1 for events, or for several that differ. */
interface Feed {
  readonly before: number;
  readonly delayPs: number;
}

const EVENTS: Feed = { before: -1, delayPs: 0 };

/**
 * Marks the ops whose departures follow from their arrivals alone: D = max(A, D') + S (Lindley, 1952). Their stations have one
 * server and one lane, where nothing else depends on who is there. No job that passes them can overtake another, so that a job
 * that comes to the first passes them all at once; where something else follows, its departure from the last is an event.
 *
 * The run is the same to the last bit as with events, unless two events fall on one picosecond: who comes first of them may
 * differ. By chance that is rare, and changes next to nothing. By construction it is not: the departures of a busy station with
 * constant service are in step with each other and may meet again, and so are arrivals at constant intervals. So where more than the end
 * of the path follows on a chain, its arrivals and what leads out of it are at random times.
 *
 * @param rows their kinds change
 * @param singles lanes that nobody else of their station is used beside
 */
export function markChains(
  network: Network,
  rows: readonly OpRow[],
  singles: Uint8Array,
  places: Int32Array,
  flowOf: readonly number[],
): void {
  const { lanes, steps, flows } = network;
  const laneOf = (row: OpRow) => (row.step < 0 || row.kind < NEEDS_PLACE ? -1 : steps.lane[row.step]);
  const isPlain = Uint8Array.from(singles, (single, l) => (single !== 0 && places[l] === 1 && lanes.limit[l] === 0 ? 1 : 0));
  for (let step = 0; step < steps.count; step++) if (steps.onlyIfAsleep[step] >= 0) isPlain[steps.onlyIfAsleep[step]] = 0;
  const isRandom = new Uint8Array(lanes.count).fill(1);
  for (const row of rows) {
    const lane = laneOf(row);
    if (lane < 0) continue;
    if (row.kind !== QUEUE) isPlain[lane] = 0;
    const law = flows.arrival[flowOf[row.program] as number];
    if (law !== POISSON && law !== ON_OFF) isRandom[lane] = 0;
  }
  const feeds = feedsOf(rows, laneOf, isPlain);
  const isFedBy = (lane: number, before: number) => (feeds.get(lane) ?? EVENTS).before === before;
  const hasRandomService = (row: OpRow) => steps.stream[row.step] !== CONSTANT_LAW;
  const isAtEnd = chained(rows, laneOf, isPlain, isFedBy, (_, { kind }) => kind === END_OPEN);
  const chains = chained(
    rows,
    laneOf,
    isAtEnd.map((is, lane) => is | (isPlain[lane] & isRandom[lane])),
    isFedBy,
    (row, { kind }) => kind === END_OPEN || kind === END_LIMITED || hasRandomService(row),
  );
  const kinds = rows.map((row, op) => {
    const lane = laneOf(row);
    if (lane < 0 || chains[lane] === 0) return row.kind;
    const next = rows[op + 1] as OpRow;
    const after = laneOf(next);
    return next.kind === END_OPEN || (after >= 0 && chains[after] !== 0 && isFedBy(after, lane)) ? CHAIN : CHAIN_LAST;
  });
  kinds.forEach((kind, op) => {
    (rows[op] as OpRow).kind = kind;
  });
}

function feedsOf(rows: readonly OpRow[], laneOf: (row: OpRow) => number, isPlain: Uint8Array): ReadonlyMap<number, Feed> {
  const feeds = new Map<number, Feed>();
  rows.forEach((row, op) => {
    const lane = laneOf(row);
    if (lane < 0 || isPlain[lane] === 0) return;
    const previous = rows[op - 1];
    const before = previous?.program === row.program ? laneOf(previous) : -1;
    const feed = before >= 0 && isPlain[before] !== 0 ? { before, delayPs: row.delayPs } : EVENTS;
    const known = feeds.get(lane);
    feeds.set(lane, known === undefined || (known.before === feed.before && known.delayPs === feed.delayPs) ? feed : EVENTS);
  });
  return feeds;
}

/** Those of some lanes after which every job passes one more of them, fed by the one before, or may leave. */
function chained(
  rows: readonly OpRow[],
  laneOf: (row: OpRow) => number,
  candidates: Uint8Array,
  isFedBy: (lane: number, before: number) => boolean,
  mayLeave: (row: OpRow, next: OpRow) => boolean,
): Uint8Array {
  const result = candidates.slice();
  for (let changed = true; changed; ) {
    changed = false;
    rows.forEach((row, op) => {
      const lane = laneOf(row);
      if (lane < 0 || result[lane] === 0) return;
      const next = rows[op + 1] as OpRow;
      const after = laneOf(next);
      if (mayLeave(row, next) || (after >= 0 && result[after] !== 0 && isFedBy(after, lane))) return;
      result[lane] = 0;
      changed = true;
    });
  }
  return result;
}
