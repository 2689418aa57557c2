import { CLOSED, FAIR, FIFO, type Network, ON_OFF, SHAPER, SHARED } from '../engine/network.js';
import { MaxMinSolver, type SharingProblem } from './max-min.js';

const PS_PER_SEC = 1e12;
/** Rounds in which rates, sleeping threads and waiting times find each other. */
const ROUNDS = 8;

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
}

/**
 * Weighted max-min fair rates over all stations and threads that a flow passes, then queueing approximations for delay.
 *
 * Rates: open flows ask for what they offer, closed ones for depth / (think time + latency); what they get is the largest
 * fair share. Delay: at stations that are not full the mean wait of a GI/G/c queue (Sakasegawa's approximation); where a
 * station stops a flow, its operations pile up in front of it until depth or ring is used up, and Little's law says how
 * long they wait. Steps that happen only while a thread sleeps count with the probability that it does.
 */
export function estimateNetwork(network: Network): Estimate {
  const model = new FluidModel(network);
  for (let round = 0; round < ROUNDS; round++) model.improve();
  return model.result();
}

class FluidModel {
  readonly #network: Network;
  readonly #solver = new MaxMinSolver();
  readonly #problem: SharingProblem;
  readonly #offered: Float64Array;
  readonly #meanService: Float64Array;
  readonly #squareService: Float64Array;
  /** Probability that a step is taken at all. */
  readonly #taken: Float64Array;
  readonly #wait: Float64Array;
  readonly #latency: Float64Array;
  readonly #stationUse: Float64Array;
  readonly #laneUse: Float64Array;
  #rate: Float64Array;
  #bottleneck: Int32Array;

  constructor(network: Network) {
    this.#network = network;
    const { flows, steps, stations, lanes } = network;
    this.#meanService = new Float64Array(steps.count);
    this.#squareService = new Float64Array(steps.count);
    this.#taken = new Float64Array(steps.count).fill(1);
    this.#wait = new Float64Array(steps.count);
    this.#latency = new Float64Array(flows.count);
    this.#stationUse = new Float64Array(stations.count);
    this.#laneUse = new Float64Array(lanes.count);
    this.#rate = new Float64Array(flows.count);
    this.#bottleneck = new Int32Array(flows.count).fill(-1);
    this.#offered = Float64Array.from({ length: flows.count }, (_, f) => offeredRate(network, f));
    this.#averageServices();
    this.#problem = this.#makeProblem();
  }

