import { KIND_BITS, push } from './event-list.js';
import { BUCKETS } from './histogram.js';
import { CLOSED, type Network, SHARED } from './network.js';
import { CHAIN, type Plan, type PlanOptions, plan } from './plan.js';
import { RandomStreams } from './random.js';

/** Kinds of events; the rest of an event's number says of whom. */
export const ARRIVE = 0;
export const DONE = 1;
export const LEAVE = 2;
export const AGAIN = 3;
export const SHARED_DONE = 4;
export const GO_ON = 5;
export const TOOK = 6;

/** Jobs for which there is room at first; the pool doubles when it is full. */
const INITIAL_JOBS = 256;
/** Jobs that one event may need: an arrival, and two changes of mind of stations with processor sharing. */
export const JOBS_PER_EVENT = 4;

/**
 * Everything that changes while a network runs, in typed arrays. Memory: about 50 bytes for each job under way, and 5 kB of
 * histogram for each flow; both are independent of how long the run is.
 *
 * Subjects of events are flows (0 to `flows.count - 1`) and jobs (from there on), so arrays of jobs begin with a few unused
 * places. Counters only grow; `resetStatistics` remembers where they stood.
 */
export class DesState {
  nowPs = 0;
  events = 0;
  /** Statistics count from here. */
  sincePs = 0;

  readonly plan: Plan;
  readonly random: RandomStreams;

  // Event list.
  heapPs: Float64Array;
  heapEvent: Int32Array;
  heapSize = 0;
  order = 0;
  orders: Int32Array;

  // Jobs. `next` links the free ones, and the waiting ones of a lane.
  /** One more than the largest number of a job. */
  jobs: number;
  free: number;
  freeCount: number;
  jobOp: Int32Array;
  jobNext: Int32Array;
  jobBornPs: Float64Array;
  jobSincePs: Float64Array;
  jobServicePs: Float64Array;
  jobWakePs: Float64Array;

  // Lanes and stations.
  readonly laneHead: Int32Array;
  readonly laneTail: Int32Array;
  readonly laneWaiting: Int32Array;
  readonly laneMaxWaiting: Int32Array;
  readonly laneBusy: Int32Array;
  readonly laneDeficitPs: Float64Array;
  /** Lanes with waiting jobs, in a ring for each fair station. */
  readonly laneNext: Int32Array;
  readonly ringHead: Int32Array;
  readonly ringTail: Int32Array;
  readonly ringSize: Int32Array;
  readonly busy: Int32Array;
  readonly waiting: Int32Array;
  readonly maxWaiting: Int32Array;
  /** Shapers: when the tokens of the last operation were there. Shared stations: work done for each job so far. */
  readonly virtualPs: Float64Array;
  readonly virtualSincePs: Float64Array;
  readonly sharedHead: Int32Array;
  /** The job slot that stands for the one event of a shared station that counts; -1 for none. */
  readonly sharedTicket: Int32Array;

  // Chains: when the station is free, and when its last jobs began, by their number.
  readonly chainFreePs: Float64Array;
  readonly chainCount: Int32Array;
  readonly chainTail: Int32Array;
  readonly chainAt: Int32Array;
  readonly chainMask: Int32Array;
  chainStartPs: Float64Array;
  /** What jobs of chains will have done after the end of the last run: time, kind, subject, amount. */
  readonly later: Later[] = [];

  // Flows.
  readonly underWay: Int32Array;
  readonly phaseEndPs: Float64Array;
  readonly traceAt: Int32Array;
  readonly traceBasePs: Float64Array;

  // Counters since the beginning, by program and by op.
  readonly programOffered: Float64Array;
  readonly programDone: Float64Array;
  readonly programLost: Float64Array;
  readonly programLatencyPs: Float64Array;
  readonly opServicePs: Float64Array;
  readonly opWaitPs: Float64Array;
  readonly counts: Uint32Array;
  #base: Base;

