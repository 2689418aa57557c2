import { ERLANG4, EXPONENTIAL, MAX_PIECES, UNIFORM } from './kernel/kinds.js';
import { CLOSED, CONSTANT, CONSTANT_LAW, FAIR, FIFO, type Network, ON_OFF, PRIORITY, TRACE } from './network.js';

export interface StationOptions {
  readonly discipline?: number;
  readonly servers?: number;
  readonly burstPs?: number;
  readonly excessPs?: number;
  readonly peakRatio?: number;
  readonly chunkPs?: number;
}

export interface LaneOptions {
  readonly weight?: number;
  readonly width?: number;
  readonly limit?: number;
  readonly polls?: boolean;
  /** An earlier lane of the station: both are rings of one thread, which goes round them. */
  readonly group?: number;
  readonly pollPs?: number;
  readonly pollHides?: boolean;
}

export interface StepOptions {
  /** Undefined: a delay. */
  readonly lane?: number;
  /** A lane of a station of slots: the step gives back the place that an earlier step took. */
  readonly givesBack?: number;
  /** For each operation class of the flow. */
  readonly servicePs: readonly number[];
  readonly law?: 'constant' | 'exponential' | 'erlang4';
  readonly wakePs?: number;
  readonly onlyIfAsleep?: number;
  /** At most once in this time, over all steps with the same name. */
  readonly every?: { readonly key: string; readonly ps: number };
  /** The lane is one of so many, drawn anew each time. */
  readonly spread?: number;
}

export interface FlowOptions {
  readonly name: string;
  readonly arrival: number;
  readonly gapPs?: number;
  readonly onPs?: number;
  readonly offPs?: number;
  readonly depth?: number;
  readonly thinkPs?: number;
  readonly limit?: number;
  /** Flows with the same number share a histogram. One of its own if left out. */
  readonly histogram?: number;
  /** Probability and bits of each operation class. */
  readonly classes: readonly { readonly share: number; readonly bits: number }[];
  readonly trace?: { readonly timesPs: readonly number[]; readonly classes: readonly number[]; readonly periodPs: number };
  readonly steps: readonly StepOptions[];
}

type LaneRecord = Required<LaneOptions> & { readonly station: number };

/** Priorities a station tells apart. */
export const PRIORITIES = 8;

/** Puts a network together, station by station and flow by flow. */
export class NetworkBuilder {
  readonly #stations: (Required<StationOptions> & { lanes: number[] })[] = [];
  readonly #lanes: LaneRecord[] = [];
  readonly #flows: FlowOptions[] = [];

