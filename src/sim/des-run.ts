import type { Compiled } from './compile/compile.js';
import { run, start } from './engine/des.js';
import type { DesState } from './engine/des-state.js';
import { BUCKETS, quantile } from './engine/histogram.js';
import { SHAPER } from './engine/network.js';
import { estimate, type Estimate as Interval95, transientEnd } from './engine/statistics.js';
import { estimateNetwork } from './fluid/estimate.js';
import type { Measured, MeasuredFlow } from './measured.js';
import type { Latency } from './result.js';

const PS_PER_SEC = 1e12;

export interface DesOptions {
  readonly seed: number;
  /** Simulated time after the warm-up, at most. */
  readonly durationSec?: number;
  /** Relative half width of the 95 % intervals of mean and p99 at which the run stops. */
  readonly precisionRatio: number;
  /** Real time after which it stops. */
  readonly budgetSec: number;
  /** A clock in seconds. */
  readonly clock: () => number;
  /** Lets others work; called about every 50 ms. */
  readonly pause: () => Promise<void>;
  readonly isCancelled: () => boolean;
  readonly onProgress: (ratio: number, message: string) => void;
}

export class Cancelled extends Error {}

/** Batches of which intervals are made: enough for Student's t to be narrow, few enough to be independent. */
const FIRST_BATCHES = 20;
const MAX_BATCHES = 400;
/** Operations of a workload that a batch should hold, so that its own p99 means something. */
const OPERATIONS_PER_BATCH = 2000;
/** Batches hold no more events than this, so that rare workloads do not make a run endless. */
const MAX_EVENTS_PER_BATCH = 400_000;
/** Windows of the warm-up; its first attempt is a fraction of a batch. */
const WINDOWS = 50;
const FIRST_WARM_UP_PARTS = 4;
const MAX_DOUBLINGS = 5;
const EVENTS_PER_SLICE = 100_000;

/** Runs a compiled design event by event until its statistics are precise enough, or time is up. */
export async function runDes(compiled: Compiled, options: DesOptions): Promise<Measured> {
  const session = new Session(compiled, options);
  await session.warmUp();
  await session.measure();
  return session.result();
}

class Session {
  readonly #compiled: Compiled;
  readonly #options: DesOptions;
  readonly #state: DesState;
  readonly #total: Uint32Array;
  readonly #workloads: readonly (readonly number[])[];
  readonly #batches: Batch[] = [];
  readonly #began: number;
  readonly #batchPs: number;
  #seen: { done: Float64Array; sum: Float64Array };
  #lastPause: number;
  readonly #notes: string[] = [];
  readonly #lastMeans: number[] = [];

  constructor(compiled: Compiled, options: DesOptions) {
    this.#compiled = compiled;
    this.#options = options;
    this.#began = options.clock();
    this.#lastPause = this.#began;
    this.#state = start(compiled.network, options.seed, 0);
    this.#total = new Uint32Array(compiled.network.flows.histograms * BUCKETS);
    const names = [...new Set(compiled.flows.map((flow) => flow.workload.id))];
    this.#workloads = names.map((name) => compiled.flows.flatMap((flow, f) => (flow.workload.id === name ? [f] : [])));
    this.#batchPs = this.#chooseBatch();
    this.#seen = { done: new Float64Array(compiled.flows.length), sum: new Float64Array(compiled.flows.length) };
  }

