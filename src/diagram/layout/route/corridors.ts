import type { Interval, LaneGeometry } from '../arrange.js';

/** Free room above and below a line that passes between boxes. */
const CLEARANCE = 4;
/** Distance between lines in one corridor, where there is room. */
const SPACING = 5;
/** So many lines are told apart in one lane; more of them share. */
const MAX_LINES = 96;

/** Finds heights at which lines can pass columns of a lane from left to right without crossing a box. */
export class Corridors {
  readonly #free = new Map<string, readonly Interval[]>();
  readonly #taken: { readonly y: number; readonly first: number; readonly last: number }[] = [];

  constructor(private readonly lane: LaneGeometry) {}

  /**
   * @param first first column to pass.
   * @param last last column to pass.
   * @param wanted where the line would like to be.
   */
  pass(first: number, last: number, wanted: number): number {
    let best = this.lane.content.to - CLEARANCE;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const gap of this.#gaps(first, last)) {
      const y = this.#freeIn(gap, first, last, wanted);
      const cost = Math.abs(y - wanted);
      if (cost < bestCost) {
        best = y;
        bestCost = cost;
      }
    }
    this.#taken.push({ y: best, first, last });
    return best;
  }

  /** Whether a line at this height crosses no box of these columns. */
  isFree(first: number, last: number, y: number): boolean {
    return first > last || this.#gaps(first, last).some((gap) => y >= gap.from && y <= gap.to);
  }

  #gaps(first: number, last: number): readonly Interval[] {
    const key = `${first}-${last}`;
    let gaps = this.#free.get(key);
    if (gaps === undefined) {
      gaps = complement(this.lane.obstacles.slice(first, last + 1).flat(), this.lane.content);
      this.#free.set(key, gaps);
    }
    return gaps;
  }

  /** The height in a gap nearest to the wanted one at which no other line is. */
  #freeIn(gap: Interval, first: number, last: number, wanted: number): number {
    const middle = Math.min(gap.to, Math.max(gap.from, wanted));
    if (this.#taken.length > MAX_LINES) return middle;
    const others = this.#taken.filter((line) => line.first <= last && first <= line.last);
    const isTaken = (y: number) => others.some((line) => Math.abs(line.y - y) < SPACING);
    for (let step = 0; step * SPACING <= gap.to - gap.from; step++) {
      for (const y of [middle - step * SPACING, middle + step * SPACING]) if (y >= gap.from && y <= gap.to && !isTaken(y)) return y;
    }
    return middle;
  }
}

/** What is left of a stretch when others are taken out, each with some room around it. */
function complement(taken: readonly Interval[], all: Interval): Interval[] {
  const gaps: Interval[] = [];
  let from = all.from;
  for (const interval of [...taken].sort((a, b) => a.from - b.from)) {
    if (interval.from - CLEARANCE >= from + CLEARANCE) gaps.push({ from: from + CLEARANCE, to: interval.from - CLEARANCE });
    from = Math.max(from, interval.to);
  }
  if (all.to - CLEARANCE >= from + CLEARANCE) gaps.push({ from: from + CLEARANCE, to: all.to - CLEARANCE });
  return gaps;
}