  /** @returns the station's number; a FIFO station has lane `lanes[0]`, a PRIORITY one a lane for each level. */
  station(options: StationOptions): { station: number; lanes: readonly number[] } {
    const { discipline = FIFO, servers = 1, burstPs = 0, excessPs = 0, peakRatio = 0, chunkPs = 0 } = options;
    const station = this.#stations.push({ discipline, servers, burstPs, excessPs, peakRatio, chunkPs, lanes: [] }) - 1;
    const own = discipline === FAIR ? 0 : discipline === PRIORITY ? PRIORITIES : 1;
    for (let i = 0; i < own; i++) this.lane(station, {});
    return { station, lanes: (this.#stations[station] as { lanes: number[] }).lanes };
  }

  lane(station: number, options: LaneOptions): number {
    const { weight = 1, width = 0x7fffffff, limit = 0, polls = false, group = this.#lanes.length, pollPs = 0, pollHides = false } = options;
    const lane = this.#lanes.push({ weight, width, limit, polls, group, pollPs, pollHides, station }) - 1;
    (this.#stations[station] as { lanes: number[] }).lanes.push(lane);
    return lane;
  }

  /** Weights that depend on how many lanes there are in the end. */
  setWeight(lane: number, weight: number): void {
    this.#lanes[lane] = { ...(this.#lanes[lane] as LaneRecord), weight };
  }

  /** Between taking a place of a station of slots and giving it back no lane may lose operations: the place would be lost too. */
  flow(options: FlowOptions): number {
    return this.#flows.push(options) - 1;
  }

  build(): Network {
    const streams = new StreamTable();
    const flows = this.#buildFlows(streams);
    const steps = this.#buildSteps(streams);
    const { stations, lanes } = this.#buildStations(steps);
    return {
      stations,
      lanes,
      flows: flows.arrays,
      steps,
      streams: {
        names: streams.names,
        kinds: Uint8Array.from(streams.kinds),
        gaps: flows.gaps,
        classes: flows.classes,
        phases: flows.phases,
      },
    };
  }

  #buildFlows(streams: StreamTable) {
    const flows = this.#flows;
    const classes = flows.map((flow) => flow.classes);
    const traces = flows.map((flow) => flow.trace ?? { timesPs: [], classes: [], periodPs: 0 });
    const needsGaps = ({ arrival, thinkPs = 0 }: FlowOptions) =>
      arrival === CLOSED ? thinkPs > 0 : arrival !== TRACE && arrival !== CONSTANT;
    const drawsClass = ({ arrival, classes: { length } }: FlowOptions) => arrival !== TRACE && length > 1;
    // When constant sources and those with pauses begin is left to chance as well.
    const drawsUniform = (flow: FlowOptions) => drawsClass(flow) || flow.arrival === CONSTANT || flow.arrival === ON_OFF;
    const int = (pick: (flow: FlowOptions) => number) => Int32Array.from(flows, pick);
    const real = (pick: (flow: FlowOptions) => number) => Float64Array.from(flows, pick);
    return {
      gaps: int((flow) => (needsGaps(flow) ? streams.add(`${flow.name} gaps`, EXPONENTIAL) : -1)),
      classes: int((flow) => (drawsUniform(flow) ? streams.add(`${flow.name} classes`, UNIFORM) : -1)),
      phases: int((flow) => (flow.arrival === ON_OFF ? streams.add(`${flow.name} phases`, EXPONENTIAL) : -1)),
      arrays: {
        count: flows.length,
        arrival: Uint8Array.from(flows, (flow) => flow.arrival),
        gapPs: real((flow) => flow.gapPs ?? 0),
        onPs: real((flow) => flow.onPs ?? 0),
        offPs: real((flow) => flow.offPs ?? 0),
        depth: int((flow) => flow.depth ?? 0),
        thinkPs: real((flow) => flow.thinkPs ?? 0),
        limit: int((flow) => flow.limit ?? 0),
        stepStart: starts(flows.map((flow) => flow.steps.length)),
        classStart: starts(classes.map((list) => list.length)),
        classUpTo: Float64Array.from(classes.flatMap(cumulative)),
        classBits: Float64Array.from(classes.flatMap((list) => list.map((c) => c.bits))),
        histogram: Int32Array.from(flows, (flow, i) => flow.histogram ?? i),
        histograms: flows.reduce((n, flow, i) => Math.max(n, (flow.histogram ?? i) + 1), 0),
        traceStart: starts(traces.map((trace) => trace.timesPs.length)),
        tracePs: Float64Array.from(traces.flatMap((trace) => [...trace.timesPs])),
        traceClass: Int32Array.from(traces.flatMap((trace) => [...trace.classes])),
        tracePeriodPs: Float64Array.from(traces, (trace) => trace.periodPs),
      },
    };
  }

  #buildSteps(streams: StreamTable) {
    const all = this.#flows.flatMap((flow) => flow.steps.map((step, i) => ({ ...step, name: `${flow.name} step ${i}` })));
    const tables = starts(all.map((step) => step.servicePs.length));
    const keys = new Map<string, number>();
    return {
      count: all.length,
      station: Int32Array.from(all, (step) => (step.lane === undefined ? -1 : (this.#lanes[step.lane] as { station: number }).station)),
      givesBack: Int32Array.from(all, (step) =>
        step.givesBack === undefined ? -1 : (this.#lanes[step.givesBack] as { station: number }).station,
      ),
      lane: Int32Array.from(all, (step) => step.lane ?? -1),
      table: tables.slice(0, all.length),
      servicePs: Float64Array.from(all.flatMap((step) => step.servicePs.map(Math.round))),
      stream: Int32Array.from(all, (step) => {
        if (step.law === undefined || step.law === 'constant') return CONSTANT_LAW;
        return streams.add(step.name, step.law === 'exponential' ? EXPONENTIAL : ERLANG4);
      }),
      wakePs: Float64Array.from(all, (step) => Math.round(step.wakePs ?? 0)),
      onlyIfAsleep: Int32Array.from(all, (step) => step.onlyIfAsleep ?? -1),
      everyPs: Float64Array.from(all, (step) => step.every?.ps ?? 0),
      everyKey: Int32Array.from(all, (step) => {
        if (step.every === undefined) return -1;
        const known = keys.get(step.every.key) ?? keys.size;
        keys.set(step.every.key, known);
        return known;
      }),
      everyKeys: keys.size,
      spread: Int32Array.from(all, (step) => step.spread ?? 1),
      spreadStream: Int32Array.from(all, (step) => ((step.spread ?? 1) > 1 ? streams.add(`${step.name} spread`, UNIFORM) : -1)),
    };
  }

  #buildStations(steps: Network['steps']) {
    const stations = this.#stations;
    // Lanes of one station stand side by side, so they are numbered anew; steps are told.
    const order = stations.flatMap((station) => station.lanes);
    const renumbered = new Int32Array(this.#lanes.length);
    order.forEach((lane, i) => {
      renumbered[lane] = i;
    });
    for (let i = 0; i < steps.count; i++) {
      if (steps.lane[i] >= 0) steps.lane[i] = renumbered[steps.lane[i]];
      if (steps.onlyIfAsleep[i] >= 0) steps.onlyIfAsleep[i] = renumbered[steps.onlyIfAsleep[i]];
    }
    const lanes = order.map((lane) => this.#lanes[lane] as LaneRecord);
    return {
      lanes: {
        count: lanes.length,
        station: Int32Array.from(lanes, (lane) => lane.station),
        group: Int32Array.from(lanes, (lane) => renumbered[lane.group] as number),
        weight: Float64Array.from(lanes, (lane) => lane.weight),
        width: Int32Array.from(lanes, (lane) => lane.width),
        limit: Int32Array.from(lanes, (lane) => lane.limit),
        polls: Uint8Array.from(lanes, (lane) => (lane.polls ? 1 : 0)),
        pollPs: Float64Array.from(lanes, (lane) => lane.pollPs),
        pollHides: Uint8Array.from(lanes, (lane) => (lane.pollHides ? 1 : 0)),
      },
      stations: {
        count: stations.length,
        discipline: Uint8Array.from(stations, (station) => station.discipline),
        servers: Int32Array.from(stations, (station) => station.servers),
        burstPs: Float64Array.from(stations, (station) => station.burstPs),
        excessPs: Float64Array.from(stations, (station) => station.excessPs),
        peakRatio: Float64Array.from(stations, (station) => station.peakRatio),
        tokens: new Float64Array(stations.length).fill(1),
        chunkPs: Float64Array.from(stations, (station) => station.chunkPs),
        laneStart: starts(stations.map((station) => station.lanes.length)),
        quantumPs: quanta(stations, steps),
      },
    };
  }
}

/** How much of a job a server does before it looks for others who wait. */
export function pieceOf(servicePs: number, chunkPs: number): number {
  return chunkPs === 0 || servicePs <= chunkPs ? servicePs : Math.max(chunkPs, Math.ceil(servicePs / MAX_PIECES));
}

/** A turn of deficit round robin serves about one of the longest operations, or pieces, of the station. */
function quanta(stations: readonly { readonly chunkPs: number }[], steps: Network['steps']): Float64Array {
  const result = new Float64Array(stations.length).fill(1);
  for (let i = 0; i < steps.count; i++) {
    const station = steps.station[i];
    if (station < 0) continue;
    const end = i + 1 < steps.count ? steps.table[i + 1] : steps.servicePs.length;
    const { chunkPs } = stations[station] as { chunkPs: number };
    for (let k = steps.table[i]; k < end; k++) result[station] = Math.max(result[station], pieceOf(steps.servicePs[k], chunkPs));
  }
  return result;
}

function starts(lengths: readonly number[]): Int32Array {
  const result = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    result[i + 1] = result[i] + length;
  });
  return result;
}

function cumulative(classes: FlowOptions['classes']): number[] {
  const total = classes.reduce((sum, c) => sum + c.share, 0);
  let sum = 0;
  return classes.map((c, i) => {
    sum += c.share / total;
    // Rounding must not leave a gap below 1 behind the last class.
    return i === classes.length - 1 ? 2 : sum;
  });
}

class StreamTable {
  readonly names: string[] = [];
  readonly kinds: number[] = [];

  add(name: string, kind: number): number {
    this.kinds.push(kind);
    return this.names.push(name) - 1;
  }
}
