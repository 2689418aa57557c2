import { KIND_BITS, push } from './event-list.js';
import { BUCKETS } from './histogram.js';
import { ARRIVES, countWaiting, type Later } from './later.js';
import {
  FLOW_ARRIVAL,
  FLOW_CLASSES,
  FLOW_GAP,
  FLOW_GAPS,
  FLOW_LIMIT,
  FLOW_NUMBER,
  FLOW_PLAIN,
  FLOW_PROGRAM,
  FLOW_SIZE,
  FLOW_THINK,
  FLOW_UNDER_WAY,
  FREE,
  FREE_COUNT,
  HEAP_SIZE,
  JOB_NEXT,
  JOB_SIZE,
  LANE_GRANT,
  LANE_GROUP,
  LANE_HEAD,
  LANE_HIDES,
  LANE_IDLE_SINCE,
  LANE_LIMIT,
  LANE_MAX_WAITING,
  LANE_NEXT,
  LANE_PLACES,
  LANE_POLL,
  LANE_POLLS,
  LANE_RING_AT,
  LANE_RING_MASK,
  LANE_SINGLE,
  LANE_SIZE,
  LANE_TAIL,
  LANE_WAITING,
  NEXT_ORDER,
  OP_DELAY,
  OP_EVERY,
  OP_EVERY_KEY,
  OP_IF_ASLEEP,
  OP_KIND,
  OP_LANE,
  OP_MEAN,
  OP_PROGRAM,
  OP_SERVED,
  OP_SIZE,
  OP_SPREAD,
  OP_SPREAD_STREAM,
  OP_STATION,
  OP_STREAM,
  OP_WAITED,
  OP_WAKE,
  ORDER,
  PROGRAM_DONE,
  PROGRAM_FLOW,
  PROGRAM_HISTOGRAM,
  PROGRAM_LATENCY,
  PROGRAM_LOST,
  PROGRAM_OFFERED,
  PROGRAM_SIZE,
  PROGRAM_START,
  PROGRAM_UP_TO,
  REGISTERS,
  RING_HEAD,
  RING_TAIL,
  SHARED_HEAD,
  SHARED_TICKET,
  STATION_BURST,
  STATION_CHUNK,
  STATION_EXCESS,
  STATION_EXCESS_DEPTH,
  STATION_LANE,
  STATION_LANES_END,
  STATION_MAX_WAITING,
  STATION_PEAK,
  STATION_RULE,
  STATION_SERVERS,
  STATION_SIZE,
  STATION_VIRTUAL,
  STATION_WAITING,
} from './layout.js';
import { CLOSED, type Network, POISSON, POLICER, SHAPER, SHARED } from './network.js';
import { CHAIN, isConstantDelay, type Plan, type PlanOptions, plan } from './plan.js';
import { RandomStreams } from './random.js';

/** Kinds of events; the rest of an event's number says of whom. */
export const ARRIVE = 0;
export const DONE = 1;
export const LEAVE = 2;
export const AGAIN = 3;
export const SHARED_DONE = 4;
export const GO_ON = 5;
export const TOOK = 6;
/** At a station with one lane in use. */
export const DONE_SINGLE = 7;

/** Jobs for which there is room at first; the pool doubles when it is full. */
const INITIAL_JOBS = 1024;
/** Jobs that one event may need: an arrival, and two changes of mind of stations with processor sharing. */
export const JOBS_PER_EVENT = 4;
/** Beginnings of jobs that a station of a chain remembers at first; a power of two. */
const INITIAL_CHAIN = 16;

/**
 * Everything that changes while a network runs, laid out as `layout.ts` says. Memory: 84 bytes for each job under way, and
 * 5 kB of histogram for each flow; neither depends on how long the run is.
 *
 * Counters only grow; `resetStatistics` remembers where they stood.
 */
export class DesState {
  nowPs = 0;
  events = 0;
  /** Statistics count from here. */
  sincePs = 0;

  readonly plan: Plan;
  readonly random: RandomStreams;

