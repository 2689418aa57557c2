import { costBook } from '../../catalog/costs/book.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { Stage, Station, Thread, User } from '../../techniques/stage.js';
import { type FlowOptions, NetworkBuilder, PRIORITIES } from '../engine/builder.js';
import {
  CLOSED,
  CONSTANT,
  FAIR,
  FIFO,
  type Network,
  ON_OFF,
  POISSON,
  POLICER,
  PRIORITY,
  SHAPER,
  SHARED,
  SLOTS,
  TRACE,
} from '../engine/network.js';
import type { Note } from '../result.js';
import { type CpuPool, cpuPools } from './cpu-pools.js';
import { type Flow, flowsOf } from './flows.js';
import { Layer2 } from './route.js';
import { runToCompletion } from './run-to-completion.js';
import type { Trace } from './trace.js';

const PS_PER_SEC = 1e12;
/** Designs with more flows keep one latency histogram for each workload instead of one for each flow. */
const MAX_FLOW_HISTOGRAMS = 4000;
/** No operation takes longer than this at one place: 1000 s. Keeps integer time exact whatever a document states. */
const MAX_SERVICE_PS = 1e15;

/** A place at which flows meet, as reports name it. */
export interface Resource {
  readonly id: string;
  readonly kind: string;
  readonly entity: string;
  readonly servers: number;
  /** Threads with lanes here, for resources that are CPUs. */
  readonly threads: Thread[];
}

/** A design ready for both engines: the network in numbers, and the names behind the numbers. */
export interface Compiled {
  readonly topology: Topology;
  readonly network: Network;
  readonly flows: readonly Flow[];
  /** By station number. */
  readonly resources: readonly Resource[];
  /** By step number: the stage it came from. */
  readonly stages: readonly Stage[];
  readonly notes: readonly Note[];
}

/** How a design is compiled differently from what it states. */
export interface Variant {
  /** Flows that offer as much as can pass instead of their stated load. */
  readonly saturates?: (flow: Flow) => boolean;
  /** Flows that are not there. */
  readonly leavesOut?: (flow: Flow) => boolean;
}

/** Times are whole picoseconds: a turn must not fall short of the operation that it is for by a part of one. */
const WHOLE = 1 + 1e-6;

/** Operations that a ring may have served in one turn, however much more weight than others it has. Assumed. */
const LONGEST_TURN = 8;

/** Nobody is starved by a weight: turns come in reasonable time. */
const LEAST_WEIGHT = 1e-3;

/** Cores that a hash tells apart; beyond, several are one queue. */
const MAX_HASHED = 64;

/** Operations that a saturating flow keeps under way: enough to fill any ring on its path. */
const SATURATING_DEPTH = 512;

function saturating(flow: Flow): Flow {
  const depth = flow.source.kind === 'closed' ? Math.max(flow.source.depth, SATURATING_DEPTH) : SATURATING_DEPTH;
  return { ...flow, source: { kind: 'closed', depth, thinkSec: 0 } };
}

/** Topology to network. Never throws on a topology that has problems: what has no path is left out and noted. */
export function compile(topology: Topology, traces: ReadonlyMap<string, Trace> = new Map(), variant: Variant = {}): Compiled {
  const { flows: found, notes } = flowsOf(topology, new Layer2(topology), costBook(topology), traces);
  const flows = byName(found).flatMap((flow) => {
    if (variant.leavesOut?.(flow) === true) return [];
    return variant.saturates?.(flow) === true ? [saturating(flow)] : [flow];
  });
  const assembly = new Assembly(flows);
  for (const flow of flows) assembly.add(flow);
  assembly.finish();
  return {
    topology,
    network: assembly.builder.build(),
    flows,
    resources: assembly.resources,
    stages: assembly.stages,
    notes: [...notes, ...unsettled(flows)],
  };
}

