import { run, start } from './engine/des.js';
import type { DesState } from './engine/des-state.js';
import { BUCKETS } from './engine/histogram.js';
import type { Network } from './engine/network.js';

/** What a run needs to know about a design; it can be sent to another thread. */
export interface Task {
  readonly network: Network;
  /** Workload of each flow, and how many there are. */
  readonly workloadOf: Int32Array;
  readonly workloads: number;
  readonly seed: number;
}

/** What was counted since the round before. */
export interface Round {
  /** Simulated time that it lasted. */
  readonly spanPs: number;
  /** By workload: latencies, `BUCKETS` each. */
  readonly counts: Uint32Array;
  /** By flow: operations done, the sum of their latencies, and how many of them took longer than the flow's threshold. */
  readonly done: Float64Array;
  readonly sumPs: Float64Array;
  readonly above: Float64Array;
}

/** What was counted since the warm-up. */
export interface Totals {
  readonly seconds: number;
  readonly events: number;
  readonly offered: Float64Array;
  readonly offeredBits: Float64Array;
  readonly done: Float64Array;
  readonly doneBits: Float64Array;
  readonly lost: Float64Array;
  readonly latencySumPs: Float64Array;
  readonly histogram: Uint32Array;
  readonly stepServicePs: Float64Array;
  readonly stepWaitPs: Float64Array;
  readonly queueMax: Int32Array;
}

/** Events between two looks at the clock: a few milliseconds. */
const EVENTS_PER_SLICE = 50_000;

/** One of several independent runs of a design: the same network, other random numbers. */
export class Replica {
  readonly #task: Task;
  readonly #state: DesState;
  #counts: Uint32Array;
  #done: Float64Array;
  #sumPs: Float64Array;
  #sincePs = 0;

  constructor(task: Task, replication: number) {
    this.#task = task;
    this.#state = start(task.network, task.seed, replication);
    this.#counts = this.#state.counts.slice();
    this.#done = this.#state.done;
    this.#sumPs = this.#state.latencySumPs;
  }

  /** @returns whether the time was reached; if not, there is more to do. */
  advance(untilPs: number): boolean {
    const outcome = run(this.#state, untilPs, EVENTS_PER_SLICE);
    // Flows of a design have limits; who runs a network of his own without any may get here.
    if (outcome === 'full') throw new Error('More operations are under way than there is room for.');
    return outcome !== 'interrupted';
  }

  /** End of the warm-up. */
  reset(): void {
    this.#state.resetStatistics();
    this.#counts = this.#state.counts.slice();
    this.#done = this.#state.done;
    this.#sumPs = this.#state.latencySumPs;
    this.#sincePs = this.#state.nowPs;
  }

  /** @param thresholds buckets, by flow; latencies in later ones count as above. Without them histograms stay empty. */
  take(thresholds?: Int32Array): Round {
    const done = this.#state.done;
    const sumPs = this.#state.latencySumPs;
    const { nowPs } = this.#state;
    const round = {
      spanPs: nowPs - this.#sincePs,
      done: minus(done, this.#done),
      sumPs: minus(sumPs, this.#sumPs),
      ...(thresholds === undefined ? { counts: new Uint32Array(), above: new Float64Array() } : this.#takeCounts(thresholds)),
    };
    this.#sincePs = nowPs;
    this.#done = done;
    this.#sumPs = sumPs;
    return round;
  }

  #takeCounts(thresholds: Int32Array): Pick<Round, 'counts' | 'above'> {
    const { network, workloadOf, workloads } = this.#task;
    const { histogram } = network.flows;
    const now = this.#state.counts;
    const before = this.#counts;
    const counts = new Uint32Array(workloads * BUCKETS);
    const above = new Float64Array(network.flows.count);
    const seen = new Set<number>();
    for (let f = 0; f < network.flows.count; f++) {
      const slot = histogram[f] as number;
      if (seen.has(slot)) continue; // shared by the flows of a workload
      seen.add(slot);
      const into = (workloadOf[f] as number) * BUCKETS;
      for (let b = 0; b < BUCKETS; b++) {
        const count = (now[slot * BUCKETS + b] as number) - (before[slot * BUCKETS + b] as number);
        if (count === 0) continue;
        counts[into + b] = (counts[into + b] as number) + count;
        if (b > (thresholds[f] as number)) above[f] = (above[f] as number) + count;
      }
    }
    this.#counts = now.slice();
    return { counts, above };
  }

  totals(): Totals {
    const state = this.#state;
    const steps = state.stepTotalsPs;
    return {
      seconds: (state.nowPs - state.sincePs) / 1e12,
      events: state.events,
      offered: state.offered,
      offeredBits: state.offeredBits,
      done: state.done,
      doneBits: state.doneBits,
      lost: state.lost,
      latencySumPs: state.latencySumPs,
      histogram: state.histogram,
      stepServicePs: steps.service,
      stepWaitPs: steps.wait,
      queueMax: state.queueMax,
    };
  }
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}

/** Totals of several runs as one. */
export function pool(totals: readonly Totals[]): Totals {
  const sum = (pick: (one: Totals) => Float64Array) => {
    const result = pick(totals[0] as Totals).slice();
    for (const one of totals.slice(1)) {
      const values = pick(one);
      for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) + (values[i] as number);
    }
    return result;
  };
  const histogram = (totals[0] as Totals).histogram.slice();
  const queueMax = (totals[0] as Totals).queueMax.slice();
  for (const one of totals.slice(1)) {
    for (let i = 0; i < histogram.length; i++) histogram[i] = (histogram[i] as number) + (one.histogram[i] as number);
    for (let s = 0; s < queueMax.length; s++) queueMax[s] = Math.max(queueMax[s] as number, one.queueMax[s] as number);
  }
  return {
    seconds: totals.reduce((total, one) => total + one.seconds, 0),
    events: totals.reduce((total, one) => total + one.events, 0),
    offered: sum((one) => one.offered),
    offeredBits: sum((one) => one.offeredBits),
    done: sum((one) => one.done),
    doneBits: sum((one) => one.doneBits),
    lost: sum((one) => one.lost),
    latencySumPs: sum((one) => one.latencySumPs),
    histogram,
    stepServicePs: sum((one) => one.stepServicePs),
    stepWaitPs: sum((one) => one.stepWaitPs),
    queueMax,
  };
}
