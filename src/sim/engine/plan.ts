import { markChains, type OpRow } from './chains.js';
import {
  CHAIN,
  DELAY,
  END_CLOSED,
  END_LIMITED,
  END_OPEN,
  GIVE_SLOT,
  POLICE,
  PROCESSOR_SHARING,
  QUEUE,
  QUEUE_ANY,
  QUEUE_IF,
  TAKE_SLOT,
  TOKENS,
} from './kernel/kinds.js';
import { CLOSED, CONSTANT_LAW, FAIR, FIFO, type Network, POLICER, PRIORITY, SHAPER, SHARED, SLOTS } from './network.js';

/**
 * A network as the event loop runs it. Every operation class of a flow has a *program*: the operations (*ops*) that a job of
 * this class performs, one after another, ending with an END. What can be decided before the run is decided here: steps that
 * a class does not need are gone, constant delays are added to the op that follows them, and each op has the kind of the code
 * that serves it.
 */
export interface Plan {
  readonly programs: Programs;
  readonly ops: Ops;
  /** Stations with one lane in use serve in order of arrival whatever their discipline; by lane. */
  readonly isSingle: Uint8Array;
  /** Jobs of a lane that may be in service at once; by lane. */
  readonly places: Int32Array;
  /** A job that is alone at a station gets all of its pieces with one event. */
  readonly joinsPieces: boolean;
}

/** Numbered as the operation classes of the network: those of flow f from `classStart[f]` on. */
export interface Programs {
  readonly count: number;
  readonly flow: Int32Array;
  /** First op. */
  readonly start: Int32Array;
  /** 1 if its jobs pass one chain and are done. */
  readonly isChain: Uint8Array;
}

export interface Ops {
  readonly count: number;
  readonly kind: Uint8Array;
  readonly program: Int32Array;
  /** Step of the network; -1 for END. */
  readonly step: Int32Array;
  readonly station: Int32Array;
  readonly lane: Int32Array;
  /** Time that passes before the op, without anybody being needed. */
  readonly delayPs: Float64Array;
  readonly servicePs: Float64Array;
  readonly stream: Int32Array;
  readonly wakePs: Float64Array;
  readonly onlyIfAsleep: Int32Array;
  readonly everyPs: Float64Array;
  readonly everyKey: Int32Array;
  readonly spread: Int32Array;
  readonly spreadStream: Int32Array;
}

export interface PlanOptions {
  /** Saves events: departures from chains of first-come-first-served stations are computed, pieces of a job that is alone are joined. */
  readonly fuses: boolean;
}

export function plan(network: Network, options: PlanOptions): Plan {
  const { flows, lanes, stations, steps } = network;
  const singles = singleLanes(network);
  const rows: OpRow[] = [];
  const programFlow: number[] = [];
  const programStart: number[] = [];
  for (let f = 0; f < flows.count; f++) {
    for (let c = 0; c < flows.classStart[f + 1] - flows.classStart[f]; c++) {
      programStart.push(rows.length);
      addProgram(network, singles, rows, f, c, programFlow.length);
      programFlow.push(f);
    }
  }
  const places = Int32Array.from({ length: lanes.count }, (_, l) => Math.min(lanes.width[l], stations.servers[lanes.station[l]]));
  if (options.fuses) markChains(network, rows, singles, places, programFlow);
  const ints = (pick: (row: OpRow) => number) => Int32Array.from(rows, pick);
  const reals = (pick: (row: OpRow) => number) => Float64Array.from(rows, pick);
  return {
    programs: {
      count: programFlow.length,
      flow: Int32Array.from(programFlow),
      start: Int32Array.from(programStart),
      isChain: Uint8Array.from(programStart, (from) => {
        let op = from;
        while ((rows[op] as OpRow).kind === CHAIN) op++;
        return op > from && (rows[op] as OpRow).kind === END_OPEN ? 1 : 0;
      }),
    },
    ops: {
      count: rows.length,
      kind: Uint8Array.from(rows, (row) => row.kind),
      program: ints((row) => row.program),
      step: ints((row) => row.step),
      station: ints((row) => (row.step < 0 ? -1 : row.kind === GIVE_SLOT ? steps.givesBack[row.step] : steps.station[row.step])),
      lane: ints((row) => (row.step < 0 ? -1 : steps.lane[row.step])),
      delayPs: reals((row) => row.delayPs),
      servicePs: reals((row) => row.servicePs),
      stream: ints((row) => (row.step < 0 ? CONSTANT_LAW : steps.stream[row.step])),
      wakePs: reals((row) => (row.step < 0 ? 0 : steps.wakePs[row.step])),
      onlyIfAsleep: ints((row) => (row.step < 0 ? -1 : steps.onlyIfAsleep[row.step])),
      everyPs: reals((row) => (row.step < 0 ? 0 : steps.everyPs[row.step])),
      everyKey: ints((row) => (row.step < 0 || steps.everyPs[row.step] === 0 ? -1 : steps.everyKey[row.step])),
      spread: ints((row) => (row.step < 0 ? 1 : steps.spread[row.step])),
      spreadStream: ints((row) => (row.step < 0 ? -1 : steps.spreadStream[row.step])),
    },
    isSingle: singles,
    places,
    joinsPieces: options.fuses,
  };
}