  constructor(
    readonly network: Network,
    seed: number,
    replication: number,
    options: PlanOptions = { fuses: true },
  ) {
    const { stations, lanes, flows, streams } = network;
    this.plan = plan(network, options);
    const { programs, ops } = this.plan;
    this.random = new RandomStreams(streams.names, streams.kinds, seed, replication);
    let jobs = flows.count + INITIAL_JOBS;
    for (let f = 0; f < flows.count; f++) if (flows.arrival[f] === CLOSED) jobs += flows.depth[f];
    this.jobs = jobs;
    this.free = flows.count;
    this.freeCount = jobs - flows.count;
    this.jobOp = new Int32Array(jobs);
    this.jobNext = Int32Array.from({ length: jobs }, (_, i) => (i + 1 < jobs ? i + 1 : -1));
    this.jobBornPs = new Float64Array(jobs);
    this.jobSincePs = new Float64Array(jobs);
    this.jobServicePs = new Float64Array(jobs);
    this.jobWakePs = new Float64Array(jobs);
    this.orders = new Int32Array(jobs);
    // Siblings come in fours, of which the last ones may not be there.
    this.heapPs = new Float64Array(jobs + 8).fill(Number.NaN);
    this.heapEvent = new Int32Array(jobs + 8);

    this.laneHead = new Int32Array(lanes.count).fill(-1);
    this.laneTail = new Int32Array(lanes.count).fill(-1);
    this.laneWaiting = new Int32Array(lanes.count);
    this.laneMaxWaiting = new Int32Array(lanes.count);
    this.laneBusy = new Int32Array(lanes.count);
    this.laneDeficitPs = new Float64Array(lanes.count);
    this.laneNext = new Int32Array(lanes.count).fill(-1);
    this.ringHead = new Int32Array(stations.count).fill(-1);
    this.ringTail = new Int32Array(stations.count).fill(-1);
    this.ringSize = new Int32Array(stations.count);
    this.busy = new Int32Array(stations.count);
    this.waiting = new Int32Array(stations.count);
    this.maxWaiting = new Int32Array(stations.count);
    // A shaper has been idle for ever when a run begins: its bucket is full.
    this.virtualPs = Float64Array.from(stations.discipline, (d) => (d === SHARED ? 0 : Number.NEGATIVE_INFINITY));
    this.virtualSincePs = new Float64Array(stations.count);
    this.sharedHead = new Int32Array(stations.count).fill(-1);
    this.sharedTicket = new Int32Array(stations.count).fill(-1);

    const inChain = new Uint8Array(lanes.count);
    for (let op = 0; op < ops.count; op++) if (ops.kind[op] === CHAIN) inChain[ops.lane[op]] = 1;
    this.chainFreePs = new Float64Array(lanes.count);
    this.chainCount = new Int32Array(lanes.count);
    this.chainTail = new Int32Array(lanes.count);
    this.chainAt = new Int32Array(lanes.count);
    this.chainMask = new Int32Array(lanes.count);
    let room = 0;
    for (let l = 0; l < lanes.count; l++) {
      if (inChain[l] === 0) continue;
      this.chainAt[l] = room;
      this.chainMask[l] = INITIAL_CHAIN - 1;
      room += INITIAL_CHAIN;
    }
    this.chainStartPs = new Float64Array(room);

    this.underWay = new Int32Array(flows.count);
    this.phaseEndPs = new Float64Array(flows.count);
    this.traceAt = new Int32Array(flows.count);
    this.traceBasePs = new Float64Array(flows.count);
    this.programOffered = new Float64Array(programs.count);
    this.programDone = new Float64Array(programs.count);
    this.programLost = new Float64Array(programs.count);
    this.programLatencyPs = new Float64Array(programs.count);
    this.opServicePs = new Float64Array(ops.count);
    this.opWaitPs = new Float64Array(ops.count);
    this.counts = new Uint32Array(flows.histograms * BUCKETS);
    this.#base = this.#standing();
  }

  schedule(timePs: number, subject: number, kind: number): void {
    this.orders[subject] = this.order++;
    push(this.heapPs, this.heapEvent, this.orders, this.heapSize++, timePs, (subject << KIND_BITS) | kind);
  }

  /** Twice as much room for jobs and events; what is under way stays where it is. */
  grow(): void {
    const before = this.jobs;
    const jobs = before * 2;
    this.jobs = jobs;
    this.jobOp = larger(this.jobOp, jobs);
    this.jobNext = larger(this.jobNext, jobs);
    this.jobBornPs = larger(this.jobBornPs, jobs);
    this.jobSincePs = larger(this.jobSincePs, jobs);
    this.jobServicePs = larger(this.jobServicePs, jobs);
    this.jobWakePs = larger(this.jobWakePs, jobs);
    this.orders = larger(this.orders, jobs);
    for (let i = before; i < jobs; i++) this.jobNext[i] = i + 1 < jobs ? i + 1 : this.free;
    this.free = before;
    this.freeCount += before;
    const heapPs = new Float64Array(jobs + 8).fill(Number.NaN);
    heapPs.set(this.heapPs);
    this.heapPs = heapPs;
    this.heapEvent = larger(this.heapEvent, jobs + 8);
  }

  /** Gives pending events new order numbers from 0 that keep their order. */
  renumber(): void {
    const subjects = Array.from(this.heapEvent.subarray(0, this.heapSize), (event) => event >> KIND_BITS);
    subjects.sort((a, b) => this.orders[a] - this.orders[b]);
    subjects.forEach((subject, i) => {
      this.orders[subject] = i;
    });
    this.order = subjects.length;
  }

  /** Forgets what was counted so far: the end of the warm-up. */
  resetStatistics(): void {
    this.sincePs = this.nowPs;
    this.#base = this.#standing();
    this.laneMaxWaiting.set(this.laneWaiting);
    this.maxWaiting.set(this.waiting);
    for (let l = 0; l < this.chainMask.length; l++) {
      if (this.chainMask[l] > 0) this.laneMaxWaiting[l] = this.#passChain(l);
    }
  }