  /** Long enough for every workload, as far as the number of events allows. */
  #chooseBatch(): number {
    const { network } = this.#compiled;
    const { rate } = estimateNetwork(network);
    let longestSec = 1e-6;
    for (const flows of this.#workloads) {
      const perSec = flows.reduce((sum, f) => sum + (rate[f] as number), 0);
      if (perSec > 0) longestSec = Math.max(longestSec, OPERATIONS_PER_BATCH / perSec);
    }
    let eventsPerSec = 0;
    for (let f = 0; f < network.flows.count; f++) {
      eventsPerSec += (rate[f] as number) * (1 + (network.flows.stepStart[f + 1] as number) - (network.flows.stepStart[f] as number));
    }
    const affordableSec = eventsPerSec > 0 ? MAX_EVENTS_PER_BATCH / eventsPerSec : longestSec;
    const wanted = this.#options.durationSec;
    const sec = Math.min(
      longestSec,
      Math.max(affordableSec, 1e-6),
      wanted === undefined ? Number.POSITIVE_INFINITY : wanted / FIRST_BATCHES,
    );
    return Math.max(1, Math.round(sec * PS_PER_SEC));
  }

  #isOverBudget(): boolean {
    return this.#options.clock() - this.#began > this.#options.budgetSec;
  }

  /** Runs to a time in slices, so that others get their turn and a cancellation is heard. @returns false when time is up. */
  async #runTo(untilPs: number, ratio: number, message: string): Promise<boolean> {
    for (;;) {
      const outcome = run(this.#state, untilPs, EVENTS_PER_SLICE);
      const now = this.#options.clock();
      if (now - this.#lastPause > 0.05) {
        this.#lastPause = now;
        this.#options.onProgress(ratio, message);
        await this.#options.pause();
        if (this.#options.isCancelled()) throw new Cancelled();
      }
      if (outcome !== 'interrupted') return true;
      if (this.#isOverBudget()) return false;
    }
  }

  /** Finds the end of the transient in the series of mean latencies; runs on until it has settled. */
  async warmUp(): Promise<void> {
    const state = this.#state;
    let windowPs = Math.max(1, Math.round(this.#batchPs / FIRST_WARM_UP_PARTS / WINDOWS));
    let series: number[] = [];
    for (let doubling = 0; ; doubling++) {
      while (series.length < WINDOWS) {
        const before = this.#meanLatencies();
        const onTime = await this.#runTo(state.nowPs + windowPs, 0, 'warm-up');
        series.push(this.#windowLatency(before));
        if (onTime) continue;
        this.#notes.push('The budget ended during the warm-up: the numbers include the start of the run.');
        state.resetStatistics();
        return;
      }
      if (transientEnd(series) <= WINDOWS / 2) break;
      if (doubling === MAX_DOUBLINGS) {
        this.#notes.push('Latencies had not settled at the end of the warm-up: some queue may still be growing.');
        break;
      }
      // Twice as long: two windows become one.
      series = series.flatMap((value, i) => (i % 2 === 1 ? [(value + (series[i - 1] as number)) / 2] : []));
      windowPs *= 2;
    }
    state.resetStatistics();
  }

  #meanLatencies(): { sum: number; count: number }[] {
    const { latencySumPs, done } = this.#state;
    return this.#workloads.map((flows) => ({
      sum: flows.reduce((total, f) => total + (latencySumPs[f] as number), 0),
      count: flows.reduce((total, f) => total + (done[f] as number), 0),
    }));
  }

  /** Mean latency of a window: the sum over workloads of each one's mean against its first, so that none drowns the others. */
  #windowLatency(before: readonly { sum: number; count: number }[]): number {
    const after = this.#meanLatencies();
    let total = 0;
    after.forEach(({ sum, count }, w) => {
      const earlier = before[w] as { sum: number; count: number };
      const mean = count > earlier.count ? (sum - earlier.sum) / (count - earlier.count) : (this.#lastMeans[w] ?? 0);
      this.#lastMeans[w] = mean;
      total += count > 0 && sum > 0 ? mean / (sum / count) : 0;
    });
    return total;
  }

  async measure(): Promise<void> {
    const state = this.#state;
    const { durationSec, precisionRatio } = this.#options;
    const endPs = durationSec === undefined ? Number.POSITIVE_INFINITY : state.nowPs + durationSec * PS_PER_SEC;
    while (this.#batches.length < MAX_BATCHES) {
      const reached = this.#precision();
      const ratio = Math.min(
        0.99,
        Math.max(
          this.#batches.length / MAX_BATCHES,
          this.#batches.length < FIRST_BATCHES ? this.#batches.length / FIRST_BATCHES / 2 : precisionRatio / reached,
        ),
      );
      const onTime = await this.#runTo(Math.min(endPs, state.nowPs + this.#batchPs), ratio, 'measuring');
      this.#batches.push(this.#closeBatch());
      if (state.nowPs >= endPs) return;
      if (!onTime || this.#isOverBudget()) {
        const got = this.#precision();
        if (got > precisionRatio)
          this.#notes.push(
            `The budget of ${this.#options.budgetSec} s ended with intervals of ±${percent(got)}; ±${percent(precisionRatio)} was wanted.`,
          );
        return;
      }
      if (durationSec === undefined && this.#batches.length >= FIRST_BATCHES && this.#precision() <= precisionRatio) return;
    }
    if (this.#precision() > precisionRatio)
      this.#notes.push(
        `Intervals are ±${percent(this.#precision())} after ${MAX_BATCHES} batches; ±${percent(precisionRatio)} was wanted.`,
      );
  }

  /** The widest relative interval of mean and p99 over all workloads. */
  #precision(): number {
    let worst = 0;
    this.#workloads.forEach((_, w) => {
      for (const pick of [(batch: Batch) => batch.workloads[w]?.meanPs, (batch: Batch) => batch.workloads[w]?.p99Ps]) {
        const { mean, halfWidth } = intervalOf(this.#batches, pick);
        if (mean > 0) worst = Math.max(worst, halfWidth / mean);
      }
    });
    return this.#batches.length < 2 ? Number.POSITIVE_INFINITY : worst;
  }

  /** Means and p99 since the last batch; its histogram joins the total. */
  #closeBatch(): Batch {
    const { histogram, done, latencySumPs } = this.#state;
    const { histogram: slotOf } = this.#compiled.network.flows;
    const before = this.#seen;
    const flows: BatchValue[] = [];
    for (let f = 0; f < done.length; f++) {
      const count = (done[f] as number) - (before.done[f] as number);
      const slot = slotOf[f] as number;
      const isOwn = this.#compiled.network.flows.histograms === done.length;
      flows.push({
        meanPs: count > 0 ? ((latencySumPs[f] as number) - (before.sum[f] as number)) / count : undefined,
        p99Ps: count >= 100 && isOwn ? quantile(histogram, slot * BUCKETS, count, 0.99) : undefined,
      });
    }
    const workloads = this.#workloads.map((members): BatchValue => {
      const merged = new Uint32Array(BUCKETS);
      let count = 0;
      let sum = 0;
      for (const slot of new Set(members.map((f) => slotOf[f] as number)))
        for (let b = 0; b < BUCKETS; b++) merged[b] = (merged[b] as number) + (histogram[slot * BUCKETS + b] as number);
      for (const f of members) {
        count += (done[f] as number) - (before.done[f] as number);
        sum += (latencySumPs[f] as number) - (before.sum[f] as number);
      }
      return { meanPs: count > 0 ? sum / count : undefined, p99Ps: count > 0 ? quantile(merged, 0, count, 0.99) : undefined };
    });
    for (let i = 0; i < histogram.length; i++) this.#total[i] = (this.#total[i] as number) + (histogram[i] as number);
    histogram.fill(0);
    this.#seen = { done: Float64Array.from(done), sum: Float64Array.from(latencySumPs) };
    return { flows, workloads };
  }

  result(): Measured {
    const { network, flows } = this.#compiled;
    const state = this.#state;
    const seconds = (state.nowPs - state.sincePs) / PS_PER_SEC;
    const { steps, stations, lanes } = network;
    const totals = state.stepTotalsPs;
    const done = state.done;
    const stepLoad = new Float64Array(steps.count);
    const serviceSec = new Float64Array(steps.count);
    const waitSec = new Float64Array(steps.count);
    const queueMean = new Float64Array(stations.count);
    const stationUse = new Float64Array(stations.count);
    const laneUse = new Float64Array(lanes.count);
    for (let f = 0; f < network.flows.count; f++) {
      const finished = Math.max(1, done[f] as number);
      for (let step = network.flows.stepStart[f] as number; step < (network.flows.stepStart[f + 1] as number); step++) {
        const service = (totals.service[step] as number) / PS_PER_SEC;
        const wait = (totals.wait[step] as number) / PS_PER_SEC;
        const s = steps.station[step] as number;
        // The tokens of a shaper are saved up beforehand: they are load, not time.
        serviceSec[step] = s >= 0 && stations.discipline[s] === SHAPER ? 0 : service / finished;
        waitSec[step] = wait / finished;
        if (s < 0 || seconds <= 0) continue;
        const lane = steps.lane[step] as number;
        const servers = stations.servers[s] as number;
        stepLoad[step] = service / seconds;
        stationUse[s] = (stationUse[s] as number) + service / seconds / servers;
        laneUse[lane] = (laneUse[lane] as number) + service / seconds / Math.min(servers, lanes.width[lane] as number);
        queueMean[s] = (queueMean[s] as number) + wait / seconds; // Little's law
      }
    }
    const measured = flows.map((_, f) => this.#flowResult(f, seconds, stationUse, laneUse));
    return {
      engine: 'des',
      simulatedSec: seconds,
      events: state.events,
      flows: measured,
      workloadLatency: new Map(
        this.#workloads.map((members, w) => [
          flows[members[0] as number]?.workload.id as string,
          this.#latency(members, (batch) => batch.workloads[w]),
        ]),
      ),
      serviceSec,
      waitSec,
      stationUse,
      laneUse,
      stepLoad,
      queueMean,
      queueMax: Float64Array.from(state.queueMax),
      notes: this.#notes,
    };
  }

  #flowResult(f: number, seconds: number, stationUse: Float64Array, laneUse: Float64Array): MeasuredFlow {
    const state = this.#state;
    const perSec = (value: number) => (seconds > 0 ? value / seconds : 0);
    const offered = state.offered[f] as number;
    return {
      offeredOpsPerSec: perSec(offered),
      offeredBitsPerSec: perSec(state.offeredBits[f] as number),
      achievedOpsPerSec: perSec(state.done[f] as number),
      achievedBitsPerSec: perSec(state.doneBits[f] as number),
      lossRatio: offered > 0 ? Math.min(1, (state.lost[f] as number) / offered) : 0,
      latency: this.#latency([f], (batch) => batch.flows[f]),
      bottleneck: this.#bottleneckOf(f, stationUse, laneUse),
    };
  }

  #latency(members: readonly number[], pick: (batch: Batch) => BatchValue | undefined): Latency {
    const { histogram: slotOf } = this.#compiled.network.flows;
    const merged = new Uint32Array(BUCKETS);
    for (const slot of new Set(members.map((f) => slotOf[f] as number)))
      for (let b = 0; b < BUCKETS; b++) merged[b] = (merged[b] as number) + (this.#total[slot * BUCKETS + b] as number);
    const count = merged.reduce((sum, n) => sum + n, 0);
    const done = members.reduce((sum, f) => sum + (this.#state.done[f] as number), 0);
    const sumPs = members.reduce((sum, f) => sum + (this.#state.latencySumPs[f] as number), 0);
    if (done === 0 || count === 0) return { mean: 0 };
    const at = (fraction: number) => quantile(merged, 0, count, fraction) / PS_PER_SEC;
    const mean = intervalOf(this.#batches, (batch) => pick(batch)?.meanPs);
    const p99 = intervalOf(this.#batches, (batch) => pick(batch)?.p99Ps);
    const around = (centre: number, { halfWidth }: Interval95): [number, number] => {
      const half = Number.isFinite(halfWidth) ? halfWidth / PS_PER_SEC : centre;
      return [Math.max(0, centre - half), centre + half];
    };
    const meanSec = sumPs / done / PS_PER_SEC;
    const p99Sec = at(0.99);
    return {
      mean: meanSec,
      p50: at(0.5),
      p90: at(0.9),
      p99: p99Sec,
      p999: at(0.999),
      ci95: { mean: around(meanSec, mean), p99: around(p99Sec, p99) },
    };
  }

  /** The fullest place on the way, if it is as good as full. */
  #bottleneckOf(f: number, stationUse: Float64Array, laneUse: Float64Array): number {
    const { flows, steps } = this.#compiled.network;
    let fullest = -1;
    let most = FULL;
    for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
      const s = steps.station[step] as number;
      if (s < 0) continue;
      const use = Math.max(stationUse[s] as number, laneUse[steps.lane[step] as number] as number);
      if (use > most) {
        most = use;
        fullest = s;
      }
    }
    return fullest;
  }
}

/** Busy fraction from which a place counts as what limits a flow. */
const FULL = 0.95;

interface BatchValue {
  readonly meanPs: number | undefined;
  readonly p99Ps: number | undefined;
}

interface Batch {
  readonly flows: readonly BatchValue[];
  readonly workloads: readonly BatchValue[];
}

function intervalOf(batches: readonly Batch[], pick: (batch: Batch) => number | undefined): Interval95 {
  return estimate(batches.flatMap((batch) => pick(batch) ?? []));
}

function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${Number((ratio * 100).toPrecision(2))} %` : 'unknown width';
}
