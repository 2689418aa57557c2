import { FLOW, LANE, OP, PROGRAM, STATION } from './generated/kernel.js';
import { BUCKETS } from './histogram.js';
import { CHAIN, CHAIN_LAST } from './kernel/kinds.js';
import { Kernel, STREAM_SIZE } from './kernel.js';
import { CLOSED, FAIR, type Network, POISSON, POLICER, SHAPER, SHARED } from './network.js';
import type { Plan } from './plan.js';

/** Job slots that there are at first; they double when all are in use. */
const INITIAL_JOBS = 1024;
/** Beginnings of jobs that a station of a chain remembers at first; a power of two. */
const INITIAL_CHAIN = 16;

/**
 * A network in the memory of a kernel, ready to run. Records of one kind lie side by side in the order of their numbers.
 */
export class Image {
  readonly kernel = new Kernel();
  readonly programsAt: number;
  /** Latencies, `BUCKETS` for each histogram of the network. */
  readonly countsAt: number;
  /** Behind the programs and their ops. */
  readonly opsEnd: number;
  readonly #flowsAt: number;
  readonly #opsAt: number;
  readonly #lanesAt: number;
  readonly #stationsAt: number;
  readonly #streamsAt: number;
  /** When a step of each key was last taken. */
  readonly #takenAt: number;

  constructor(
    readonly network: Network,
    readonly plan: Plan,
    seed: number,
    replication: number,
  ) {
    const { kernel } = this;
    const { stations, lanes, flows, steps, streams } = network;
    const { programs, ops } = plan;
    this.programsAt = kernel.allocate(programs.count * PROGRAM.size + ops.count * OP.size);
    this.#opsAt = this.programsAt + programs.count * PROGRAM.size;
    this.opsEnd = this.#opsAt + ops.count * OP.size;
    this.#flowsAt = kernel.allocate(flows.count * FLOW.size);
    this.#lanesAt = kernel.allocate(lanes.count * LANE.size);
    this.#stationsAt = kernel.allocate(stations.count * STATION.size);
    this.#streamsAt = kernel.allocate(streams.names.length * STREAM_SIZE);
    this.countsAt = kernel.allocate(flows.histograms * BUCKETS * 4);
    this.#takenAt = kernel.copyReals(new Float64Array(steps.everyKeys).fill(Number.NEGATIVE_INFINITY));
    streams.names.forEach((name, i) => {
      kernel.writeStream(this.#streamAt(i), streams.kinds[i], `${seed}/${replication}/${name}`);
    });
    this.#writeFlows();
    this.#writePrograms();
    this.#writeStations();
    this.#writeLanes();
    let jobs = INITIAL_JOBS;
    for (let f = 0; f < flows.count; f++) if (flows.arrival[f] === CLOSED) jobs += flows.depth[f];
    kernel.calls.makeRoom(flows.count, jobs);
    for (let f = 0; f < flows.count; f++) kernel.calls.begin(this.flowAt(f), flows.depth[f]);
    kernel.refresh();
  }

  // Addresses by number.

  flowAt(f: number): number {
    return this.#flowsAt + f * FLOW.size;
  }

  programAt(p: number): number {
    return this.programsAt + p * PROGRAM.size;
  }

  opAt(op: number): number {
    return this.#opsAt + op * OP.size;
  }

  laneAt(lane: number): number {
    return this.#lanesAt + lane * LANE.size;
  }

  stationAt(s: number): number {
    return this.#stationsAt + s * STATION.size;
  }

  /** 0 for a number below 0. */
  #streamAt(stream: number): number {
    return stream < 0 ? 0 : this.#streamsAt + stream * STREAM_SIZE;
  }

