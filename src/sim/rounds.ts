import { BUCKETS, quantile } from './engine/histogram.js';
import { studentT95 } from './engine/statistics.js';
import type { Round } from './replica.js';

/** Rounds that are kept apart in each run; beyond, two become one. */
const MAX_ROUNDS = 32;
/** Parts of each run from which intervals are made: few and long, so that one says little about the next. */
const PARTS = 8;
/** How far the fraction above a threshold may be from the one that is asked for, as a factor. */
const NEAR = 4;
/** Operations that have to lie above a quantile before anything is said about it. */
const MIN_TAIL = 20;

/** Parts that must hold something before their scatter says anything: of one alone there is none. */
const MIN_FILLED = 5;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Too little was seen to say anything. */
export const UNKNOWN: Interval = { low: 0, high: Number.POSITIVE_INFINITY };

/** What several runs counted, round by round, and how sure it makes us. Times in picoseconds. */
export class Rounds {
  /** By run, then by round. */
  readonly #rounds: Round[][];
  /** First round in which it is known what lies above the thresholds of flows. */
  #aboveFrom = Number.POSITIVE_INFINITY;

  constructor(runs: number) {
    this.#rounds = Array.from({ length: runs }, () => []);
  }

  get count(): number {
    return (this.#rounds[0] as Round[]).length;
  }

  /** Rounds that can be added before they have to be longer. */
  get room(): number {
    return MAX_ROUNDS - this.count;
  }

  /** @returns whether rounds have to be twice as long from now on. */
  add(rounds: readonly Round[]): boolean {
    rounds.forEach((round, run) => {
      this.#rounds[run]?.push(round);
    });
    if (this.count < MAX_ROUNDS) return false;
    for (const list of this.#rounds) {
      const merged = list.flatMap((round, i) => (i % 2 === 1 ? [merge(list[i - 1] as Round, round)] : []));
      list.splice(0, list.length, ...merged);
    }
    this.#aboveFrom = Math.ceil(this.#aboveFrom / 2);
    return true;
  }

  /** Thresholds of flows stand from now on. */
  countsAboveFromNow(): void {
    this.#aboveFrom = this.count;
  }

  /** Mean latency of a group of flows. */
  mean(flows: readonly number[]): Interval {
    const parts = this.#parts((rounds) => ({ n: total(rounds, flows, (r) => r.done), x: total(rounds, flows, (r) => r.sumPs) }));
    const { ratio, halfWidth } = ratioEstimate(parts);
    return { low: Math.max(0, ratio - halfWidth), high: ratio + halfWidth };
  }

  /** Operations of a group of flows that are done in a picosecond. */
  rate(flows: readonly number[]): Interval {
    const parts = this.#parts((rounds) => ({
      n: rounds.reduce((sum, { spanPs }) => sum + spanPs, 0),
      x: total(rounds, flows, (r) => r.done),
    }));
    const { ratio, halfWidth } = ratioEstimate(parts);
    return { low: Math.max(0, ratio - halfWidth), high: ratio + halfWidth };
  }

  /** How long the shortest part is, from whose scatter intervals are made. */
  get partPs(): number {
    return Math.min(...this.#parts((rounds) => rounds.reduce((sum, { spanPs }) => sum + spanPs, 0)));
  }

  /**
   * A quantile of the latencies of a workload. The fraction of operations above it is a mean like any other, with an interval
   * from the scatter of its parts; the quantiles of all latencies at the ends of this interval are the ends of the interval
   * in time. Nothing is assumed about the distribution, and parts need not be long enough to have a quantile of their own.
   * Source: Chen and Kelton, Quantile and tolerance-interval estimation in simulation, EJOR 168, 2006.
   */
  quantile(workload: number, fraction: number): Interval {
    const counts = this.#counts(workload);
    const all = counts.reduce((sum, n) => sum + n, 0);
    if (all * (1 - fraction) < MIN_TAIL) return UNKNOWN;
    const threshold = bucketOfQuantile(counts, all, fraction);
    const from = workload * BUCKETS;
    const parts = this.#parts((rounds) => {
      let n = 0;
      let x = 0;
      for (const round of rounds) {
        for (let b = 0; b < BUCKETS; b++) {
          const count = round.counts[from + b] as number;
          n += count;
          if (b > threshold) x += count;
        }
      }
      return { n, x };
    });
    return around(counts, all, fraction, ratioEstimate(parts).halfWidth);
  }

  /** The same for one flow, from how many of its operations were above its threshold, if that lies near the quantile. */
  flowQuantile(flow: number, counts: Uint32Array, fraction: number): Interval {
    const all = counts.reduce((sum, n) => sum + n, 0);
    const parts = this.#parts(
      (rounds) => ({ n: total(rounds, [flow], (r) => r.done), x: total(rounds, [flow], (r) => r.above) }),
      this.#aboveFrom,
    );
    const { ratio, halfWidth } = ratioEstimate(parts);
    const isNear = ratio > (1 - fraction) / NEAR && ratio < (1 - fraction) * NEAR;
    if (!isNear || all * (1 - fraction) < MIN_TAIL) return UNKNOWN;
    // The scatter of a fraction grows with its square root; it was seen at the threshold and is wanted at the quantile.
    return around(counts, all, fraction, halfWidth * Math.sqrt(Math.max(1, (1 - fraction) / ratio)));
  }

  /** @returns counts of a workload over all rounds. */
  counts(workload: number): Uint32Array {
    return this.#counts(workload);
  }

  #counts(workload: number): Uint32Array {
    const result = new Uint32Array(BUCKETS);
    for (const { counts } of this.#rounds.flat())
      for (let b = 0; b < BUCKETS; b++) result[b] = (result[b] as number) + (counts[workload * BUCKETS + b] as number);
    return result;
  }

  #parts<T>(of: (rounds: readonly Round[]) => T, from = 0): T[] {
    if (from >= this.count) return [];
    const size = Math.max(1, Math.ceil((this.count - from) / PARTS));
    return this.#rounds.flatMap((all) => {
      const list = all.slice(from);
      const whole = Math.max(1, Math.floor(list.length / size));
      // What is left over at the end joins the last part.
      return Array.from({ length: whole }, (_, i) => of(list.slice(i * size, i === whole - 1 ? list.length : (i + 1) * size)));
    });
  }
}

