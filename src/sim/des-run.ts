import { formatSeconds } from '../core/units/format.js';
import type { Compiled } from './compile/compile.js';
import type { Flow } from './compile/flows.js';
import { BUCKETS, bucketStart, quantile } from './engine/histogram.js';
import { CLOSED, ON_OFF, POLICER, SHAPER, TRACE } from './engine/network.js';
import { type Estimate, estimateNetwork } from './fluid/estimate.js';
import { hasGrowingQueue, lossOf } from './growing-queue.js';
import type { Measured, MeasuredFlow } from './measured.js';
import { pool, type Task, type Totals } from './replica.js';
import { type Pace, type Replicas, type StartReplicas, startHere } from './replicas.js';
import type { Latency } from './result.js';
import { bucketOfQuantile, type Interval, Rounds, UNKNOWN } from './rounds.js';
import { tokensOf } from './token-buckets.js';
import { MAX_DOUBLINGS, MORE_WINDOWS, WarmUp, WINDOWS } from './warm-up.js';

const PS_PER_SEC = 1e12;

export interface DesOptions {
  readonly seed: number;
  /** Simulated time after the warm-up, at most. Who states it gets one run of that length, not several. */
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
  /** Where the latencies of each workload are put at the end, as counts by bucket. */
  readonly histograms?: Map<string, Uint32Array>;
  /** Comes back after some milliseconds; needed with `startReplicas`. */
  readonly wait?: () => Promise<void>;
  /** Runs replications on other threads; all on this one if left out. What they count is the same. */
  readonly startReplicas?: StartReplicas;
}

export class Cancelled extends Error {}

/** Independent runs of a design. A number of its own, not of the machine: results must not depend on how many threads there are. */
const REPLICATIONS = 4;
/** Designs with more flows run once: memory, and their warm-up, would be paid several times. */
const MAX_REPLICATED_FLOWS = 2000;
/** Cycles of burst and pause that a round should hold of the slowest source, and events that it may hold for their sake. */
const CYCLES_PER_ROUND = 4;
const MAX_EVENTS_FOR_CYCLES = 1_000_000;
/** Rounds before anything is judged. */
const FIRST_ROUNDS = 8;
/** Operations of a workload that a round should hold, and events that it may hold. */
const OPERATIONS_PER_ROUND = 500;
const MAX_EVENTS_PER_ROUND = 100_000;
/** Rounds of the first length that all runs together last at most: whoever is not sure after 800 000 operations says so. */
const MAX_ROUNDS = 1600;
/** Operations in a round of the first length without which nobody waits for a p99: a tail of them would take for ever. */
const RARE = 25;
/** Time between two judgements, as a fraction of the time up to the first: whoever looks too often stops by luck. */
const LOOK_AGAIN = 0.25;
/** The first warm-up has so many rounds. */
const WARM_UP_ROUNDS = 4;
/** Longest time that a progress report or a cancellation waits. */
const REST_SEC = 0.05;

/** Runs a compiled design event by event until its statistics are precise enough, or time is up. */
export async function runDes(compiled: Compiled, options: DesOptions): Promise<Measured> {
  const onceSec = playedOnceSec(compiled);
  const session = new Session(compiled, onceSec === undefined ? options : { ...options, durationSec: options.durationSec ?? onceSec });
  try {
    await session.begin();
    // A recording that is not repeated is over when a warm-up is: it counts from its first arrival on.
    if (onceSec !== undefined || (await session.warmUp())) await session.measure();
    return await session.result();
  } finally {
    session.close();
  }
}

/** Time for the last operations of a recording to arrive: 1 ms. */
const DRAIN_SEC = 1e-3;

/** How long the longest recording lasts that is played once; undefined if there is none. */
function playedOnceSec({ network: { flows } }: Compiled): number | undefined {
  let longestPs = -1;
  for (let f = 0; f < flows.count; f++) {
    if (flows.arrival[f] !== TRACE || flows.tracePeriodPs[f] !== 0) continue;
    longestPs = Math.max(longestPs, flows.tracePs[(flows.traceStart[f + 1] as number) - 1] as number);
  }
  return longestPs < 0 ? undefined : longestPs / PS_PER_SEC + DRAIN_SEC;
}

