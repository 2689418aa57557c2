import { CLOSED, type Network } from '../engine/network.js';
import { LaneShares } from './lane-shares.js';
import { FluidState, STEP } from './state.js';
import { Use } from './use.js';
import { Waits } from './waits.js';

const PS_PER_SEC = 1e12;
/** Rounds in which rates, queues and sleeping threads find each other; most networks need two dozen. */
const MAX_ROUNDS = 60;
const SETTLED = 1e-4;

/** Rates and mean delays of a network, without running it. */
export interface Estimate {
  /** Operations per second; shape [flows]. */
  readonly rate: Float64Array;
  readonly offered: Float64Array;
  /** Seconds; shape [flows]. */
  readonly latency: Float64Array;
  /** Station that stops a flow, -1 for none; shape [flows]. */
  readonly bottleneck: Int32Array;
  /** Busy fraction; shapes [stations] and [lanes], the latter against the width of the lane. */
  readonly stationUse: Float64Array;
  readonly laneUse: Float64Array;
  /** Mean operations waiting; shape [stations]. */
  readonly queue: Float64Array;
  /** Mean seconds of an operation; shapes [steps]. */
  readonly service: Float64Array;
  readonly wait: Float64Array;
  /** Busy seconds per second that a step asks of its station; shape [steps]. */
  readonly load: Float64Array;
}

/**
 * Rates by what each full station gives its lanes and flows (`LaneShares`), then queueing approximations for delay (`Waits`), in
 * rounds until neither moves.
 *
 * Open flows ask for what they offer, closed ones for depth / (think time + latency); what they get is at most their fair share.
 * Where a place stops a flow its operations pile up, and Little's law says how long they wait.
 */
export function estimateNetwork(network: Network): Estimate {
  const model = new FluidModel(network);
  for (let round = 0; round < MAX_ROUNDS; round++) if (model.improve() < SETTLED) break;
  return model.result();
}

class FluidModel {
  readonly #state: FluidState;
  readonly #use: Use;
  readonly #waits: Waits;
  readonly #shares: LaneShares;
  readonly #demand: Float64Array;
  #isFirst = true;

  constructor(network: Network) {
    this.#state = new FluidState(network);
    this.#use = new Use(this.#state);
    this.#waits = new Waits(this.#state, this.#use);
    this.#shares = new LaneShares(network, this.#places());
    this.#demand = new Float64Array(network.flows.count);
  }

  result(): Estimate {
    const { stations, steps } = this.#state.network;
    const queue = new Float64Array(stations.count);
    this.#state.eachStep((f, step) => {
      const s = steps.station[step];
      if (s >= 0) queue[s] += this.#state.rate[f] * this.#state.wait[step];
    });
    const load = new Float64Array(steps.count);
    this.#state.eachStep((f, step) => {
      if (steps.station[step] >= 0) load[step] = this.#state.rate[f] * this.#state.occupation(f, step);
    });
    return {
      rate: this.#state.rate,
      offered: this.#state.offered.map((rate, f) => (Number.isFinite(rate) ? rate : this.#state.rate[f])),
      latency: this.#state.latency,
      bottleneck: this.#state.bottleneck,
      stationUse: this.#use.station,
      laneUse: this.#use.thread,
      queue,
      service: this.#state.meanService.map((_, step) => this.#state.serviceTime(step)),
      wait: this.#state.wait,
      load,
    };
  }

  /** One round. @returns the largest relative change of a rate, or of a latency where that is more than a hundred times as much. */
  improve(): number {
    this.#fillShares();
    const { rate: share, bottleneck } = this.#shares.solve(this.#demand);
    const { flows } = this.#state.network;
    let change = 0;
    for (let f = 0; f < flows.count; f++) {
      const limited = Math.min(Number.isFinite(share[f]) ? share[f] : 0, this.#demand[f]);
      const before = this.#state.rate[f];
      const after = this.#isFirst ? limited : before + STEP * (limited - before);
      if (after > 0) change = Math.max(change, Math.abs(after - before) / after);
      this.#state.rate[f] = after;
    }
    this.#state.isFull.fill(0);
    for (const place of bottleneck) if (place >= 0) this.#state.isFull[place] = 1;
    this.#state.bottleneck = this.#toStations(bottleneck);
    this.#use.measure();
    const latency = this.#state.latency.slice();
    const formula = this.#state.formulaWait.slice();
    this.#waits.estimate();
    for (let f = 0; f < flows.count; f++)
      change = Math.max(change, Math.abs(this.#state.latency[f] - latency[f]) / this.#state.latency[f] / 100 || 0);
    // Where a flow is stopped neither moves while the formula still finds out that it is not.
    this.#state.eachStep((f, step) => {
      if (this.#state.isStopped(f, step))
        change = Math.max(change, Math.abs(this.#state.formulaWait[step] - formula[step]) / this.#state.latency[f] / 10 || 0);
    });
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return isFirst ? 1 : change;
  }

  /** A place for each station that a flow passes, and one for each thread that is narrower than its station. */
  #places(): { place: number; lane: number }[][] {
    const { flows, steps, stations } = this.#state.network;
    return Array.from({ length: flows.count }, (_, f) => {
      const used = new Map<number, number>();
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        const s = steps.station[step];
        if (s < 0 || this.#state.meanService[step] === 0) continue;
        if (!used.has(s)) used.set(s, steps.lane[step]);
        this.#state.eachGroup(step, (each) => {
          if (!used.has(stations.count + each)) used.set(stations.count + each, steps.lane[step]);
        });
      }
      return [...used].map(([place, lane]) => ({ place, lane }));
    });
  }

  #fillShares(): void {
    const { flows, steps, stations } = this.#state.network;
    const { start, place: resource, coefficient } = this.#shares;
    for (let f = 0; f < flows.count; f++) {
      for (let k = start[f]; k < start[f + 1]; k++) {
        const r = resource[k];
        let sum = 0;
        for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
          if (r < stations.count) {
            if (steps.station[step] === r) sum += this.#state.occupation(f, step);
          } else
            this.#state.eachGroup(step, (group) => {
              if (group === r - stations.count) sum += this.#state.occupation(f, step) / steps.spread[step];
            });
        }
        coefficient[k] = Math.max(sum, 1e-15);
      }
      this.#demand[f] = this.#demandOf(f);
    }
  }

  /** What a flow takes with the waits of the last round, where others do not stop it. */
  #demandOf(f: number): number {
    const { flows } = this.#state.network;
    if (flows.arrival[f] !== CLOSED) return this.#state.offered[f];
    let cycle = flows.thinkPs[f] / PS_PER_SEC;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++)
      cycle += this.#state.serviceTime(step) + (this.#state.isStopped(f, step) ? this.#state.formulaWait[step] : this.#state.wait[step]);
    return cycle > 0 ? flows.depth[f] / cycle : 1e12;
  }

  /** Lanes stand for the station they belong to. */
  #toStations(bottleneck: Int32Array): Int32Array {
    const { stations, lanes } = this.#state.network;
    return Int32Array.from(bottleneck, (r) => (r < stations.count ? r : lanes.station[r - stations.count]));
  }
}