/** Operations that are neither served nor wait, but cross a network or a latency: they fill no ring. Four deviations above their mean. */
function onTheWay({ operations }: Flow, steps: FlowOptions['steps'], opsPerSec: number): number {
  const shares = operations.reduce((sum, { share }) => sum + share, 0);
  const delayPs = steps
    .filter(({ lane, givesBack }) => lane === undefined && givesBack === undefined)
    .reduce((sum, { servicePs }) => sum + servicePs.reduce((part, ps, i) => part + (ps * (operations[i]?.share ?? 0)) / shares, 0), 0);
  const mean = (opsPerSec * delayPs) / 1e12;
  return Math.min(MAX_FILLING_DEPTH, Math.ceil(mean + 4 * Math.sqrt(mean)));
}

/** Whoever runs beside a recording that is played once begins when it does. */
function unsettled(flows: readonly Flow[]): Note[] {
  const isOnce = ({ source, workload }: Flow) => source.kind === 'trace' && valueOf(workload.facts.trace.repeat) === false;
  const once = flows.find(isOnce);
  if (once === undefined || flows.every(isOnce)) return [];
  const message =
    'It is played once, and all other workloads begin with it: their numbers include the time until their queues have settled. Write "repeat": true in its "trace" for a warm-up.';
  return [{ kind: 'assumption', about: once.workload.id, message }];
}

/** What the rings on the way can hold of a flow. */
function inRings({ stages }: Flow): number {
  return stages.reduce((sum, { thread, rings }) => {
    if (rings === undefined || thread === undefined) return sum;
    const cores = thread.isHashed === true ? Math.min(MAX_HASHED, thread.width) : 1;
    return sum + entriesOf(rings, cores) * cores;
  }, 0);
}

/** A limit of 0 is none. */
function withRoom(limit: number, more: number): number {
  return limit > 0 ? limit + more : 0;
}

/** Operations that a flow without a rate may need under way, and no more: each takes memory. */
const MAX_FILLING_DEPTH = 65_536;

/**
 * How many operations keep the slowest place of a path busy while the others are on their way: twice the time of the whole path
 * over that of the place. 0 for a flow whose depth is stated.
 */
function fillingDepth(flow: Flow, steps: FlowOptions['steps']): number {
  const { facts } = flow.workload;
  if (valueOf(facts.rate)?.word !== 'saturate' || valueOf(facts.depth) !== undefined) return 0;
  const mean = (servicePs: readonly number[]) =>
    servicePs.reduce((sum, ps, i) => sum + ps * (flow.operations[i]?.share ?? 0), 0) /
    flow.operations.reduce((sum, { share }) => sum + share, 0);
  let [whole, slowest] = [0, 0];
  for (const { servicePs, lane } of steps) {
    whole += mean(servicePs);
    if (lane !== undefined) slowest = Math.max(slowest, mean(servicePs));
  }
  return slowest > 0 ? Math.min(MAX_FILLING_DEPTH, Math.ceil((2 * whole) / slowest)) : 0;
}

/**
 * Flows by name, numbers in it as numbers. Whoever is first gets the first lane of a station and moves first among equals:
 * the order of keys in a file must not decide that.
 */