  // Flows come first, then programs, ops, lanes, stations, positions of random streams, and jobs, of which there may be more.
  ints: Int32Array;
  reals: Float64Array;
  readonly #programsAt: number;
  readonly #opsAt: number;
  readonly #lanesAt: number;
  readonly #stationsAt: number;
  readonly streamsAt: number;
  readonly #jobsAt: number;

  // Event list.
  heapPs: Float64Array;
  heapEvent: Int32Array;

  /** Latencies, `BUCKETS` for each histogram of the network. */
  readonly counts: Uint32Array;
  /** When the last jobs of the stations of chains began, a ring for each. */
  chainStartPs: Float64Array;
  /** What jobs of chains will have done after the end of the last run. */
  readonly later: Later[] = [];

  /** When a step of each key was last taken. */
  readonly takenPs: Float64Array;

  // Sources.
  readonly phaseEndPs: Float64Array;
  readonly traceAt: Int32Array;
  readonly traceBasePs: Float64Array;

  #base: { readonly reals: Float64Array; readonly counts: Uint32Array };

  constructor(
    readonly network: Network,
    seed: number,
    replication: number,
    options: PlanOptions = { fuses: true },
  ) {
    const { stations, lanes, flows, steps, streams } = network;
    this.plan = plan(network, options);
    const { programs, ops } = this.plan;
    this.#programsAt = this.flowAt(flows.count);
    this.#opsAt = this.#programsAt + programs.count * PROGRAM_SIZE;
    this.#lanesAt = this.#opsAt + ops.count * OP_SIZE;
    this.#stationsAt = this.#lanesAt + lanes.count * LANE_SIZE;
    this.streamsAt = this.#stationsAt + stations.count * STATION_SIZE;
    this.#jobsAt = this.streamsAt + streams.names.length;
    let jobs = INITIAL_JOBS;
    for (let f = 0; f < flows.count; f++) if (flows.arrival[f] === CLOSED) jobs += flows.depth[f];
    this.ints = new Int32Array(this.#jobsAt + jobs * JOB_SIZE);
    this.reals = new Float64Array(this.ints.length);
    this.random = new RandomStreams(streams.names, streams.kinds, seed, replication);
    this.#moveStreams(this.random.at);
    this.ints[FREE] = -1;
    this.#addJobs(this.#jobsAt);
    // Siblings come in fours, of which the last ones may not be there.
    this.heapPs = new Float64Array(jobs + flows.count + 8).fill(Number.NaN);
    this.heapEvent = new Int32Array(this.heapPs.length);

    this.#writeFlows();
    this.#writePrograms();
    this.#writeStations();
    this.chainStartPs = new Float64Array(this.#writeLanes());
    this.counts = new Uint32Array(flows.histograms * BUCKETS);
    this.takenPs = new Float64Array(steps.everyKeys).fill(Number.NEGATIVE_INFINITY);
    this.phaseEndPs = new Float64Array(flows.count);
    this.traceAt = new Int32Array(flows.count);
    this.traceBasePs = new Float64Array(flows.count);
    this.#base = { reals: this.reals.slice(0, this.#lanesAt), counts: this.counts.slice() };
  }

  // Addresses by number.

  flowAt(f: number): number {
    return REGISTERS + f * FLOW_SIZE;
  }

  programAt(p: number): number {
    return this.#programsAt + p * PROGRAM_SIZE;
  }

  opAt(op: number): number {
    return this.#opsAt + op * OP_SIZE;
  }

  laneAt(lane: number): number {
    return this.#lanesAt + lane * LANE_SIZE;
  }

  stationAt(s: number): number {
    return this.#stationsAt + s * STATION_SIZE;
  }

  #writeFlows(): void {
    const { flows, streams } = this.network;
    for (let f = 0; f < flows.count; f++) {
      const at = this.flowAt(f);
      this.ints[at + FLOW_ARRIVAL] = flows.arrival[f];
      this.ints[at + FLOW_PROGRAM] = this.programAt(flows.classStart[f]);
      this.ints[at + FLOW_CLASSES] = flows.classStart[f + 1] - flows.classStart[f];
      this.ints[at + FLOW_LIMIT] = flows.limit[f];
      this.ints[at + FLOW_GAPS] = this.streamsAt + streams.gaps[f];
      this.ints[at + FLOW_NUMBER] = f;
      const isPlain = flows.arrival[f] === POISSON || (flows.arrival[f] === CLOSED && flows.thinkPs[f] === 0);
      this.ints[at + FLOW_PLAIN] = isPlain && this.ints[at + FLOW_CLASSES] === 1 ? 1 : 0;
      this.reals[at + FLOW_GAP] = flows.gapPs[f];
      this.reals[at + FLOW_THINK] = flows.thinkPs[f];
    }
  }

  #writePrograms(): void {
    const { programs, ops } = this.plan;
    const { flows } = this.network;
    const optional = (n: number, at: (n: number) => number) => (n < 0 ? -1 : at(n));
    for (let p = 0; p < programs.count; p++) {
      const at = this.programAt(p);
      this.ints[at + PROGRAM_START] = this.opAt(programs.start[p]);
      this.ints[at + PROGRAM_FLOW] = this.flowAt(programs.flow[p]);
      this.ints[at + PROGRAM_HISTOGRAM] = flows.histogram[programs.flow[p]] * BUCKETS;
      this.reals[at + PROGRAM_UP_TO] = flows.classUpTo[p];
    }
    for (let op = 0; op < ops.count; op++) {
      const at = this.opAt(op);
      this.ints[at + OP_KIND] = ops.kind[op];
      this.ints[at + OP_LANE] = optional(ops.lane[op], (lane) => this.laneAt(lane));
      this.ints[at + OP_STREAM] = optional(ops.stream[op], (stream) => this.streamsAt + stream);
      this.ints[at + OP_PROGRAM] = this.programAt(ops.program[op]);
      this.ints[at + OP_STATION] = optional(ops.station[op], (s) => this.stationAt(s));
      this.ints[at + OP_IF_ASLEEP] = optional(ops.onlyIfAsleep[op], (lane) => this.laneAt(lane));
      this.reals[at + OP_DELAY] = ops.delayPs[op];
      this.reals[at + OP_MEAN] = ops.servicePs[op];
      this.reals[at + OP_WAKE] = ops.wakePs[op];
      this.ints[at + OP_EVERY_KEY] = ops.everyKey[op];
      this.reals[at + OP_EVERY] = ops.everyPs[op];
      this.ints[at + OP_SPREAD_STREAM] = optional(ops.spreadStream[op], (stream) => this.streamsAt + stream);
      this.reals[at + OP_SPREAD] = ops.spread[op];
    }
  }

