import { transientEnd } from './engine/statistics.js';
import type { Round } from './replica.js';

/** Windows of the warm-up, how many more are tried if they are not enough, and how often they may become twice as long. */
export const WINDOWS = 50;
export const MORE_WINDOWS = 10;
export const MAX_DOUBLINGS = 6;

interface Sums {
  /** By workload. */
  readonly done: Float64Array;
  readonly sumPs: Float64Array;
}

/** Mean latencies of the workloads from the start of the runs on, window by window, summed over the runs. */
export class WarmUp {
  #windows: Sums[] = [];

  constructor(private readonly workloads: readonly (readonly number[])[]) {}

  get count(): number {
    return this.#windows.length;
  }

  add(rounds: readonly Round[]): void {
    const total = (flows: readonly number[], pick: (round: Round) => Float64Array) =>
      rounds.reduce((sum, round) => flows.reduce((so, f) => so + (pick(round)[f] as number), sum), 0);
    this.#windows.push({
      done: Float64Array.from(this.workloads, (flows) => total(flows, (round) => round.done)),
      sumPs: Float64Array.from(this.workloads, (flows) => total(flows, (round) => round.sumPs)),
    });
  }

  /** Two windows become one. */
  merge(): void {
    const add = (a: Float64Array, b: Float64Array) => a.map((value, w) => value + (b[w] as number));
    this.#windows = this.#windows.flatMap((b, i) => {
      const a = this.#windows[i - 1];
      return i % 2 === 0 || a === undefined ? [] : [{ done: add(a.done, b.done), sumPs: add(a.sumPs, b.sumPs) }];
    });
  }

  /** Whether the transient ends in the first half of what has been seen. */
  get hasSettled(): boolean {
    return transientEnd(this.#series()) <= this.#windows.length / 2;
  }

  /** Each workload against its own mean in the second half, so that none drowns the others; their sum, window by window. */
  #series(): number[] {
    const series = this.#windows.map(() => 0);
    for (let w = 0; w < this.workloads.length; w++) {
      const late = this.#windows.slice(this.#windows.length >> 1);
      const done = late.reduce((sum, window) => sum + (window.done[w] as number), 0);
      const sumPs = late.reduce((sum, window) => sum + (window.sumPs[w] as number), 0);
      if (sumPs === 0) continue;
      // In a window without operations nothing is known to have changed.
      const first = this.#windows.find((window) => (window.done[w] as number) > 0) as Sums;
      let latency = (first.sumPs[w] as number) / (first.done[w] as number);
      this.#windows.forEach((window, i) => {
        const n = window.done[w] as number;
        if (n > 0) latency = (window.sumPs[w] as number) / n;
        series[i] = (series[i] as number) + (latency * done) / sumPs;
      });
    }
    return series;
  }
}
