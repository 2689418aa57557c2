import { FLOW, LANE, OP, PROGRAM, STATION } from './generated/kernel.js';
import { BUCKETS } from './histogram.js';
import { Image } from './image.js';
import type { Network } from './network.js';
import { isConstantDelay, type Plan, type PlanOptions, plan } from './plan.js';

/**
 * A run of a network. All that changes is in the memory of its kernel: 72 bytes and an event of 12 for each job under way, and
 * 5 kB of histogram for each flow; neither depends on how long the run is.
 *
 * Counters only grow; `resetStatistics` remembers where they stood.
 */
export class DesState {
  /** Statistics count from here. */
  sincePs = 0;
  readonly plan: Plan;
  readonly image: Image;
  #base: { readonly reals: Float64Array; readonly counts: Uint32Array };

  constructor(
    readonly network: Network,
    seed: number,
    replication: number,
    options: PlanOptions = { fuses: true },
  ) {
    this.plan = plan(network, options);
    this.image = new Image(network, this.plan, seed, replication);
    this.#base = this.#snapshot();
  }

  get nowPs(): number {
    return this.image.kernel.calls.now.value;
  }

  get events(): number {
    return this.image.kernel.calls.eventCount.value;
  }

  /** Forgets what was counted so far: the end of the warm-up. */
  resetStatistics(): void {
    this.sincePs = this.nowPs;
    this.#base = this.#snapshot();
    const { image } = this;
    const { kernel } = image;
    for (let l = 0; l < this.network.lanes.count; l++) {
      const lane = image.laneAt(l);
      const isChain = kernel.int(lane + LANE.ringMask) > 0;
      kernel.setInt(lane + LANE.maxWaiting, isChain ? kernel.calls.countWaiting(lane, this.nowPs) : kernel.int(lane + LANE.waiting));
    }
    for (let s = 0; s < this.network.stations.count; s++) {
      const at = image.stationAt(s);
      kernel.setInt(at + STATION.maxWaiting, kernel.int(at + STATION.waiting));
    }
  }

  /** Latencies since the beginning, `BUCKETS` for each histogram of the network: the counts as they are, until the next run. */
  get counts(): Uint32Array {
    const { kernel, countsAt } = this.image;
    return new Uint32Array(kernel.ints.buffer, countsAt, this.network.flows.histograms * BUCKETS);
  }

  // What was counted since then; by flow, unless it says otherwise.

  get offered(): Float64Array {
    return this.#byFlow(PROGRAM.offered);
  }

  get done(): Float64Array {
    return this.#byFlow(PROGRAM.done);
  }

  get lost(): Float64Array {
    return this.#byFlow(PROGRAM.lost);
  }

  get latencySumPs(): Float64Array {
    return this.#byFlow(PROGRAM.latency);
  }

  get offeredBits(): Float64Array {
    return this.#byFlow(PROGRAM.offered, this.network.flows.classBits);
  }

  get doneBits(): Float64Array {
    return this.#byFlow(PROGRAM.done, this.network.flows.classBits);
  }

  get histogram(): Uint32Array {
    return this.counts.map((count, i) => count - this.#base.counts[i]);
  }

  /** Jobs under way, of flows with a limit. */
  get underWay(): Int32Array {
    const { image } = this;
    return Int32Array.from({ length: this.network.flows.count }, (_, f) => image.kernel.int(image.flowAt(f) + FLOW.underWay));
  }

  /** Service and wait of each step, summed over its jobs. Constant delays count for jobs that are done. */
  get stepTotalsPs(): { readonly service: Float64Array; readonly wait: Float64Array } {
    const { steps, flows } = this.network;
    const { programs, ops } = this.plan;
    const service = new Float64Array(steps.count);
    const wait = new Float64Array(steps.count);
    for (let op = 0; op < ops.count; op++) {
      if (ops.step[op] < 0) continue;
      service[ops.step[op]] += this.#since(this.image.opAt(op) + OP.served);
      wait[ops.step[op]] += this.#since(this.image.opAt(op) + OP.waited);
    }
    for (let p = 0; p < programs.count; p++) {
      const done = this.#since(this.image.programAt(p) + PROGRAM.done);
      const f = programs.flow[p];
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        if (isConstantDelay(steps, step)) service[step] += done * steps.servicePs[steps.table[step] + p - flows.classStart[f]];
      }
    }
    return { service, wait };
  }

  /**
   * Jobs that waited at once, at most; by station. Who comes in the picosecond in which a server becomes free may count as one who
   * waited; at a station of a chain he does not.
   */
  get queueMax(): Int32Array {
    const { stations, lanes } = this.network;
    const { image } = this;
    const result = Int32Array.from({ length: stations.count }, (_, s) => image.kernel.int(image.stationAt(s) + STATION.maxWaiting));
    for (let l = 0; l < lanes.count; l++) {
      const s = lanes.station[l];
      if (this.plan.isSingle[l] !== 0) result[s] = Math.max(result[s], image.kernel.int(image.laneAt(l) + LANE.maxWaiting));
    }
    return result;
  }

  /** Counters of programs and ops, and histograms, as they stand. */
  #snapshot() {
    const { kernel, programsAt, opsEnd } = this.image;
    return { reals: kernel.reals.slice(programsAt >>> 3, opsEnd >>> 3), counts: this.counts.slice() };
  }

  #since(address: number): number {
    const { kernel, programsAt } = this.image;
    return kernel.real(address) - this.#base.reals[(address - programsAt) >>> 3];
  }

  #byFlow(field: number, factor?: Float64Array): Float64Array {
    const { flow, count } = this.plan.programs;
    const result = new Float64Array(this.network.flows.count);
    for (let p = 0; p < count; p++)
      result[flow[p]] += this.#since(this.image.programAt(p) + field) * (factor === undefined ? 1 : factor[p]);
    return result;
  }
}