function byName(flows: readonly Flow[]): Flow[] {
  const keys = new Map(flows.map((flow) => [flow, flow.id.replace(/\d+/g, (digits) => digits.padStart(9, '0'))]));
  const key = (flow: Flow) => keys.get(flow) as string;
  return [...flows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** How a lane shares its station, and the means of each flow in it. */
interface Turns {
  readonly station: string;
  readonly weight: number;
  readonly unit: NonNullable<User['turn']>;
  readonly meanSec: number[];
  readonly meanBytes: number[];
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Only the ratio of weights counts: turns are as short as they can be, and none is endless. */
function turnScale(weights: readonly number[]): number {
  return Math.min(1 / Math.min(...weights), LONGEST_TURN / Math.max(...weights));
}

/** Gives every station, thread and flow its number. */
class Assembly {
  readonly builder = new NetworkBuilder();
  readonly resources: Resource[] = [];
  readonly stages: Stage[] = [];
  readonly #threads = new Map<string, Thread>();
  readonly #pools: ReadonlyMap<string, CpuPool>;
  readonly #stations = new Map<string, { station: number; lanes: readonly number[]; discipline: number; isChannels: boolean }>();
  readonly #lanes = new Map<string, number>();
  /** By thread: the lanes that stand for it, and its rings. */
  readonly #groups = new Map<string, readonly number[]>();
  readonly #rings = new Map<string, number[][]>();
  /** Rings that closed loops pass. */
  readonly #held = new Set<string>();
  /** By lane of a station at which shares are counted. */
  readonly #turns = new Map<number, Turns>();
  /** By such a station: the longest service there. */
  readonly #longestSec = new Map<string, number>();
  /** By ring: the core at which it begins. */
  readonly #offsets = new Map<string, number>();

  readonly #sharesHistograms: boolean;
  readonly #workloads: string[] = [];

  constructor(flows: readonly Flow[]) {
    this.#sharesHistograms = flows.length > MAX_FLOW_HISTOGRAMS;
    for (const flow of flows) for (const { thread } of flow.stages) if (thread !== undefined) this.#threads.set(thread.id, thread);
    this.#pools = cpuPools([...this.#threads.values()]);
    // Whoever keeps so many going and waits for their answers loses none of them.
    for (const flow of flows)
      if (flow.source.kind === 'closed')
        for (const { thread, ring } of flow.stages) if (thread !== undefined) this.#held.add(ringKey(thread, ring ?? ringOf(thread, flow)));
  }

  add(flow: Flow): void {
    const { operations, source } = flow;
    const steps: FlowOptions['steps'] = runToCompletion(flow.stages).map((stage) => {
      this.stages.push(stage);
      const { lane, spread } = this.#laneOf(stage, flow);
      if (stage.slot === 'give-back') return { servicePs: operations.map(() => 0), ...(lane === undefined ? {} : { givesBack: lane }) };
      if (stage.slot === 'take') return { servicePs: operations.map(() => 1), ...(lane === undefined ? {} : { lane }) };
      return {
        servicePs: operations.map((operation) => toPs(stage.serviceSec(operation))),
        ...(lane === undefined ? {} : { lane }),
        ...(spread > 1 ? { spread } : {}),
        ...(stage.every === undefined
          ? {}
          : { every: { key: stage.every.key, ps: toPs(stage.every.sec) * (stage.every.afterPause === true ? -1 : 1) } }),
        ...(stage.law === undefined ? {} : { law: stage.law }),
        ...(stage.wakeSec === undefined ? {} : { wakePs: toPs(stage.wakeSec) }),
        ...this.#condition(stage, flow),
      };
    });
    const common = {
      name: flow.id,
      steps,
      ...(this.#sharesHistograms ? { histogram: this.#workloadNumber(flow) } : {}),
      classes: operations.map((operation) => ({ share: operation.share, bits: operation.sizeBytes * 8 })),
    };
    switch (source.kind) {
      case 'closed':
        this.builder.flow({
          ...common,
          arrival: CLOSED,
          depth: Math.max(source.depth, fillingDepth(flow, steps)),
          thinkPs: toPs(source.thinkSec),
        });
        break;
      case 'trace':
        this.builder.flow({
          ...common,
          arrival: TRACE,
          limit: withRoom(source.limit, onTheWay(flow, steps, source.opsPerSec) + inRings(flow)),
          trace: traceOf(source.trace, flow),
          gapPs: toPs(1 / source.opsPerSec),
        });
        break;
      case 'open': {
        const duty = source.arrival === 'on-off' ? source.onSec / (source.onSec + source.offSec) : 1;
        const arrival = { poisson: POISSON, constant: CONSTANT, 'on-off': ON_OFF }[source.arrival];
        const gapPs = toPs(duty / source.opsPerSec);
        this.builder.flow({
          ...common,
          arrival,
          gapPs: Math.max(1, gapPs),
          onPs: toPs(source.onSec),
          offPs: toPs(source.offSec),
          limit: withRoom(source.limit, onTheWay(flow, steps, source.opsPerSec / duty) + inRings(flow)),
        });
      }
    }
  }

  #workloadNumber(flow: Flow): number {
    const at = this.#workloads.indexOf(flow.workload.id);
    return at >= 0 ? at : this.#workloads.push(flow.workload.id) - 1;
  }

  /** A stage that waits for a thread to sleep looks at that thread's lane. */
  #condition(stage: Stage, flow: Flow): { onlyIfAsleep?: number } {
    const thread = this.#threads.get(stage.onlyIfAsleep ?? '');
    if (thread === undefined) return {};
    const groups = this.#threadGroups(thread);
    if (groups.length === 1) return { onlyIfAsleep: groups[0] as number };
    // Of several cores it is the one on which the ring begins.
    const ring = stage.ring ?? ringOf(thread, flow);
    this.#ringOf(thread, ring, 1);
    return { onlyIfAsleep: groups[(this.#offsets.get(ringKey(thread, ring)) as number) % groups.length] as number };
  }

  #laneOf(stage: Stage, flow: Flow): { lane: number | undefined; spread: number } {
    if (stage.thread !== undefined) {
      const tuples = Math.min(flow.fiveTuples, stage.queues ?? Number.POSITIVE_INFINITY);
      return this.#ringOf(stage.thread, stage.ring ?? ringOf(stage.thread, flow), tuples, stage.rings);
    }
    if (stage.station === undefined) return { lane: undefined, spread: 1 };
    const { station, lanes, discipline, isChannels } = this.#stationOf(stage.station);
    if (isChannels) return { lane: lanes[0], spread: lanes.length };
    switch (discipline) {
      case FAIR: {
        const user = stage.user ?? { id: flow.id, weight: 1, priority: 0 };
        const lane = this.#lane(`${stage.station.id} ${user.id}`, station, { weight: Math.max(LEAST_WEIGHT, user.weight) });
        const unit = user.turn ?? (stage.station.turnsCountOperations === true ? 'operations' : undefined);
        if (unit !== undefined) this.#countTurns(lane, stage, stage.station.id, flow, user.weight, unit);
        return { lane, spread: 1 };
      }
      case PRIORITY:
        return { lane: lanes[Math.min(PRIORITIES - 1, stage.user?.priority ?? 0)], spread: 1 };
      default:
        return { lane: lanes[0], spread: 1 };
    }
  }

  /**
   * Where an operation waits for a thread: in the ring of its source, which the thread serves in turn with the others. Where
   * a hash spreads packets over cores, each core has such a ring, and a flow reaches as many of them as it has five-tuples.
   */
  #ringOf(thread: Thread, ring: string, fiveTuples: number, entries?: Stage['rings']): { lane: number; spread: number } {
    const groups = this.#threadGroups(thread);
    const key = ringKey(thread, ring);
    const { station } = this.#stations.get((this.#pools.get(thread.id) as CpuPool).id) as { station: number };
    const spread = Math.min(groups.length, Math.max(1, fiveTuples));
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const rings = this.#rings.get(thread.id) ?? [];
      this.#rings.set(thread.id, rings);
      // Each ring begins at another core, so that single streams do not all meet on the first.
      const offset = rings.length;
      this.#offsets.set(key, offset);
      const limit = this.#held.has(key) || entries === undefined ? 0 : entriesOf(entries, groups.length);
      const own = groups.map((_, i) => this.builder.lane(station, { group: groups[(i + offset) % groups.length] as number, limit }));
      rings.push(own);
      lane = own[0] as number;
      this.#lanes.set(key, lane);
    }
    return { lane, spread };
  }

  /** The lanes that stand for a thread: one, or one for each core over which a hash spreads its work. */
  #threadGroups(thread: Thread): readonly number[] {
    const pool = this.#pools.get(thread.id) as CpuPool;
    let entry = this.#stations.get(pool.id);
    if (entry === undefined) {
      const made = this.builder.station({ discipline: FAIR, servers: pool.servers });
      entry = { ...made, discipline: FAIR, isChannels: false };
      this.#stations.set(pool.id, entry);
      this.resources.push({ id: pool.id, kind: 'cpu', entity: pool.host.path, servers: pool.servers, threads: [] });
    }
    let groups = this.#groups.get(thread.id);
    if (groups === undefined) {
      this.resources[entry.station]?.threads.push(thread);
      const cores = thread.isHashed === true ? Math.min(MAX_HASHED, thread.width) : 1;
      const { station } = entry;
      groups = Array.from({ length: cores }, () =>
        this.builder.lane(station, {
          width: Math.max(1, Math.round(thread.width / cores)),
          polls: thread.polls,
          pollPs: toPs(thread.pollSec ?? 0),
          pollHides: thread.pollHides === true,
        }),
      );
      this.#groups.set(thread.id, groups);
    }
    return groups;
  }

  #stationOf(spec: Station) {
    let entry = this.#stations.get(spec.id);
    if (entry === undefined) {
      const isChannels = spec.discipline === 'channels';
      const discipline =
        spec.kind === 'shaper'
          ? SHAPER
          : spec.kind === 'policer'
            ? POLICER
            : spec.kind === 'slots'
              ? SLOTS
              : { fifo: FIFO, fair: FAIR, priority: PRIORITY, shared: SHARED, channels: FAIR }[spec.discipline];
      const made = this.builder.station({
        discipline,
        servers: spec.servers,
        burstPs: toPs(spec.burstSec ?? 0),
        excessPs: toPs(spec.excessSec ?? 0),
        peakRatio: spec.peakRatio ?? 0,
        chunkPs: toPs(spec.sliceSec ?? spec.chunkSec ?? 0),
      });
      const lanes = isChannels ? Array.from({ length: spec.servers }, () => this.builder.lane(made.station, { width: 1 })) : made.lanes;
      entry = { station: made.station, lanes, discipline, isChannels };
      this.#stations.set(spec.id, entry);
      this.resources.push({ id: spec.id, kind: spec.kind, entity: spec.entity, servers: spec.servers, threads: [] });
    }
    return entry;
  }

  /** What a lane has in a turn follows from what its operations take in the mean. */
  #countTurns(lane: number, stage: Stage, station: string, flow: Flow, weight: number, unit: NonNullable<User['turn']>): void {
    const served = flow.operations.map((operation) => ({ ...operation, sec: stage.serviceSec(operation) })).filter(({ sec }) => sec > 0);
    const shares = served.reduce((sum, { share }) => sum + share, 0);
    if (shares === 0) return;
    const mean = (of: (operation: (typeof served)[number]) => number) =>
      served.reduce((sum, each) => sum + each.share * of(each), 0) / shares;
    const turns = this.#turns.get(lane) ?? { station, weight: Math.max(LEAST_WEIGHT, weight), unit, meanSec: [], meanBytes: [] };
    turns.meanSec.push(mean(({ sec }) => sec));
    turns.meanBytes.push(mean(({ sizeBytes }) => sizeBytes));
    this.#turns.set(lane, turns);
    this.#longestSec.set(station, Math.max(this.#longestSec.get(station) ?? 0, ...served.map(({ sec }) => sec)));
  }

  /** Weights that depend on all flows: a turn of weight 1 is the longest operation of the station. */
  finish(): void {
    this.#weighRings();
    for (const [station, longestSec] of this.#longestSec) {
      const lanes = [...this.#turns].filter(([, turns]) => turns.station === station);
      const scale = turnScale(lanes.map(([, { weight }]) => weight));
      const largest = Math.max(...lanes.map(([, { meanBytes }]) => average(meanBytes)));
      for (const [lane, { weight, unit, meanSec, meanBytes }] of lanes) {
        const sec = { operations: average(meanSec), bytes: (average(meanSec) / average(meanBytes)) * largest, time: longestSec }[unit];
        this.builder.setWeight(lane, (weight * scale * sec * WHOLE) / longestSec);
      }
    }
  }

  /**
   * The rings of a thread share its weight. Turns are whole operations where they can be: a ring that has to save up for one over
   * several rounds stands behind others longer than its share says.
   */
  #weighRings(): void {
    const pools = new Map<string, { readonly lanes: readonly number[]; readonly weight: number }[]>();
    for (const [id, rings] of this.#rings) {
      const pool = (this.#pools.get(id) as CpuPool).id;
      const weight = (this.#threads.get(id) as Thread).weight / 100 / rings.length;
      pools.set(pool, [...(pools.get(pool) ?? []), ...rings.map((lanes) => ({ lanes, weight }))]);
    }
    for (const rings of pools.values()) {
      const scale = turnScale(rings.map(({ weight }) => weight));
      for (const { lanes, weight } of rings) for (const lane of lanes) this.builder.setWeight(lane, weight * scale);
    }
  }

  #lane(key: string, station: number, options: { weight?: number; width?: number; polls?: boolean }): number {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = this.builder.lane(station, options);
      this.#lanes.set(key, lane);
    }
    return lane;
  }
}

