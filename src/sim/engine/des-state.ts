import { BUCKETS } from './histogram.js';
import { CLOSED, type Network, POLICER, SHARED } from './network.js';
import { RandomStreams } from './random.js';

/** Kinds of events; the rest of an event's number says of what. */
export const ARRIVE = 0;
export const DONE = 1;
export const LEAVE = 2;
export const AGAIN = 3;
export const SHARED_DONE = 4;
export const GO_ON = 5;
export const KIND_BITS = 3;

/** Jobs for which there is room at first; the pool doubles when it is full. */
const INITIAL_JOBS = 1024;

/**
 * Everything that changes while a network runs, in typed arrays. Memory: about 60 bytes for each job under way, and
 * 5 kB of histogram for each flow.
 */
export class DesState {
  nowPs = 0;
  events = 0;
  /** Statistics count from here. */
  sincePs = 0;

  readonly random: RandomStreams;

  // Event list: a heap of four children a node, ordered by time, then by the order of scheduling.
  heapPs: Float64Array;
  heapOrder: Int32Array;
  heapEvent: Int32Array;
  heapSize = 0;
  order = 0;

  // Jobs. `next` links the free ones, and the waiting ones of a lane.
  jobs: number;
  free: number;
  jobFlow: Int32Array;
  jobClass: Int32Array;
  jobStep: Int32Array;
  jobNext: Int32Array;
  jobBornPs: Float64Array;
  jobSincePs: Float64Array;
  jobServicePs: Float64Array;
  jobWakePs: Float64Array;
  /** The lane it waits or is served in. */
  jobLane: Int32Array;
  /** Service that is still to come after the piece at hand, and the size of a piece. */
  jobLeftPs: Float64Array;
  jobPiecePs: Float64Array;

  // Lanes and stations.
  readonly laneHead: Int32Array;
  readonly laneTail: Int32Array;
  readonly laneWaiting: Int32Array;
  /** Jobs in service, and waiting, of all lanes of a group; at the lane that stands for it. */
  readonly laneBusy: Int32Array;
  readonly groupWaiting: Int32Array;
  /** When the last job of the group was done. */
  readonly idleSincePs: Float64Array;
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
  /** Policers: the second bucket. */
  readonly excessPs: Float64Array;
  /** When a step of each key was last taken. */
  readonly takenPs: Float64Array;
  readonly sharedHead: Int32Array;
  /** Order number of the one event of a shared station that counts. */
  readonly sharedOrder: Int32Array;

  // Flows.
  readonly underWay: Int32Array;
  readonly phaseEndPs: Float64Array;
  readonly traceAt: Int32Array;
  readonly traceBasePs: Float64Array;

  // Statistics since `sincePs`.
  readonly offered: Float64Array;
  readonly offeredBits: Float64Array;
  readonly done: Float64Array;
  readonly doneBits: Float64Array;
  readonly lost: Float64Array;
  readonly latencySumPs: Float64Array;
  readonly histogram: Uint32Array;
  readonly stepServicePs: Float64Array;
  readonly stepWaitPs: Float64Array;
  readonly stepVisits: Float64Array;

