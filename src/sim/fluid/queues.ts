import type { Arrivals } from './arrivals.js';

/** A stream whose operations come one after another, and the part of their work that the next one still finds. */
export interface Spaced {
  readonly queues: Queues;
  readonly stream: number;
  readonly left: number;
}

/** What an arriving operation finds at each place, summed over flows. Times are those of one fast server in place of all. */
export class Queues {
  /** Busy part, and mean residual service, of open and closed flows. */
  readonly #load: Float64Array;
  readonly #residual: Float64Array;
  readonly #openLoad: Float64Array;
  readonly #openResidual: Float64Array;
  readonly #closedWork: Float64Array;
  readonly #one: Float64Array;
  /** Of open flows: arrivals a second, their squares, and each times its variability. */
  readonly #arrivals: Float64Array;
  readonly #arrivalsSquared: Float64Array;
  readonly #variability: Float64Array;
  /** Operations of closed flows that are here, on average. */
  readonly #closedHere: Float64Array;
  /** Load while all sources that come in bursts have one. */
  readonly #peakLoad: Float64Array;

  constructor(count: number) {
    this.#load = new Float64Array(count);
    this.#residual = new Float64Array(count);
    this.#openLoad = new Float64Array(count);
    this.#openResidual = new Float64Array(count);
    this.#closedWork = new Float64Array(count);
    this.#one = new Float64Array(count);
    this.#arrivals = new Float64Array(count);
    this.#arrivalsSquared = new Float64Array(count);
    this.#variability = new Float64Array(count);
    this.#closedHere = new Float64Array(count);
    this.#peakLoad = new Float64Array(count);
  }

  /** @param arrivals of an open flow; undefined for a closed one. */
  add(place: number, arrivals: Arrivals | undefined, rate: number, service: number, square: number, wait: number): void {
    if (arrivals === undefined) {
      this.#closedWork[place] += foundWork(rate, service, square, wait);
      this.#closedHere[place] += rate * (wait + service);
    } else {
      this.#openLoad[place] += rate * service;
      this.#openResidual[place] += (rate * square) / 2;
      this.#arrivals[place] += rate;
      this.#arrivalsSquared[place] += rate * rate;
      this.#variability[place] += rate * arrivals.variability;
      this.#peakLoad[place] += (rate / arrivals.duty) * service;
    }
    this.#load[place] += rate * service;
    this.#residual[place] += (rate * square) / 2;
    this.#one[place] += Math.min(1, rate * (wait + service)) * service;
  }

  /**
   * @param depth operations of the flow itself; those that it keeps elsewhere do not wait here.
   * @param spaced the stream that its operations come in, one after another, and the part of it that they still find here
   */
  waitOf(
    place: number,
    servers: number,
    rate: number,
    service: number,
    square: number,
    wait: number,
    depth: number,
    spaced?: Spaced,
  ): number {
    const fast = service / servers;
    const found = Number.isFinite(depth) ? foundWork(rate, fast, square / servers ** 2, wait) : 0;
    const burstiness = this.burstiness(place);
    let work = this.#openResidual[place] * burstiness + Math.max(0, this.#closedWork[place] - found / depth);
    let load = this.#openLoad[place];
    if (spaced !== undefined) {
      const { queues, stream, left } = spaced;
      const own = queues.#openResidual[stream] * burstiness + Math.max(0, queues.#closedWork[stream] - found / depth);
      work = Math.max(0, work - (1 - left) * own);
      load = Math.max(0, load - (1 - left) * queues.#openLoad[stream]);
    }
    const queueing = work / (1 - Math.min(0.995, load));
    // With several servers an operation waits only when all are busy; the fast server stands for that time as a whole.
    return servers === 1 ? queueing : queueing * probabilityOfWaiting(this.#openLoad[place] + this.#closedLoad(place), servers);
  }

  /** Mean service time of what is in service when somebody looks. */
  lengthOfService(place: number): number {
    return this.#load[place] > 0 ? (2 * this.#residual[place]) / this.#load[place] : 0;
  }

  /** Where all are served at once, each operation that is here already makes one slower by its own service. */
  waitAmongAll(place: number, rate: number, service: number, wait: number, depth: number): number {
    const own = Number.isFinite(depth) ? (rate * (wait + service)) / depth : 0;
    const open = Math.min(0.995, this.#openLoad[place]);
    return (service * (Math.max(0, this.#closedHere[place] - own) + open * this.burstiness(place))) / (1 - open);
  }

  /**
   * What an open flow waits where the urgent go first: for the one in service, and for all of its own level and above.
   * Source: Cobham, Priority assignment in waiting line problems (1954).
   *
   * @param above load of the levels before it, and `own` with its own level.
   */
  waitBehindUrgent(place: number, above: number, own: number): number {
    return (this.#openResidual[place] * this.burstiness(place)) / ((1 - Math.min(0.995, above)) * (1 - Math.min(0.995, own)));
  }

  /**
   * How much longer than behind Poisson arrivals open flows wait: (ca² + cs²) / (1 + cs²), less where arrivals are more even
   * than that. The variability of many flows together is nearer to Poisson than that of each.
   * Sources: Whitt, The Queueing Network Analyzer (1983), equations 29 and 45; Krämer and Langenbach-Belz (1976).
   */
  burstiness(place: number): number {
    const total = this.#arrivals[place];
    if (total === 0) return 1;
    const load = Math.min(0.995, this.#openLoad[place]);
    const mean = load / total;
    const service = load > 0 ? Math.max(0, (2 * this.#openResidual[place]) / total / mean ** 2 - 1) : 0;
    const streams = (total * total) / this.#arrivalsSquared[place];
    const kept = 1 / (1 + 4 * (1 - load) ** 2 * (streams - 1));
    const arrivals = kept * (this.#variability[place] / total) + 1 - kept;
    const both = arrivals + service;
    if (both <= 0 || load <= 0) return 0;
    const even = arrivals < 1 ? Math.exp((-2 * (1 - load) * (1 - arrivals) ** 2) / (3 * load * both)) : 1;
    // Bursts that the place can carry are no worse than if they never ended.
    const peak = this.#peakLoad[place];
    const most = peak < 1 && arrivals > 1 ? ((peak / load) * (1 - load)) / (1 - peak) : Number.POSITIVE_INFINITY;
    return Math.min((even * both) / (1 + service), most);
  }

  #closedLoad(place: number): number {
    return Math.min(1, this.#closedWork[place] / (this.#closedWork[place] + Math.max(this.#one[place], 1e-18)));
  }
}

/** Work that operations of a closed flow represent to one that arrives: those waiting whole, the one in service half. */
export function foundWork(rate: number, service: number, square: number, wait: number): number {
  const inService = rate * service;
  return rate * wait * service + inService * (square / (2 * service));
}

/** Rough chance that all of several servers are busy. Source: Sakasegawa's exponent for M/M/c. */
export function probabilityOfWaiting(load: number, servers: number): number {
  if (servers === 1) return 1;
  return Math.min(1, load) ** (Math.sqrt(2 * (servers + 1)) - 2);
}
