import type { Compiled } from './compile/compile.js';
import { measuredOf } from './des-result.js';
import { checkDepth, TooDeep } from './engine/des.js';
import { BUCKETS } from './engine/histogram.js';
import { CLOSED, TRACE } from './engine/network.js';
import { type Estimate, estimateNetwork } from './fluid/estimate.js';
import type { Measured } from './measured.js';
import { pool, type Task } from './replica.js';
import { type Pace, type Replicas, type StartReplicas, startHere } from './replicas.js';
import { cycleSec, FIRST_ROUNDS, OPERATIONS_PER_ROUND, REPLICATIONS, roundPs } from './round-length.js';
import { bucketOfQuantile, Rounds, UNKNOWN } from './rounds.js';
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

export { TooDeep };

export class Cancelled extends Error {}

/** Designs with more flows run once: memory, and their warm-up, would be paid several times. */
const MAX_REPLICATED_FLOWS = 2000;
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

/**
 * Runs a compiled design event by event until its statistics are precise enough, or time is up.
 *
 * @throws Cancelled, TooDeep
 */
export async function runDes(compiled: Compiled, options: DesOptions): Promise<Measured> {
  checkDepth(compiled.network);
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
    this.#roundPs = roundPs(compiled, this.#workloads, this.#runs, this.#estimate.rate, options.durationSec);
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
    const { network } = this.#compiled;
    let worst = { ratio: 0, what: '' };
    const { partPs } = this.#rounds;
    const { arrival } = network.flows;
    this.#workloads.forEach((flows, w) => {
      const id = this.#compiled.flows[flows[0] as number]?.workload.id ?? '';
      const p99 = this.#rounds.quantile(w, 0.99);
      const mean = this.#rounds.mean(flows);
      const cyclePs = cycleSec(network, flows) * PS_PER_SEC;
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
    const totals = pool(await (this.#replicas as Replicas).totals());
    return measuredOf(this.#compiled, this.#workloads, totals, this.#rounds, this.#notes, this.#options.histograms);
  }
}

function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${Number((ratio * 100).toPrecision(2))} %` : 'unknown width';
}