  constructor(
    readonly network: Network,
    seed: number,
    replication: number,
  ) {
    const { stations, lanes, flows, steps, streams } = network;
    this.random = new RandomStreams(streams.names, streams.kinds, seed, replication);
    let jobs = INITIAL_JOBS;
    for (let f = 0; f < flows.count; f++) if (flows.arrival[f] === CLOSED) jobs += flows.depth[f];
    this.jobs = jobs;
    this.free = 0;
    this.jobFlow = new Int32Array(jobs);
    this.jobClass = new Int32Array(jobs);
    this.jobStep = new Int32Array(jobs);
    this.jobNext = Int32Array.from({ length: jobs }, (_, i) => (i + 1 < jobs ? i + 1 : -1));
    this.jobBornPs = new Float64Array(jobs);
    this.jobSincePs = new Float64Array(jobs);
    this.jobServicePs = new Float64Array(jobs);
    this.jobWakePs = new Float64Array(jobs);
    this.jobLane = new Int32Array(jobs);
    this.jobLeftPs = new Float64Array(jobs);
    this.jobPiecePs = new Float64Array(jobs);
    const events = jobs + flows.count + stations.count + 8;
    this.heapPs = new Float64Array(events);
    this.heapOrder = new Int32Array(events);
    this.heapEvent = new Int32Array(events);

    this.laneHead = new Int32Array(lanes.count).fill(-1);
    this.laneTail = new Int32Array(lanes.count).fill(-1);
    this.laneWaiting = new Int32Array(lanes.count);
    this.laneBusy = new Int32Array(lanes.count);
    this.groupWaiting = new Int32Array(lanes.count);
    this.idleSincePs = new Float64Array(lanes.count).fill(Number.NEGATIVE_INFINITY);
    this.laneDeficitPs = new Float64Array(lanes.count);
    this.laneNext = new Int32Array(lanes.count).fill(-1);
    this.ringHead = new Int32Array(stations.count).fill(-1);
    this.ringTail = new Int32Array(stations.count).fill(-1);
    this.ringSize = new Int32Array(stations.count);
    this.busy = new Int32Array(stations.count);
    this.waiting = new Int32Array(stations.count);
    this.maxWaiting = new Int32Array(stations.count);
    // A shaper has been idle for ever when a run begins: its bucket is full.
    this.virtualPs = Float64Array.from(stations.discipline, (d, s) =>
      d === SHARED ? 0 : d === POLICER ? (stations.burstPs[s] as number) : Number.NEGATIVE_INFINITY,
    );
    this.excessPs = Float64Array.from(stations.excessPs);
    this.takenPs = new Float64Array(steps.everyKeys).fill(Number.NEGATIVE_INFINITY);
    this.virtualSincePs = new Float64Array(stations.count);
    this.sharedHead = new Int32Array(stations.count).fill(-1);
    this.sharedOrder = new Int32Array(stations.count).fill(-1);

    this.underWay = new Int32Array(flows.count);
    this.phaseEndPs = new Float64Array(flows.count);
    this.traceAt = new Int32Array(flows.count);
    this.traceBasePs = new Float64Array(flows.count);
    this.offered = new Float64Array(flows.count);
    this.offeredBits = new Float64Array(flows.count);
    this.done = new Float64Array(flows.count);
    this.doneBits = new Float64Array(flows.count);
    this.lost = new Float64Array(flows.count);
    this.latencySumPs = new Float64Array(flows.count);
    this.histogram = new Uint32Array(flows.histograms * BUCKETS);
    this.stepServicePs = new Float64Array(steps.count);
    this.stepWaitPs = new Float64Array(steps.count);
    this.stepVisits = new Float64Array(steps.count);
  }

  /** Twice as much room for jobs and events; what is under way stays where it is. */
  grow(): void {
    const before = this.jobs;
    const jobs = before * 2;
    this.jobs = jobs;
    this.jobFlow = larger(this.jobFlow, jobs);
    this.jobClass = larger(this.jobClass, jobs);
    this.jobStep = larger(this.jobStep, jobs);
    this.jobNext = larger(this.jobNext, jobs);
    this.jobBornPs = larger(this.jobBornPs, jobs);
    this.jobSincePs = larger(this.jobSincePs, jobs);
    this.jobServicePs = larger(this.jobServicePs, jobs);
    this.jobWakePs = larger(this.jobWakePs, jobs);
    this.jobLane = larger(this.jobLane, jobs);
    this.jobLeftPs = larger(this.jobLeftPs, jobs);
    this.jobPiecePs = larger(this.jobPiecePs, jobs);
    for (let i = before; i < jobs; i++) this.jobNext[i] = i + 1 < jobs ? i + 1 : this.free;
    this.free = before;
    const events = this.heapPs.length + before;
    this.heapPs = larger(this.heapPs, events);
    this.heapOrder = larger(this.heapOrder, events);
    this.heapEvent = larger(this.heapEvent, events);
  }

  /** Forgets what was counted so far: the end of the warm-up. */
  resetStatistics(): void {
    this.sincePs = this.nowPs;
    for (const counts of [
      this.offered,
      this.offeredBits,
      this.done,
      this.doneBits,
      this.lost,
      this.latencySumPs,
      this.stepServicePs,
      this.stepWaitPs,
      this.stepVisits,
    ]) {
      counts.fill(0);
    }
    this.histogram.fill(0);
    this.maxWaiting.set(this.waiting);
  }
}

function larger<T extends Int32Array | Float64Array>(array: T, length: number): T {
  const copy = new (array.constructor as new (length: number) => T)(length);
  copy.set(array as never);
  return copy;
}