function addProgram(network: Network, singles: Uint8Array, rows: OpRow[], f: number, c: number, program: number): void {
  const { flows, steps } = network;
  let delayPs = 0;
  for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
    const servicePs = steps.servicePs[steps.table[step] + c];
    const kind = kindOf(network, singles, step);
    // Who needs no time at a step that is not taken each time still counts as one who came by.
    if (kind !== GIVE_SLOT && servicePs === 0 && steps.everyPs[step] === 0) continue;
    if (isConstantDelay(steps, step)) {
      delayPs += servicePs;
      continue;
    }
    rows.push({ kind, program, step, delayPs, servicePs });
    delayPs = 0;
  }
  const end = flows.arrival[f] === CLOSED ? END_CLOSED : flows.limit[f] > 0 ? END_LIMITED : END_OPEN;
  rows.push({ kind: end, program, step: -1, delayPs, servicePs: 0 });
}

/** Every job that comes here goes on after the same time. */
export function isConstantDelay(steps: Network['steps'], step: number): boolean {
  return (
    steps.station[step] < 0 &&
    steps.givesBack[step] < 0 &&
    steps.stream[step] === CONSTANT_LAW &&
    steps.onlyIfAsleep[step] < 0 &&
    steps.everyPs[step] === 0
  );
}

function kindOf({ stations, lanes, steps }: Network, singles: Uint8Array, step: number): number {
  if (steps.givesBack[step] >= 0) return GIVE_SLOT;
  const s = steps.station[step];
  if (s < 0) return DELAY;
  const lane = steps.lane[step];
  switch (stations.discipline[s]) {
    case SLOTS:
      return TAKE_SLOT;
    case SHAPER:
      return TOKENS;
    case POLICER:
      return POLICE;
    case SHARED:
      return PROCESSOR_SHARING;
    default: {
      if (steps.onlyIfAsleep[step] >= 0 || steps.everyPs[step] !== 0) return QUEUE_IF;
      return singles[lane] !== 0 && steps.wakePs[step] === 0 && lanes.limit[lane] === 0 ? QUEUE : QUEUE_ANY;
    }
  }
}

/**
 * Lanes that nobody else of their station is used beside. A job that is served in pieces gets them one after another there, so
 * that it does not matter. Threads that look for work before they sleep take the general path, which knows since when they do.
 */
function singleLanes({ stations, lanes, steps }: Network): Uint8Array {
  const used = new Uint8Array(lanes.count);
  for (let step = 0; step < steps.count; step++) {
    if (steps.lane[step] < 0) continue;
    for (let i = 0; i < steps.spread[step]; i++) used[steps.lane[step] + i] = 1;
  }
  const result = new Uint8Array(lanes.count);
  for (let s = 0; s < stations.count; s++) {
    const rule = stations.discipline[s];
    if (rule !== FIFO && rule !== FAIR && rule !== PRIORITY) continue;
    let last = -1;
    let count = 0;
    for (let l = stations.laneStart[s]; l < stations.laneStart[s + 1]; l++) {
      if (used[l] === 0) continue;
      last = l;
      count++;
    }
    if (count === 1 && lanes.group[last] === last && lanes.pollPs[last] === 0) result[last] = 1;
  }
  return result;
}
