import { MAX_PIECES } from '../engine/kernel/kinds.js';
import { CLOSED, FAIR, type Network } from '../engine/network.js';
import type { Spacing } from './spacing.js';

const PS_PER_SEC = 1e12;
/** Share of a station that others never take as a whole, so that nobody waits for ever. */
const MOST = 0.995;
/** Lanes of a station that are looked at one by one; of more, each counts as the average of all. */
const MANY_LANES = 32;
const ROUNDS_TO_SETTLE = 6;

/**
 * How long operations wait for their turn at stations with deficit round robin, where lane j has a grant g(j) a round, is busy for
 * a part r(j) of the time, and has n(j) operations with work u(j) waiting. Behind R rounds an operation waits T,
 *
 *   T = rest of what is in service + sum over other lanes of  p min((R - r) g, u/p + r c T) + (1 - p) min(g, r c T),
 *
 * p the chance that the lane has anything waiting, c = 1 - 1/n for closed loops of n operations, else 1. Another operation of the same lane takes a round of
 *
 *   T = own service + sum over other lanes of  min(turns g, r T).
 *
 * Sources: Shreedhar and Varghese (1996) for the rounds; Takagi, Queueing analysis of polling models (1988) for the balance of
 * a cycle. That means stand for distributions inside the minima is an approximation; docs/verification.md has its error.
 */
export class Turns {
  readonly #network: Network;
  /** Seconds of service that a lane takes in a round; shape [lanes]. */
  readonly #grant: Float64Array;
  /** Operations that closed flows can have in a lane; infinite for open ones. */
  readonly #most: Float64Array;
  /** Of lanes: operations a second, waiting ones and their work, busy part, mean residual service. Times are those of one server as fast as all. */
  readonly #rate: Float64Array;
  readonly #jobs: Float64Array;
  readonly #waiting: Float64Array;
  readonly #load: Float64Array;
  readonly #residual: Float64Array;
  readonly #presence: Float64Array;
  /** The stream in which all operations of a lane come; -1 for none. */
  readonly #streamOf: Int32Array;
  /** Lanes in use, by station. */
  readonly #used: readonly (readonly number[])[];
  /** By station with many lanes: what stands for each of them. */
  readonly #averages: Other[] = [];