  result(): Estimate {
    const { stations, steps } = this.#network;
    const queue = new Float64Array(stations.count);
    this.#eachStep((f, step) => {
      const s = steps.station[step];
      if (s >= 0) queue[s] += this.#rate[f] * this.#wait[step];
    });
    const service = this.#meanService.map((mean, step) => mean * this.#taken[step]);
    return {
      rate: this.#rate,
      offered: this.#offered.map((rate, f) => (Number.isFinite(rate) ? rate : this.#rate[f])),
      latency: this.#latency,
      bottleneck: this.#bottleneck,
      stationUse: this.#stationUse,
      laneUse: this.#laneUse,
      queue,
      service,
      wait: this.#wait,
    };
  }

  improve(): void {
    this.#fillProblem();
    const { rate, bottleneck } = this.#solver.solve(this.#problem);
    this.#rate = Float64Array.from(rate, (value) => (Number.isFinite(value) ? value : 0));
    this.#bottleneck = this.#toStations(bottleneck);
    this.#measureUse();
    this.#estimateWaits();
  }

  #eachStep(visit: (flow: number, step: number) => void): void {
    const { flows } = this.#network;
    for (let f = 0; f < flows.count; f++) for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) visit(f, step);
  }

  #averageServices(): void {
    const { flows, steps } = this.#network;
    this.#eachStep((f, step) => {
      let before = 0;
      for (let c = flows.classStart[f]; c < flows.classStart[f + 1]; c++) {
        const share = Math.min(1, flows.classUpTo[c]) - before;
        before += share;
        const sec = steps.servicePs[steps.table[step] + c - flows.classStart[f]] / PS_PER_SEC;
        this.#meanService[step] += share * sec;
        this.#squareService[step] += share * sec * sec * (steps.stream[step] < 0 ? 1 : 2);
      }
    });
  }

  /** A resource for each station, and one for each lane that is narrower than its station. */
  #makeProblem(): SharingProblem {
    const { flows, steps, stations, lanes } = this.#network;
    const start = new Int32Array(flows.count + 1);
    const resource: number[] = [];
    for (let f = 0; f < flows.count; f++) {
      const used = new Set<number>();
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        const s = steps.station[step];
        if (s < 0 || this.#meanService[step] === 0) continue;
        used.add(s);
        if (lanes.width[steps.lane[step]] < stations.servers[s]) used.add(stations.count + steps.lane[step]);
      }
      resource.push(...used);
      start[f + 1] = resource.length;
    }
    const capacity = new Float64Array(stations.count + lanes.count);
    for (let s = 0; s < stations.count; s++) capacity[s] = stations.servers[s];
    for (let l = 0; l < lanes.count; l++) capacity[stations.count + l] = lanes.width[l];
    return {
      flows: flows.count,
      resources: capacity.length,
      start,
      resource: Int32Array.from(resource),
      coefficient: new Float64Array(resource.length),
      capacity,
      weight: this.#weights(),
      demand: new Float64Array(flows.count),
    };
  }

  /** A flow weighs what its lanes weigh; fair stations serve equal time, so its weight is in time as well. */
  #weights(): Float64Array {
    const { flows, steps, stations, lanes } = this.#network;
    return Float64Array.from({ length: flows.count }, (_, f) => {
      let weight = 1;
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        const s = steps.station[step];
        if (s < 0 || stations.discipline[s] !== FAIR) continue;
        const own = lanes.weight[steps.lane[step]];
        if (own !== 1) weight = own;
      }
      return weight;
    });
  }

  #fillProblem(): void {
    const { flows, steps, stations } = this.#network;
    const { start, resource, coefficient, demand } = this.#problem;
    for (let f = 0; f < flows.count; f++) {
      for (let k = start[f]; k < start[f + 1]; k++) {
        const r = resource[k];
        let sum = 0;
        for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
          const isHere = r < stations.count ? steps.station[step] === r : steps.lane[step] === r - stations.count;
          if (isHere) sum += this.#meanService[step] * this.#taken[step];
        }
        coefficient[k] = Math.max(sum, 1e-15);
      }
      demand[f] = this.#demandOf(f);
    }
  }

  #demandOf(f: number): number {
    const { flows } = this.#network;
    if (flows.arrival[f] !== CLOSED) return this.#offered[f];
    const cycle = this.#unloadedLatency(f) + flows.thinkPs[f] / PS_PER_SEC;
    return cycle > 0 ? flows.depth[f] / cycle : 1e12;
  }

  /** Latency at stations that do not stop the flow: what remains if nothing piles up. */
  #unloadedLatency(f: number): number {
    const { flows, steps } = this.#network;
    let sum = 0;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
      const isFull = steps.station[step] >= 0 && steps.station[step] === this.#bottleneck[f];
      sum += this.#meanService[step] * this.#taken[step] + (isFull ? 0 : this.#wait[step]);
    }
    return sum;
  }

  /** Lanes stand for the station they belong to. */
  #toStations(bottleneck: Int32Array): Int32Array {
    const { stations, lanes } = this.#network;
    return Int32Array.from(bottleneck, (r) => (r < stations.count ? r : lanes.station[r - stations.count]));
  }

  #measureUse(): void {
    const { steps, stations, lanes } = this.#network;
    this.#stationUse.fill(0);
    this.#laneUse.fill(0);
    this.#eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0) return;
      const load = this.#rate[f] * this.#meanService[step] * this.#taken[step];
      this.#stationUse[s] += load / stations.servers[s];
      this.#laneUse[steps.lane[step]] += load / Math.min(lanes.width[steps.lane[step]], stations.servers[s]);
    });
    this.#eachStep((_, step) => {
      const lane = steps.onlyIfAsleep[step];
      if (lane >= 0) this.#taken[step] = lanes.polls[lane] !== 0 ? 0 : Math.max(0, 1 - Math.min(1, this.#laneUse[lane]));
    });
  }

  #estimateWaits(): void {
    const { flows, steps, stations, lanes } = this.#network;
    const arrivals = new Float64Array(stations.count);
    const work = new Float64Array(stations.count);
    const squares = new Float64Array(stations.count);
    this.#eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0) return;
      const rate = this.#rate[f] * this.#taken[step];
      if (this.#meanService[step] === 0) return;
      arrivals[s] += rate;
      work[s] += rate * this.#meanService[step];
      squares[s] += rate * this.#squareService[step];
    });
    this.#eachStep((_, step) => {
      const s = steps.station[step];
      const lane = steps.lane[step];
      if (s < 0 || this.#meanService[step] === 0 || arrivals[s] === 0) {
        this.#wait[step] = 0;
        return;
      }
      const mean = work[s] / arrivals[s];
      const variability = squares[s] / arrivals[s] / (mean * mean); // of service, plus one
      const wait =
        stations.discipline[s] === SHAPER ? 0 : waitOf(stations.discipline[s], stations.servers[s], this.#stationUse[s], mean, variability);
      const width = Math.min(lanes.width[lane], stations.servers[s]);
      const own = width < stations.servers[s] ? waitOf(FIFO, width, this.#laneUse[lane], this.#meanService[step], 1) : 0;
      const asleep = lanes.polls[lane] !== 0 ? 0 : Math.max(0, 1 - Math.min(1, this.#laneUse[lane]));
      this.#wait[step] = (Math.max(wait, own) + asleep * (steps.wakePs[step] / PS_PER_SEC)) * this.#taken[step];
    });
    for (let f = 0; f < flows.count; f++) this.#pileUp(f);
  }

  /** What a flow's depth or ring holds beyond the operations on their way waits where the flow is stopped. */
  #pileUp(f: number): void {
    const { flows, steps } = this.#network;
    let sum = 0;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++)
      sum += this.#meanService[step] * this.#taken[step] + this.#wait[step];
    const full = this.#bottleneck[f];
    const rate = this.#rate[f];
    const isClosed = flows.arrival[f] === CLOSED;
    const held = isClosed ? flows.depth[f] : flows.limit[f];
    if (full >= 0 && rate > 0 && held > 0) {
      const total = held / rate - (isClosed ? flows.thinkPs[f] / PS_PER_SEC : 0);
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        if (steps.station[step] !== full || this.#meanService[step] === 0) continue;
        const more = Math.max(0, total - (sum - this.#wait[step]));
        sum += more - this.#wait[step];
        this.#wait[step] = more;
        break;
      }
    }
    this.#latency[f] = sum;
  }
}

function offeredRate(network: Network, f: number): number {
  const { flows } = network;
  if (flows.arrival[f] === CLOSED) return Number.POSITIVE_INFINITY;
  const duty = flows.arrival[f] === ON_OFF ? flows.onPs[f] / (flows.onPs[f] + flows.offPs[f]) : 1;
  return (duty * PS_PER_SEC) / flows.gapPs[f];
}

/**
 * Mean wait in a queue that is not full.
 * Source: Sakasegawa, An approximation formula Lq = a rho^b / (1 - rho), 1977; exact for M/M/1 and, by Pollaczek-Khinchine,
 * for M/G/1. Processor sharing: the time beyond the own service, M/G/1-PS.
 */
function waitOf(discipline: number, servers: number, use: number, mean: number, variability: number): number {
  const rho = Math.min(use, 0.995);
  if (discipline === SHARED) return mean * (rho / (1 - rho));
  return ((variability / 2) * mean * rho ** (Math.sqrt(2 * (servers + 1)) - 1)) / (servers * (1 - rho));
}