/**
 * Recordings are the same in every run: one says all that they say, and gets further in them. So is a design in which nothing
 * is left to chance.
 */
function replicationsOf({ network: { flows, streams } }: Compiled): number {
  return flows.count > MAX_REPLICATED_FLOWS || flows.arrival.includes(TRACE) || streams.names.length === 0 ? 1 : REPLICATIONS;
}

class Session {
  readonly #compiled: Compiled;
  readonly #options: DesOptions;
  readonly #workloads: readonly (readonly number[])[];
  readonly #workloadOf: Int32Array;
  readonly #runs: number;
  readonly #rounds: Rounds;
  readonly #began: number;
  readonly #notes: string[] = [];
  readonly #thresholds: Int32Array;
  #replicas: Replicas | undefined;
  readonly #estimate: Estimate;
  #roundPs: number;
  readonly #firstRoundPs: number;
  #startPs = 0;
  #nowPs = 0;
  #lastRest: number;
  #progress: [ratio: number, message: string] = [0, 'warm-up'];

  constructor(compiled: Compiled, options: DesOptions) {
    this.#compiled = compiled;
    this.#options = options;
    this.#began = options.clock();
    this.#lastRest = this.#began;
    const { flows } = compiled;
    const names = [...new Set(flows.map((flow) => flow.workload.id))];
    const numbers = new Map(names.map((name, w) => [name, w]));
    this.#workloadOf = Int32Array.from(flows, (flow) => numbers.get(flow.workload.id) as number);
    const members: number[][] = names.map(() => []);
    this.#workloadOf.forEach((w, f) => {
      members[w]?.push(f);
    });
    this.#workloads = members;
    this.#runs = options.durationSec === undefined ? replicationsOf(compiled) : 1;
    this.#rounds = new Rounds(this.#runs);
    this.#thresholds = new Int32Array(flows.length).fill(BUCKETS);
    this.#estimate = estimateNetwork(compiled.network);
    this.#roundPs = this.#chooseRound();
    this.#firstRoundPs = this.#roundPs;
  }

  async begin(): Promise<void> {
    const { network } = this.#compiled;
    const task: Task = {
      network: { ...network, stations: { ...network.stations, tokens: tokensOf(network, this.#estimate) } },
      workloadOf: this.#workloadOf,
      workloads: this.#workloads.length,
      seed: this.#options.seed,
    };
    const pace: Pace = {
      rest: () => this.#rest(),
      wait: this.#options.wait ?? this.#options.pause,
      isOver: () => this.#secondsLeft() <= 0,
      secondsLeft: () => this.#secondsLeft(),
    };
    this.#replicas = await (this.#options.startReplicas ?? startHere)(task, this.#runs, pace);
  }

  close(): void {
    this.#replicas?.close();
  }

  #secondsLeft(): number {
    return this.#options.budgetSec - (this.#options.clock() - this.#began);
  }

  async #rest(): Promise<void> {
    const now = this.#options.clock();
    if (now - this.#lastRest < REST_SEC) return;
    this.#lastRest = now;
    this.#options.onProgress(...this.#progress);
    await this.#options.pause();
    if (this.#options.isCancelled()) throw new Cancelled();
  }

  /** Long enough for every workload, as far as the number of events allows. */
  #chooseRound(): number {
    const { network } = this.#compiled;
    const { rate } = this.#estimate;
    // A single run is as long as several ones together.
    const operations = (OPERATIONS_PER_ROUND * REPLICATIONS) / this.#runs;
    let longestSec = 1e-6;
    for (const flows of this.#workloads) {
      const perSec = flows.reduce((sum, f) => sum + (rate[f] as number), 0);
      // Closed loops go round at least once: what happens to their operations repeats with each turn.
      const turn = flows.reduce((sum, f) => sum + (network.flows.arrival[f] === CLOSED ? (network.flows.depth[f] as number) : 0), 0);
      if (perSec > 0) longestSec = Math.max(longestSec, Math.max(operations, turn) / perSec);
    }
    let eventsPerSec = 0;
    for (let f = 0; f < network.flows.count; f++) {
      eventsPerSec += (rate[f] as number) * (1 + (network.flows.stepStart[f + 1] as number) - (network.flows.stepStart[f] as number));
    }
    const affordableSec = eventsPerSec > 0 ? MAX_EVENTS_PER_ROUND / eventsPerSec : longestSec;
    const wanted = this.#options.durationSec;
    // A part of a run in which a source happens to pause says nothing of the next one.
    const cycles = CYCLES_PER_ROUND * this.#workloads.reduce((most, flows) => Math.max(most, this.#cycleSec(flows)), 0);
    const sec = Math.min(
      Math.max(
        Math.min(longestSec, Math.max(affordableSec, 1e-6)),
        Math.min(cycles, (affordableSec * MAX_EVENTS_FOR_CYCLES) / MAX_EVENTS_PER_ROUND),
      ),
      wanted === undefined ? Number.POSITIVE_INFINITY : wanted / FIRST_ROUNDS,
    );
    return Number.isFinite(sec) ? Math.max(1, Math.round(sec * PS_PER_SEC)) : PS_PER_SEC;
  }

  /** Mean length of a burst and the pause after it, of the slowest source; 0 if none of the flows has bursts. */
  #cycleSec(flows: readonly number[]): number {
    const { arrival, onPs, offPs } = this.#compiled.network.flows;
    return flows.reduce(
      (most, f) => (arrival[f] === ON_OFF ? Math.max(most, ((onPs[f] as number) + (offPs[f] as number)) / PS_PER_SEC) : most),
      0,
    );
  }

  /**
   * Finds the end of the transient in the series of mean latencies, averaged over the runs; goes on until it has settled.
   *
   * @returns false when the budget ended meanwhile.
   */
  async warmUp(): Promise<boolean> {
    const replicas = this.#replicas as Replicas;
    let windowPs = Math.max(1, Math.round((this.#roundPs * WARM_UP_ROUNDS) / WINDOWS));
    const seen = new WarmUp(this.#workloads);
    // Whoever wants little of a run does not wait for much more before it.
    const longestPs = (this.#options.durationSec ?? Number.POSITIVE_INFINITY) * PS_PER_SEC;
    for (let doublings = 0; ; ) {
      const from = this.#nowPs;
      const times = Array.from({ length: Math.max(MORE_WINDOWS, WINDOWS - seen.count) }, (_, i) => from + (i + 1) * windowPs);
      this.#nowPs = times[times.length - 1] as number;
      const { rounds, onTime } = await replicas.advance(times);
      for (const round of rounds) seen.add(round);
      if (!onTime) {
        this.#notes.push('The budget ended during the warm-up: the numbers include the start of the run.');
        return false;
      }
      if (seen.hasSettled) break;
      const isTooLong = this.#nowPs >= longestPs;
      if (seen.count < 2 * WINDOWS && !isTooLong) continue;
      if (isTooLong || ++doublings > MAX_DOUBLINGS) {
        this.#notes.push('Latencies had not settled at the end of the warm-up: some queue may still be growing.');
        break;
      }
      seen.merge();
      windowPs *= 2;
    }
    await replicas.reset();
    return true;
  }

  async measure(): Promise<void> {
    const replicas = this.#replicas as Replicas;
    const { durationSec, precisionRatio, budgetSec } = this.#options;
    const startPs = this.#nowPs;
    this.#startPs = startPs;
    const endPs = durationSec === undefined ? Number.POSITIVE_INFINITY : startPs + durationSec * PS_PER_SEC;
    const longestPs = startPs + (this.#roundPs * MAX_ROUNDS) / REPLICATIONS;
    let lookAtPs = startPs + this.#roundPs * FIRST_ROUNDS;
    for (;;) {
      // All rounds before something is judged, or before they become longer.
      const times: number[] = [];
      do {
        this.#nowPs = Math.min(endPs, this.#nowPs + this.#roundPs);
        times.push(this.#nowPs);
      } while (this.#nowPs < Math.min(lookAtPs, endPs, longestPs) && times.length < this.#rounds.room);
      const { rounds: taken, onTime } = await replicas.advance(times, this.#thresholds);
      for (const round of taken) if (this.#rounds.add(round)) this.#roundPs *= 2;
      if (this.#rounds.count === FIRST_ROUNDS && this.#roundPs === this.#firstRoundPs) this.#setThresholds();
      const elapsed = this.#nowPs - startPs;
      if (this.#nowPs >= endPs) return;
      if (!onTime || this.#nowPs >= longestPs) {
        const worst = this.#worst();
        if (worst.ratio > precisionRatio) {
          const wanted = percent(precisionRatio);
          // Interval and wish differ in what is shown of them, or nobody could tell what was missed.
          const shown = percent(worst.ratio) === wanted ? `just over ${wanted}` : percent(worst.ratio);
          const what = onTime ? `The run of ${MAX_ROUNDS * OPERATIONS_PER_ROUND} operations` : `The budget of ${budgetSec} s`;
          this.#notes.push(`${what} ended with intervals of ±${shown} (${worst.what}); ±${wanted} was wanted.`);
        }
        return;
      }
      if (this.#nowPs < lookAtPs) continue;
      const worst = this.#worst();
      if (durationSec === undefined && worst.ratio <= precisionRatio) {
        this.#noteRare();
        return;
      }
      // The width of an interval shrinks with the square root of the time.
      this.#progress = [Math.min(0.99, (precisionRatio / worst.ratio) ** 2), `±${percent(worst.ratio)} (${worst.what})`];
      if (durationSec !== undefined) this.#progress[0] = Math.min(0.99, elapsed / (endPs - startPs));
      lookAtPs = startPs + elapsed * (1 + LOOK_AGAIN);
    }
  }

  /** The bucket of each flow's p99, as well as the first rounds tell; what lies above is counted from now on. */
  #setThresholds(): void {
    this.#workloads.forEach((flows, w) => {
      const counts = this.#rounds.counts(w);
      const all = counts.reduce((sum, n) => sum + n, 0);
      for (const f of flows) this.#thresholds[f] = all === 0 ? BUCKETS : bucketOfQuantile(counts, all, 0.99);
    });
    this.#rounds.countsAboveFromNow();
  }

  #isRare(w: number): boolean {
    const firstRounds = Math.max(1, (this.#nowPs - this.#startPs) / this.#firstRoundPs) * this.#runs;
    return this.#rounds.counts(w).reduce((sum, n) => sum + n, 0) / firstRounds < RARE;
  }

  /** Says of which workloads nobody waited for the p99. */
  #noteRare(): void {
    this.#workloads.forEach((flows, w) => {
      if (!this.#isRare(w) || Number.isFinite(this.#rounds.quantile(w, 0.99).high)) return;
      const id = this.#compiled.flows[flows[0] as number]?.workload.id ?? '';
      this.#notes.push(`The p99 of ${id} is uncertain: its operations are too rare beside those of the other workloads.`);
    });
  }

  /**
   * The widest relative interval of mean, p99 and throughput over all workloads. Nothing is known of operations that take
   * longer than the parts of the run which are compared: these are the same operations; nor of bursts that do.
   */
  #worst(): { ratio: number; what: string } {
    let worst = { ratio: 0, what: '' };
    const { partPs } = this.#rounds;
    const { arrival } = this.#compiled.network.flows;
    this.#workloads.forEach((flows, w) => {
      const id = this.#compiled.flows[flows[0] as number]?.workload.id ?? '';
      const p99 = this.#rounds.quantile(w, 0.99);
      const mean = this.#rounds.mean(flows);
      const cyclePs = this.#cycleSec(flows) * PS_PER_SEC;
      for (const [name, { low, high }] of [
        // What open flows offer is stated: that arrivals scatter says nothing of the design. Bursts do not even out so soon.
        ...(cyclePs > 0 || flows.some((f) => arrival[f] === CLOSED)
          ? [['throughput', cyclePs < partPs ? this.#rounds.rate(flows) : UNKNOWN] as const]
          : []),
        ['mean', Math.max(cyclePs, mean.low) < partPs ? mean : UNKNOWN],
        ...(this.#isRare(w) && !Number.isFinite(p99.high) ? [] : [['p99', p99] as const]),
      ] as const) {
        const middle = (low + high) / 2;
        const ratio = middle > 0 && Number.isFinite(high) ? (high - low) / 2 / middle : high > 0 ? Number.POSITIVE_INFINITY : 0;
        if (ratio > worst.ratio) worst = { ratio, what: `${name} of ${id}` };
      }
    });
    return worst;
  }

  async result(): Promise<Measured> {
    const { network, flows } = this.#compiled;
    const each = await (this.#replicas as Replicas).totals();
    const totals = pool(each);
    const seconds = totals.seconds;
    if (totals.done.every((count) => count === 0)) this.#notes.push(nothingDone(seconds, totals.offered));
    const { steps, stations, lanes } = network;
    const stepLoad = new Float64Array(steps.count);
    const serviceSec = new Float64Array(steps.count);
    const waitSec = new Float64Array(steps.count);
    const queueMean = new Float64Array(stations.count);
    const stationUse = new Float64Array(stations.count);
    const laneUse = new Float64Array(lanes.count);
    for (let f = 0; f < network.flows.count; f++) {
      const finished = Math.max(1, totals.done[f] as number);
      for (let step = network.flows.stepStart[f] as number; step < (network.flows.stepStart[f + 1] as number); step++) {
        const service = (totals.stepServicePs[step] as number) / PS_PER_SEC;
        const wait = (totals.stepWaitPs[step] as number) / PS_PER_SEC;
        const s = steps.station[step] as number;
        // The tokens of a shaper are saved up beforehand: they are load, not time.
        serviceSec[step] = s >= 0 && (stations.discipline[s] === SHAPER || stations.discipline[s] === POLICER) ? 0 : service / finished;
        waitSec[step] = wait / finished;
        if (s < 0 || seconds <= 0) continue;
        const servers = stations.servers[s] as number;
        stepLoad[step] = service / seconds;
        stationUse[s] = (stationUse[s] as number) + service / seconds / servers;
        const spread = steps.spread[step] as number;
        for (let i = 0; i < spread; i++) {
          const group = lanes.group[(steps.lane[step] as number) + i] as number;
          laneUse[group] = (laneUse[group] as number) + service / seconds / spread / Math.min(servers, lanes.width[group] as number);
        }
        queueMean[s] = (queueMean[s] as number) + wait / seconds; // Little's law
      }
    }
    const measured = flows.map((_, f) => this.#flowResult(totals, f, stationUse, laneUse));
    return {
      engine: 'des',
      simulatedSec: seconds,
      events: totals.events,
      flows: measured,
      workloadLatency: new Map(
        this.#workloads.map((members, w) => [
          flows[members[0] as number]?.workload.id as string,
          this.#workloadLatency(totals, members, w),
        ]),
      ),
      serviceSec,
      waitSec,
      stationUse,
      laneUse,
      stepLoad,
      queueMean,
      queueMax: Float64Array.from(totals.queueMax),
      notes: this.#notes,
    };
  }

  #flowResult(totals: Totals, f: number, stationUse: Float64Array, laneUse: Float64Array): MeasuredFlow {
    const { seconds } = totals;
    const perSec = (value: number | undefined) => (seconds > 0 ? (value ?? 0) / seconds : 0);
    const offered = totals.offered[f] as number;
    const short = shortOf(totals, f);
    const flow = this.#compiled.flows[f] as Flow;
    return {
      offeredOpsPerSec: perSec(offered),
      offeredBitsPerSec: perSec(totals.offeredBits[f]),
      achievedOpsPerSec: perSec(totals.done[f]),
      achievedBitsPerSec: perSec(totals.doneBits[f]),
      ...lossOf(flow, short),
      latency: hasGrowingQueue(flow, short) ? { mean: null } : this.#flowLatency(totals, f),
      bottleneck: this.#bottleneckOf(f, stationUse, laneUse),
    };
  }

  #flowLatency(totals: Totals, f: number): Latency {
    const { histogram: slotOf, histograms } = this.#compiled.network.flows;
    const from = (slotOf[f] as number) * BUCKETS;
    const counts = totals.histogram.slice(from, from + BUCKETS);
    const isOwn = histograms === this.#compiled.flows.length;
    const p99 = isOwn ? this.#rounds.flowQuantile(f, counts, 0.99) : UNKNOWN;
    return latencyOf(counts, totals.latencySumPs[f] as number, totals.done[f] as number, this.#rounds.mean([f]), p99);
  }

  #workloadLatency(totals: Totals, members: readonly number[], w: number): Latency {
    const { histogram: slotOf } = this.#compiled.network.flows;
    const counts = new Uint32Array(BUCKETS);
    for (const slot of new Set(members.map((f) => slotOf[f] as number)))
      for (let b = 0; b < BUCKETS; b++) counts[b] = (counts[b] as number) + (totals.histogram[slot * BUCKETS + b] as number);
    this.#options.histograms?.set(this.#compiled.flows[members[0] as number]?.workload.id ?? '', counts);
    if (members.some((f) => hasGrowingQueue(this.#compiled.flows[f] as Flow, shortOf(totals, f)))) return { mean: null };
    const sumPs = members.reduce((sum, f) => sum + (totals.latencySumPs[f] as number), 0);
    const done = members.reduce((sum, f) => sum + (totals.done[f] as number), 0);
    return latencyOf(counts, sumPs, done, this.#rounds.mean(members), this.#rounds.quantile(w, 0.99), (fraction) =>
      this.#rounds.quantile(w, fraction),
    );
  }

  /** The fullest place on the way, if it is as good as full. */
  #bottleneckOf(f: number, stationUse: Float64Array, laneUse: Float64Array): number {
    const { flows, steps, lanes } = this.#compiled.network;
    let fullest = -1;
    let most = FULL;
    for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
      const s = steps.station[step] as number;
      if (s < 0) continue;
      const use = Math.max(stationUse[s] as number, laneUse[lanes.group[steps.lane[step] as number] as number] as number);
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

function nothingDone(seconds: number, offered: Float64Array): string {
  const sent = offered.some((count) => count > 0) ? 'none of what was sent arrived' : 'nothing was sent';
  return `Nothing was measured: in the ${formatSeconds(seconds)} that were simulated ${sent}.`;
}

/** Part of what a flow offered that found no place. */
function shortOf({ offered, lost }: Totals, f: number): number {
  return (offered[f] as number) > 0 ? Math.min(1, (lost[f] as number) / (offered[f] as number)) : 0;
}

function latencyOf(
  counts: Uint32Array,
  sumPs: number,
  done: number,
  mean: Interval,
  p99: Interval,
  other?: (fraction: number) => Interval,
): Latency {
  const count = counts.reduce((sum, n) => sum + n, 0);
  if (done === 0 || count === 0) return { mean: null };
  const at = (fraction: number) => quantile(counts, 0, count, fraction) / PS_PER_SEC;
  const meanSec = sumPs / done / PS_PER_SEC;
  /** An end that is not known is null: JSON has no infinity. */
  const bounds = ({ low, high }: Interval, from: number, to: number): [number, number | null] => [
    Math.min(from, low / PS_PER_SEC),
    Number.isFinite(high) ? Math.max(to, high / PS_PER_SEC) : null,
  ];
  /** Of a percentile no more is known than its bucket, whatever the scatter says. */
  const around = (interval: Interval, fraction: number): [number, number | null] => {
    const bucket = bucketOfQuantile(counts, count, fraction);
    return bounds(interval, bucket === 0 ? 0 : bucketStart(bucket) / PS_PER_SEC, bucketStart(bucket + 1) / PS_PER_SEC);
  };
  return {
    mean: meanSec,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    ci95: {
      mean: bounds(mean, meanSec, meanSec),
      p99: around(p99, 0.99),
      ...(other === undefined ? {} : { p50: around(other(0.5), 0.5), p90: around(other(0.9), 0.9), p999: around(other(0.999), 0.999) }),
    },
  };
}

function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${Number((ratio * 100).toPrecision(2))} %` : 'unknown width';
}