function merge(a: Round, b: Round): Round {
  const add = <T extends Uint32Array | Float64Array>(x: T, y: T) => x.map((value, i) => value + (y[i] as number)) as T;
  return {
    spanPs: a.spanPs + b.spanPs,
    counts: add(a.counts, b.counts),
    done: add(a.done, b.done),
    sumPs: add(a.sumPs, b.sumPs),
    above: add(a.above, b.above),
  };
}

function total(rounds: readonly Round[], flows: readonly number[], pick: (round: Round) => Float64Array): number {
  let sum = 0;
  for (const round of rounds) for (const f of flows) sum += pick(round)[f] as number;
  return sum;
}

/** Sum of x over sum of n, with the half width of its 95 % interval: classical ratio estimator over independent parts. */
function ratioEstimate(parts: readonly { readonly n: number; readonly x: number }[]): { ratio: number; halfWidth: number } {
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  const x = parts.reduce((sum, part) => sum + part.x, 0);
  const filled = parts.reduce((count, part) => count + (part.n > 0 ? 1 : 0), 0);
  if (filled < MIN_FILLED) return { ratio: n === 0 ? 0 : x / n, halfWidth: Number.POSITIVE_INFINITY };
  const ratio = x / n;
  const squares = parts.reduce((sum, part) => sum + (part.x - ratio * part.n) ** 2, 0);
  const variance = (squares * parts.length) / (parts.length - 1) / n ** 2;
  return { ratio, halfWidth: studentT95(parts.length - 1) * Math.sqrt(variance) };
}

export function bucketOfQuantile(counts: Uint32Array, all: number, fraction: number): number {
  let seen = 0;
  for (let b = 0; b < BUCKETS; b++) {
    seen += counts[b] as number;
    if (seen >= fraction * all) return b;
  }
  return BUCKETS - 1;
}

function around(counts: Uint32Array, all: number, fraction: number, halfWidth: number): Interval {
  if (!(fraction + halfWidth < 1))
    return { low: quantile(counts, 0, all, Math.max(0, fraction - halfWidth)), high: Number.POSITIVE_INFINITY };
  return { low: quantile(counts, 0, all, Math.max(0, fraction - halfWidth)), high: quantile(counts, 0, all, fraction + halfWidth) };
}