  constructor(network: Network, { stream }: Spacing) {
    this.#network = network;
    const { flows, stations, lanes, steps } = network;
    this.#grant = Float64Array.from({ length: lanes.count }, (_, l) => {
      const s = lanes.station[l];
      return Math.max(1, stations.quantumPs[s] * lanes.weight[l]) / PS_PER_SEC / stations.servers[s];
    });
    this.#most = new Float64Array(lanes.count);
    this.#rate = new Float64Array(lanes.count);
    this.#jobs = new Float64Array(lanes.count);
    this.#waiting = new Float64Array(lanes.count);
    this.#load = new Float64Array(lanes.count);
    this.#residual = new Float64Array(lanes.count);
    this.#presence = new Float64Array(lanes.count);
    this.#streamOf = new Int32Array(lanes.count).fill(UNUSED);
    for (let f = 0; f < flows.count; f++) {
      const depth = flows.arrival[f] === CLOSED ? flows.depth[f] : Number.POSITIVE_INFINITY;
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        if (steps.station[step] < 0 || stations.discipline[steps.station[step]] !== FAIR) continue;
        for (let lane = steps.lane[step]; lane < steps.lane[step] + steps.spread[step]; lane++) {
          this.#most[lane] += depth;
          this.#streamOf[lane] = this.#streamOf[lane] === UNUSED || this.#streamOf[lane] === stream[step] ? stream[step] : -1;
        }
      }
    }
    this.#used = Array.from({ length: stations.count }, (_, s) => {
      const own = [];
      for (let l = stations.laneStart[s]; l < stations.laneStart[s + 1]; l++) if (this.#streamOf[l] !== UNUSED) own.push(l);
      return own;
    });
  }

  clear(): void {
    for (const array of [this.#rate, this.#jobs, this.#waiting, this.#load, this.#residual]) array.fill(0);
  }

  /** @param square mean square of the service time */
  add(lane: number, rate: number, service: number, square: number, wait: number): void {
    const s = this.#network.lanes.station[lane];
    const servers = this.#network.stations.servers[s];
    const piece = this.#pieceOf(s, service / servers);
    this.#rate[lane] += rate;
    this.#jobs[lane] += rate * wait;
    this.#waiting[lane] += (rate * wait * service) / servers;
    this.#load[lane] += (rate * service) / servers;
    // Of an operation in pieces only the one in service counts.
    this.#residual[lane] += (rate * Math.min((service / servers) * piece, square / servers ** 2)) / 2;
  }

  /** When all flows have been added. */
  sum(): void {
    this.#used.forEach((lanes, s) => {
      for (const lane of lanes) this.#presence[lane] = this.#chanceOfWaiting(lane);
      if (lanes.length > MANY_LANES) this.#averages[s] = this.#average(lanes);
    });
  }

  /** That anybody waits in a lane: each operation of closed flows by itself; those of open ones as in a queue with random arrivals. */
  #chanceOfWaiting(lane: number): number {
    const jobs = this.#jobs[lane];
    const most = this.#most[lane];
    return Number.isFinite(most) ? 1 - (1 - Math.min(1, jobs / most)) ** most : jobs / (1 + jobs);
  }

  /**
   * What an operation waits that finds its lane empty, and what each one that it finds there adds.
   *
   * @param visits times that its lane is at the head of the ring until it is served
   * @param left part of the operations of its stream that it still finds at the station
   */
  waits(lane: number, stream: number, left: number, service: number, visits: number): { first: number; residual: number; round: number } {
    const s = this.#network.lanes.station[lane];
    if ((this.#used[s] as readonly number[]).length === 1) return { first: 0, residual: 0, round: service };
    const piece = this.#pieceOf(s, service);
    const turns = service / this.#grant[lane];
    const others = this.#others(s, lane, stream, left);
    let residual = 0;
    for (const other of others) residual += other.part * other.residual;
    let first = residual;
    let round = service;
    for (let i = 0; i < ROUNDS_TO_SETTLE; i++) {
      let [fixed, moving, fixedInRound, movingInRound] = [residual, 0, service, 0];
      const during = first + service - piece;
      for (const { part, presence, grant: its, waiting, load, comesBack } of others) {
        const most = Math.max(0, visits - load) * its;
        if (presence * most < waiting + presence * load * comesBack * during) fixed += part * presence * most;
        else {
          fixed += part * waiting;
          moving += part * presence * load * comesBack;
        }
        if (turns * its < load * round) fixedInRound += part * turns * its;
        else movingInRound += part * load;
      }
      first = (fixed + Math.min(MOST, moving) * (service - piece)) / (1 - Math.min(MOST, moving));
      round = fixedInRound / (1 - Math.min(MOST, movingInRound));
    }
    return { first, residual, round };
  }

  /** Times that a lane that was empty comes to the head of the ring until an operation of so much service is served. */
  visits(lane: number, service: number): number {
    if (service <= 0) return 0;
    const piece = this.#pieceOf(this.#network.lanes.station[lane], service);
    return Math.ceil(service / piece - ROUNDING) * Math.ceil(piece / this.#grant[lane] - ROUNDING);
  }

  /** Work that waits in a lane. */
  waiting(lane: number): number {
    return this.#waiting[lane];
  }

  /** Operations a second. */
  rate(lane: number): number {
    return this.#rate[lane];
  }

  /** All lanes of a station but one; `part` is how much of them comes while an operation of that one is here. */
  #others(s: number, lane: number, stream: number, left: number): Other[] {
    const used = this.#used[s] ?? [];
    const partOf = (l: number) => (stream >= 0 && this.#streamOf[l] === stream ? left : 1);
    if (used.length <= MANY_LANES) return used.filter((l) => l !== lane).map((l) => this.#as(l, partOf(l)));
    return [
      { ...(this.#averages[s] as Other), part: (used.length - 1) * partOf(used[0] === lane ? (used[1] as number) : (used[0] as number)) },
    ];
  }

  #as(l: number, part: number): Other {
    return {
      part,
      presence: this.#presence[l],
      grant: this.#grant[l],
      waiting: this.#waiting[l],
      load: this.#load[l],
      residual: this.#residual[l],
      comesBack: 1 - 1 / this.#most[l],
    };
  }

  #average(lanes: readonly number[]): Other {
    const mean = (of: Float64Array) => lanes.reduce((sum, l) => sum + of[l], 0) / lanes.length;
    return {
      part: 1,
      presence: mean(this.#presence),
      grant: mean(this.#grant),
      waiting: mean(this.#waiting),
      load: mean(this.#load),
      residual: mean(this.#residual),
      comesBack: 1,
    };
  }

  #pieceOf(s: number, service: number): number {
    const { chunkPs, servers } = this.#network.stations;
    const chunk = chunkPs[s] / PS_PER_SEC / servers[s];
    return chunk === 0 || service <= chunk ? service : Math.max(chunk, service / MAX_PIECES);
  }
}

interface Other {
  readonly part: number;
  readonly presence: number;
  readonly grant: number;
  readonly waiting: number;
  readonly load: number;
  readonly residual: number;
  /** The only operation of a closed loop does not come a second time while it is waited for. */
  readonly comesBack: number;
}

const UNUSED = -2;
/** Services and grants are whole picoseconds. */
const ROUNDING = 1e-3;