  // What was counted since then.

  get offered(): Float64Array {
    return this.#byFlow(this.programOffered, this.#base.offered);
  }

  get done(): Float64Array {
    return this.#byFlow(this.programDone, this.#base.done);
  }

  get lost(): Float64Array {
    return this.#byFlow(this.programLost, this.#base.lost);
  }

  get latencySumPs(): Float64Array {
    return this.#byFlow(this.programLatencyPs, this.#base.latencyPs);
  }

  get offeredBits(): Float64Array {
    return this.#byFlow(this.programOffered, this.#base.offered, this.network.flows.classBits);
  }

  get doneBits(): Float64Array {
    return this.#byFlow(this.programDone, this.#base.done, this.network.flows.classBits);
  }

  get histogram(): Uint32Array {
    return this.counts.map((count, i) => count - this.#base.counts[i]);
  }

  /** Service and wait of each step, summed over its jobs. Constant delays count for jobs that are done. */
  get stepTotalsPs(): { readonly service: Float64Array; readonly wait: Float64Array } {
    const { steps, flows } = this.network;
    const { programs, ops } = this.plan;
    const service = new Float64Array(steps.count);
    const wait = new Float64Array(steps.count);
    for (let op = 0; op < ops.count; op++) {
      if (ops.step[op] < 0) continue;
      service[ops.step[op]] += this.opServicePs[op] - this.#base.opServicePs[op];
      wait[ops.step[op]] += this.opWaitPs[op] - this.#base.opWaitPs[op];
    }
    for (let p = 0; p < programs.count; p++) {
      const done = this.programDone[p] - this.#base.done[p];
      const f = programs.flow[p];
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        const isConstantDelay =
          steps.station[step] < 0 && steps.givesBack[step] < 0 && steps.stream[step] < 0 && steps.onlyIfAsleep[step] < 0;
        if (isConstantDelay) service[step] += done * steps.servicePs[steps.table[step] + p - flows.classStart[f]];
      }
    }
    return { service, wait };
  }

  /** Jobs that waited at once, at most; by station. */
  get queueMax(): Int32Array {
    const result = Int32Array.from(this.maxWaiting);
    const { station } = this.network.lanes;
    for (let l = 0; l < station.length; l++)
      if (this.plan.isSingle[l] !== 0) result[station[l]] = Math.max(result[station[l]], this.laneMaxWaiting[l]);
    return result;
  }

  /** @returns how many jobs of a chain's station wait now. */
  #passChain(lane: number): number {
    let waiting = 0;
    for (let k = this.chainTail[lane]; k !== this.chainCount[lane]; k = (k + 1) | 0)
      if (this.chainStartPs[this.chainAt[lane] + (k & this.chainMask[lane])] > this.nowPs) waiting++;
    for (const { kind, op, timePs } of this.later)
      if (kind === ARRIVES && this.plan.ops.lane[op] === lane && timePs > this.nowPs) waiting--;
    return Math.max(0, waiting);
  }

  #byFlow(now: Float64Array, base: Float64Array, factor?: Float64Array): Float64Array {
    const { flow, count } = this.plan.programs;
    const result = new Float64Array(this.network.flows.count);
    for (let p = 0; p < count; p++) result[flow[p]] += (now[p] - base[p]) * (factor === undefined ? 1 : factor[p]);
    return result;
  }

  #standing(): Base {
    return {
      offered: this.programOffered.slice(),
      done: this.programDone.slice(),
      lost: this.programLost.slice(),
      latencyPs: this.programLatencyPs.slice(),
      opServicePs: this.opServicePs.slice(),
      opWaitPs: this.opWaitPs.slice(),
      counts: this.counts.slice(),
    };
  }
}

/** Counters as they stood when statistics began. */
interface Base {
  readonly offered: Float64Array;
  readonly done: Float64Array;
  readonly lost: Float64Array;
  readonly latencyPs: Float64Array;
  readonly opServicePs: Float64Array;
  readonly opWaitPs: Float64Array;
  readonly counts: Uint32Array;
}

/** Beginnings of jobs that a station of a chain remembers at first; a power of two. */
export const INITIAL_CHAIN = 16;

/** Kinds of what is to be counted later. */
export const ARRIVES = 0;
export const BEGINS = 1;
export const ENDS = 2;

export interface Later {
  readonly timePs: number;
  readonly kind: number;
  readonly op: number;
  /** Service, wait or latency. */
  readonly amountPs: number;
  /** Jobs waiting when it arrives, itself included. */
  readonly waiting: number;
}

function larger<T extends Int32Array | Float64Array>(array: T, length: number): T {
  const copy = new (array.constructor as new (length: number) => T)(length);
  copy.set(array as never);
  return copy;
}