  #writeStations(): void {
    const { stations } = this.network;
    for (let s = 0; s < stations.count; s++) {
      const at = this.stationAt(s);
      this.ints[at + STATION_RULE] = stations.discipline[s];
      this.ints[at + STATION_SERVERS] = stations.servers[s];
      this.ints[at + RING_HEAD] = -1;
      this.ints[at + RING_TAIL] = -1;
      this.ints[at + STATION_LANE] = this.laneAt(stations.laneStart[s]);
      this.ints[at + STATION_LANES_END] = this.laneAt(stations.laneStart[s + 1]);
      this.ints[at + SHARED_HEAD] = -1;
      this.ints[at + SHARED_TICKET] = -1;
      this.reals[at + STATION_BURST] = stations.burstPs[s];
      // Shapers and policers have been idle for ever when a run begins: their buckets are full.
      const rule = stations.discipline[s];
      const tokensPs = stations.burstPs[s] * stations.tokens[s];
      this.reals[at + STATION_VIRTUAL] =
        rule === SHARED ? 0 : rule === POLICER ? tokensPs : rule === SHAPER ? -tokensPs : Number.NEGATIVE_INFINITY;
      this.reals[at + STATION_EXCESS] = stations.excessPs[s] * stations.tokens[s];
      this.reals[at + STATION_EXCESS_DEPTH] = stations.excessPs[s];
      this.reals[at + STATION_PEAK] = stations.peakRatio[s];
      this.reals[at + STATION_CHUNK] = stations.chunkPs[s];
    }
  }

  /** @returns room that the rings of chains take. */
  #writeLanes(): number {
    const { lanes, stations } = this.network;
    const { ops, isSingle } = this.plan;
    for (let l = 0; l < lanes.count; l++) {
      const at = this.laneAt(l);
      this.ints[at + LANE_HEAD] = -1;
      this.ints[at + LANE_TAIL] = -1;
      this.ints[at + LANE_PLACES] = Math.min(lanes.width[l], stations.servers[lanes.station[l]]);
      this.ints[at + LANE_SINGLE] = isSingle[l];
      this.ints[at + LANE_NEXT] = -1;
      this.ints[at + LANE_LIMIT] = lanes.limit[l];
      this.ints[at + LANE_POLLS] = lanes.polls[l];
      this.ints[at + LANE_GROUP] = this.laneAt(lanes.group[l]);
      this.reals[at + LANE_IDLE_SINCE] = Number.NEGATIVE_INFINITY;
      this.reals[at + LANE_POLL] = lanes.pollPs[l];
      this.reals[at + LANE_HIDES] = lanes.pollHides[l] !== 0 ? lanes.pollPs[l] : 0;
      this.reals[at + LANE_GRANT] = stations.quantumPs[lanes.station[l]] * lanes.weight[l];
    }
    let room = 0;
    for (let op = 0; op < ops.count; op++) {
      const lane = this.laneAt(ops.lane[op]);
      if (ops.kind[op] !== CHAIN || this.ints[lane + LANE_RING_MASK] !== 0) continue;
      this.ints[lane + LANE_RING_AT] = room;
      this.ints[lane + LANE_RING_MASK] = INITIAL_CHAIN - 1;
      room += INITIAL_CHAIN;
    }
    return room;
  }

  /** Puts all job slots from an address on into the list of free ones. */
  #addJobs(from: number): void {
    for (let job = this.ints.length - JOB_SIZE; job >= from; job -= JOB_SIZE) {
      this.ints[job + JOB_NEXT] = this.ints[FREE];
      this.ints[FREE] = job;
      this.ints[FREE_COUNT]++;
    }
  }

  /** The positions of random streams live among the other integers. */
  #moveStreams(at: Int32Array): void {
    this.ints.set(at, this.streamsAt);
    this.random.at = this.ints.subarray(this.streamsAt, this.streamsAt + at.length);
  }

  /** Twice as much room for jobs and events; what is under way stays where it is. */
  grow(): void {
    const before = this.ints.length;
    const length = before * 2 - this.#jobsAt;
    const ints = new Int32Array(length);
    ints.set(this.ints);
    this.ints = ints;
    const reals = new Float64Array(length);
    reals.set(this.reals);
    this.reals = reals;
    this.#moveStreams(this.random.at);
    this.#addJobs(before);
    const events = this.network.flows.count + (length - this.#jobsAt) / JOB_SIZE + 8;
    const heapPs = new Float64Array(events).fill(Number.NaN);
    heapPs.set(this.heapPs);
    this.heapPs = heapPs;
    const heapEvent = new Int32Array(events);
    heapEvent.set(this.heapEvent);
    this.heapEvent = heapEvent;
  }

  /** Gives pending events new order numbers from 0 that keep their order. */
  renumber(): void {
    const subjects = Array.from(this.heapEvent.subarray(0, this.ints[HEAP_SIZE]), (event) => event >> KIND_BITS);
    subjects.sort((a, b) => this.ints[a + ORDER] - this.ints[b + ORDER]);
    subjects.forEach((subject, i) => {
      this.ints[subject + ORDER] = i;
    });
    this.ints[NEXT_ORDER] = subjects.length;
  }

  /** Forgets what was counted so far: the end of the warm-up. */
  resetStatistics(): void {
    this.sincePs = this.nowPs;
    this.#base = { reals: this.reals.slice(0, this.#lanesAt), counts: this.counts.slice() };
    const { ints } = this;
    for (let l = 0; l < this.network.lanes.count; l++) {
      const lane = this.laneAt(l);
      ints[lane + LANE_MAX_WAITING] = ints[lane + LANE_RING_MASK] > 0 ? this.#waitInChain(lane) : ints[lane + LANE_WAITING];
    }
    for (let s = 0; s < this.network.stations.count; s++) {
      const at = this.stationAt(s);
      ints[at + STATION_MAX_WAITING] = ints[at + STATION_WAITING];
    }
  }

  // What was counted since then; by flow, unless it says otherwise.

  get offered(): Float64Array {
    return this.#byFlow(PROGRAM_OFFERED);
  }

  get done(): Float64Array {
    return this.#byFlow(PROGRAM_DONE);
  }

  get lost(): Float64Array {
    return this.#byFlow(PROGRAM_LOST);
  }

  get latencySumPs(): Float64Array {
    return this.#byFlow(PROGRAM_LATENCY);
  }

  get offeredBits(): Float64Array {
    return this.#byFlow(PROGRAM_OFFERED, this.network.flows.classBits);
  }

  get doneBits(): Float64Array {
    return this.#byFlow(PROGRAM_DONE, this.network.flows.classBits);
  }

  get histogram(): Uint32Array {
    return this.counts.map((count, i) => count - this.#base.counts[i]);
  }

  /** Jobs under way, of flows with a limit. */
  get underWay(): Int32Array {
    return Int32Array.from({ length: this.network.flows.count }, (_, f) => this.ints[this.flowAt(f) + FLOW_UNDER_WAY]);
  }

  /** Service and wait of each step, summed over its jobs. Constant delays count for jobs that are done. */
  get stepTotalsPs(): { readonly service: Float64Array; readonly wait: Float64Array } {
    const { steps, flows } = this.network;
    const { programs, ops } = this.plan;
    const service = new Float64Array(steps.count);
    const wait = new Float64Array(steps.count);
    for (let op = 0; op < ops.count; op++) {
      if (ops.step[op] < 0) continue;
      service[ops.step[op]] += this.#since(this.opAt(op) + OP_SERVED);
      wait[ops.step[op]] += this.#since(this.opAt(op) + OP_WAITED);
    }
    for (let p = 0; p < programs.count; p++) {
      const done = this.#since(this.programAt(p) + PROGRAM_DONE);
      const f = programs.flow[p];
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        if (isConstantDelay(steps, step)) service[step] += done * steps.servicePs[steps.table[step] + p - flows.classStart[f]];
      }
    }
    return { service, wait };
  }

  /** Jobs that waited at once, at most; by station. */
  get queueMax(): Int32Array {
    const { stations, lanes } = this.network;
    const result = Int32Array.from({ length: stations.count }, (_, s) => this.ints[this.stationAt(s) + STATION_MAX_WAITING]);
    for (let l = 0; l < lanes.count; l++) {
      const s = lanes.station[l];
      if (this.plan.isSingle[l] !== 0) result[s] = Math.max(result[s], this.ints[this.laneAt(l) + LANE_MAX_WAITING]);
    }
    return result;
  }

  /** @returns how many jobs wait now at a station of a chain. */
  #waitInChain(lane: number): number {
    const { ints } = this;
    let waiting = countWaiting(ints, this.chainStartPs, lane, this.nowPs);
    for (const { kind, op, timePs } of this.later) if (kind === ARRIVES && ints[op + OP_LANE] === lane && timePs > this.nowPs) waiting--;
    return Math.max(0, waiting);
  }

  #since(address: number): number {
    return this.reals[address] - this.#base.reals[address];
  }

  #byFlow(field: number, factor?: Float64Array): Float64Array {
    const { flow, count } = this.plan.programs;
    const result = new Float64Array(this.network.flows.count);
    for (let p = 0; p < count; p++) result[flow[p]] += this.#since(this.programAt(p) + field) * (factor === undefined ? 1 : factor[p]);
    return result;
  }
}

/** Puts an event in. */
export function schedule(state: DesState, timePs: number, subject: number, kind: number): void {
  const { ints } = state;
  ints[subject + ORDER] = ints[NEXT_ORDER]++;
  push(state.heapPs, state.heapEvent, ints, ints[HEAP_SIZE]++, timePs, (subject << KIND_BITS) | kind);
}