/** Work waits by where it comes from; in a guest, whose queues hold one flow or another, by flow. */
function ringOf(thread: Thread, flow: Flow): string {
  return thread.role === 'vcpu' && thread.isHashed === true ? flow.id : flow.from;
}

function ringKey(thread: Thread, ring: string): string {
  return `${thread.id} ring ${ring}`;
}

/** Of the rings that one core takes packets from: queues are spread evenly over cores. */
function entriesOf({ entries, queues }: NonNullable<Stage['rings']>, cores: number): number {
  return Math.round(entries * Math.max(1, (queues ?? cores) / cores));
}

function toPs(seconds: number): number {
  const ps = Math.round(seconds * PS_PER_SEC);
  return Number.isFinite(ps) ? Math.min(MAX_SERVICE_PS, Math.max(0, ps)) : MAX_SERVICE_PS;
}

/**
 * Which kind of operation each arrival is: one of the recorded size, and among those (reads and writes, members of a volume)
 * each as often as its share says, evenly. A file without sizes leaves them to the mix of the workload.
 */
function traceOf(trace: Trace, flow: Flow) {
  const all = flow.operations.map((_, i) => i);
  const bySize = new Map<number, number[]>();
  flow.operations.forEach(({ sizeBytes }, i) => {
    bySize.set(sizeBytes, [...(bySize.get(sizeBytes) ?? []), i]);
  });
  const sizes = [...bySize.keys()];
  const nearest = (size: number) => sizes.reduce((best, each) => (Math.abs(each - size) < Math.abs(best - size) ? each : best));
  const known = new Map<number, readonly number[]>();
  const candidatesOf = (size: number) => {
    const found = known.get(size) ?? (bySize.get(nearest(size)) as readonly number[]);
    known.set(size, found);
    return found;
  };
  const credit = flow.operations.map(() => 0);
  const classOf = (candidates: readonly number[]): number => {
    let total = 0;
    for (const i of candidates) {
      const { share } = flow.operations[i] as Flow['operations'][number];
      credit[i] = (credit[i] as number) + share;
      total += share;
    }
    const next = candidates.reduce((best, i) => ((credit[i] as number) > (credit[best] as number) + 1e-12 ? i : best));
    credit[next] = (credit[next] as number) - total;
    return next;
  };
  return {
    timesPs: trace.timesSec.map(toPs),
    classes: trace.timesSec.map((_, i) => classOf(trace.sizesBytes === undefined ? all : candidatesOf(trace.sizesBytes[i] as number))),
    periodPs: valueOf(flow.workload.facts.trace.repeat) === false ? 0 : toPs(trace.periodSec),
  };
}
