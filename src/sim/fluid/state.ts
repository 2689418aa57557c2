import { type Network, POLICER, SHAPER, SLOTS } from '../engine/network.js';
import { offeredRate } from './arrivals.js';

const PS_PER_SEC = 1e12;

/** Part of a new value that replaces the old one in a round: enough to converge, little enough not to swing. */
export const STEP = 0.5;

/** What the rounds of an estimate pass on to each other, and what follows from the network alone. */
export class FluidState {
  readonly network: Network;
  /** Operations per second; shape [flows]. */
  readonly rate: Float64Array;
  /** Infinite for closed flows. */
  readonly offered: Float64Array;
  /** Seconds; shape [flows]. */
  readonly latency: Float64Array;
  /** Mean and mean square of the service time in seconds, 0 for operations that do not need the step; shapes [steps]. */
  readonly meanService: Float64Array;
  readonly squareService: Float64Array;
  /** Part of the operations that need a step at all; shape [steps]. */
  readonly visited: Float64Array;
  /** Probability that a step is taken, where that depends on the moment; shape [steps]. */
  readonly taken: Float64Array;
  /** Mean seconds; shape [steps]. */
  readonly wait: Float64Array;
  /** What a closed flow would wait by the formula where it is stopped; shape [steps]. */
  readonly formulaWait: Float64Array;
  /** The station that stops a flow, -1 for none; shape [flows]. */
  bottleneck: Int32Array;
  /** Places that stop some flow: stations, then lanes that stand for threads. */
  readonly isFull: Uint8Array;

  constructor(network: Network) {
    const { flows, steps, stations, lanes } = network;
    this.network = network;
    this.rate = new Float64Array(flows.count);
    this.offered = Float64Array.from({ length: flows.count }, (_, f) => offeredRate(network, f));
    this.latency = new Float64Array(flows.count);
    this.meanService = new Float64Array(steps.count);
    this.squareService = new Float64Array(steps.count);
    this.visited = new Float64Array(steps.count);
    this.taken = new Float64Array(steps.count).fill(1);
    this.wait = new Float64Array(steps.count);
    this.formulaWait = new Float64Array(steps.count);
    this.bottleneck = new Int32Array(flows.count).fill(-1);
    this.isFull = new Uint8Array(stations.count + lanes.count);
    this.#averageServices();
  }

  /**
   * Time for which an operation occupies the place of a step: while it is served, or until it gives a slot back. Queues in
   * between do not count: where they build up, the place behind them is what limits the flow.
   */
  occupation(f: number, step: number): number {
    const { flows, steps, stations } = this.network;
    const s = steps.station[step];
    if (stations.discipline[s] !== SLOTS) return this.meanService[step] * this.taken[step];
    let held = 0;
    for (let later = step + 1; later < flows.stepStart[f + 1] && steps.givesBack[later] !== s; later++) held += this.serviceTime(later);
    return held;
  }

  /** Time an operation spends being served. The tokens of a shaper are saved up beforehand and take none. */
  serviceTime(step: number): number {
    const { steps, stations } = this.network;
    const s = steps.station[step];
    return s >= 0 && isWithoutService(stations.discipline[s]) ? 0 : this.meanService[step] * this.taken[step];
  }

  eachStep(visit: (flow: number, step: number) => void): void {
    const { flows } = this.network;
    for (let f = 0; f < flows.count; f++) for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) visit(f, step);
  }

  /** The threads, or cores of a thread, that a step may run on, where they are narrower than the station as a whole. */
  eachGroup(step: number, visit: (group: number) => void): void {
    const { steps, stations, lanes } = this.network;
    const s = steps.station[step];
    const spread = steps.spread[step];
    // Operations that are spread over all lanes of a station load them alike: the station stands for them.
    if (spread > 1 && spread === stations.laneStart[s + 1] - stations.laneStart[s]) return;
    for (let i = 0; i < spread; i++) {
      const group = lanes.group[steps.lane[step] + i];
      if (lanes.width[group] < stations.servers[s]) visit(group);
    }
  }

  /**
   * At the place that stops a flow its operations pile up: how long they wait there follows from the rate, and the rate
   * must not follow from that again.
   */
  isStopped(f: number, step: number): boolean {
    return this.bottleneck[f] >= 0 && this.network.steps.station[step] === this.bottleneck[f];
  }

  #averageServices(): void {
    const { flows, steps } = this.network;
    this.eachStep((f, step) => {
      let before = 0;
      for (let c = flows.classStart[f]; c < flows.classStart[f + 1]; c++) {
        const share = Math.min(1, flows.classUpTo[c]) - before;
        before += share;
        if (steps.servicePs[steps.table[step] + c - flows.classStart[f]] > 0) this.visited[step] += share;
        const sec = steps.servicePs[steps.table[step] + c - flows.classStart[f]] / PS_PER_SEC;
        this.meanService[step] += share * sec;
        this.squareService[step] += share * sec * sec * (steps.stream[step] < 0 ? 1 : 2);
      }
    });
  }
}

/** Nobody is served there: tokens are saved up, slots are held. */
export function isWithoutService(discipline: number): boolean {
  return discipline === SHAPER || discipline === SLOTS || discipline === POLICER;
}