  #writeFlows(): void {
    const { kernel } = this;
    const { flows, streams } = this.network;
    const traceTimes = kernel.copyReals(flows.tracePs);
    const traceClasses = kernel.copyInts(flows.traceClass);
    for (let f = 0; f < flows.count; f++) {
      const at = this.flowAt(f);
      const classes = flows.classStart[f + 1] - flows.classStart[f];
      const isPlain = flows.arrival[f] === POISSON || (flows.arrival[f] === CLOSED && flows.thinkPs[f] === 0);
      kernel.setInt(at + FLOW.arrival, flows.arrival[f]);
      kernel.setInt(at + FLOW.program, this.programAt(flows.classStart[f]));
      kernel.setInt(at + FLOW.classes, classes);
      kernel.setInt(at + FLOW.limit, flows.limit[f]);
      kernel.setInt(at + FLOW.isPlain, isPlain && classes === 1 ? 1 : 0);
      kernel.setInt(at + FLOW.gaps, this.#streamAt(streams.gaps[f]));
      kernel.setInt(at + FLOW.picks, this.#streamAt(streams.classes[f]));
      kernel.setInt(at + FLOW.phases, this.#streamAt(streams.phases[f]));
      kernel.setInt(at + FLOW.traceTimes, traceTimes + flows.traceStart[f] * 8);
      kernel.setInt(at + FLOW.traceClasses, traceClasses + flows.traceStart[f] * 4);
      kernel.setInt(at + FLOW.traceLength, flows.traceStart[f + 1] - flows.traceStart[f]);
      kernel.setReal(at + FLOW.tracePeriod, flows.tracePeriodPs[f]);
      kernel.setReal(at + FLOW.gap, flows.gapPs[f]);
      kernel.setReal(at + FLOW.think, flows.thinkPs[f]);
      kernel.setReal(at + FLOW.on, flows.onPs[f]);
      kernel.setReal(at + FLOW.off, flows.offPs[f]);
    }
  }

  #writePrograms(): void {
    const { kernel } = this;
    const { programs, ops } = this.plan;
    const { flows } = this.network;
    for (let p = 0; p < programs.count; p++) {
      const at = this.programAt(p);
      const f = programs.flow[p];
      kernel.setInt(at + PROGRAM.start, this.opAt(programs.start[p]));
      kernel.setInt(at + PROGRAM.flow, this.flowAt(f));
      kernel.setInt(at + PROGRAM.histogram, this.countsAt + flows.histogram[f] * BUCKETS * 4);
      kernel.setInt(at + PROGRAM.isChain, programs.isChain[p]);
      kernel.setReal(at + PROGRAM.upTo, flows.classUpTo[p]);
    }
    const laneAt = (lane: number) => (lane < 0 ? 0 : this.laneAt(lane));
    for (let op = 0; op < ops.count; op++) {
      const at = this.opAt(op);
      kernel.setInt(at + OP.kind, ops.kind[op]);
      kernel.setInt(at + OP.lane, laneAt(ops.lane[op]));
      kernel.setInt(at + OP.stream, this.#streamAt(ops.stream[op]));
      kernel.setInt(at + OP.program, this.programAt(ops.program[op]));
      kernel.setInt(at + OP.station, ops.station[op] < 0 ? 0 : this.stationAt(ops.station[op]));
      kernel.setInt(at + OP.ifAsleep, laneAt(ops.onlyIfAsleep[op]));
      kernel.setInt(at + OP.taken, ops.everyKey[op] < 0 ? 0 : this.#takenAt + ops.everyKey[op] * 8);
      kernel.setInt(at + OP.spreadStream, this.#streamAt(ops.spreadStream[op]));
      kernel.setReal(at + OP.delay, ops.delayPs[op]);
      kernel.setReal(at + OP.mean, ops.servicePs[op]);
      kernel.setReal(at + OP.wake, ops.wakePs[op]);
      kernel.setReal(at + OP.every, ops.everyPs[op]);
      kernel.setReal(at + OP.spread, ops.spread[op]);
    }
  }

  #writeStations(): void {
    const { kernel } = this;
    const { stations } = this.network;
    for (let s = 0; s < stations.count; s++) {
      const at = this.stationAt(s);
      const rule = stations.discipline[s];
      kernel.setInt(at + STATION.rule, rule);
      kernel.setInt(at + STATION.servers, stations.servers[s]);
      const joins = this.plan.joinsPieces && rule === FAIR && stations.chunkPs[s] > 0 && stations.servers[s] === 1;
      kernel.setInt(at + STATION.joins, joins ? 1 : 0);
      kernel.setInt(at + STATION.lane, this.laneAt(stations.laneStart[s]));
      kernel.setInt(at + STATION.lanesEnd, this.laneAt(stations.laneStart[s + 1]));
      kernel.setReal(at + STATION.burst, stations.burstPs[s]);
      // Shapers and policers have been idle for ever when a run begins: their buckets are full.
      const slicePs = stations.chunkPs[s];
      const tokensPs = stations.burstPs[s] * stations.tokens[s];
      kernel.setReal(
        at + STATION.virtual,
        rule === SHARED
          ? 0
          : rule === POLICER
            ? tokensPs
            : rule !== SHAPER
              ? Number.NEGATIVE_INFINITY
              : slicePs > 0
                ? slicePs * stations.tokens[s]
                : -tokensPs,
      );
      kernel.setReal(at + STATION.excess, stations.excessPs[s] * stations.tokens[s]);
      kernel.setReal(at + STATION.excessDepth, stations.excessPs[s]);
      kernel.setReal(at + STATION.peak, stations.peakRatio[s]);
      kernel.setReal(at + STATION.chunk, stations.chunkPs[s]);
    }
  }

  #writeLanes(): void {
    const { kernel } = this;
    const { lanes, stations } = this.network;
    const { ops, isSingle, places } = this.plan;
    for (let l = 0; l < lanes.count; l++) {
      const at = this.laneAt(l);
      kernel.setInt(at + LANE.places, places[l]);
      kernel.setInt(at + LANE.isSingle, isSingle[l]);
      kernel.setInt(at + LANE.limit, lanes.limit[l]);
      kernel.setInt(at + LANE.polls, lanes.polls[l]);
      kernel.setInt(at + LANE.group, this.laneAt(lanes.group[l]));
      kernel.setReal(at + LANE.idleSince, Number.NEGATIVE_INFINITY);
      kernel.setReal(at + LANE.poll, lanes.pollPs[l]);
      kernel.setReal(at + LANE.hides, lanes.pollHides[l] !== 0 ? lanes.pollPs[l] : 0);
      kernel.setReal(at + LANE.grant, stations.quantumPs[lanes.station[l]] * lanes.weight[l]);
    }
    for (let op = 0; op < ops.count; op++) {
      const at = this.laneAt(ops.lane[op]);
      if ((ops.kind[op] !== CHAIN && ops.kind[op] !== CHAIN_LAST) || kernel.int(at + LANE.ring) !== 0) continue;
      kernel.setInt(at + LANE.ring, kernel.allocate(INITIAL_CHAIN * 8));
      kernel.setInt(at + LANE.ringMask, INITIAL_CHAIN - 1);
    }
  }
}
