import { ERLANG4, EXPONENTIAL } from '../engine/kernel/kinds.js';
import { CLOSED, CONSTANT_LAW, FAIR, FIFO, type Network, PRIORITY } from '../engine/network.js';

const PS_PER_SEC = 1e12;
/** Squared coefficient of variation by law. */
const SQUARED_VARIATION = new Map([
  [EXPONENTIAL, 1],
  [ERLANG4, 0.25],
]);

/**
 * What comes out of a server comes one after another: the operations of an iothread are at least as far apart as it works for each,
 * and find nobody of their own kind at a drive that is faster. Queueing formulas for arrivals by chance would have them wait.
 *
 * For each step the slowest single server that the flow has passed before, and what chance has added to the way since: service times
 * that differ, and waits for others. Flows that reach a place from the same server are one stream there. A closed loop without pauses
 * comes round: what was last is before its first step.
 */
export class Spacing {
  /** Streams are numbered over all places; -1 for operations that come by chance. Shape [steps]. */
  readonly stream: Int32Array;
  /** Seconds between two operations of a stream at least, and standard deviation of what makes it more or less; shape [steps]. */
  readonly gap: Float64Array;
  readonly jitter: Float64Array;
  readonly streams: number;
  readonly #network: Network;
  readonly #meanService: Float64Array;
  /** Of service times; shape [steps]. */
  readonly #variance: Float64Array;
  /** Steps at which the spacing begins anew. */
  readonly #isServer: Uint8Array;

  /** @param meanService seconds; shape [steps] */
  constructor(network: Network, meanService: Float64Array) {
    const { flows, steps } = network;
    this.#network = network;
    this.#meanService = meanService;
    this.stream = new Int32Array(steps.count).fill(-1);
    this.gap = new Float64Array(steps.count);
    this.jitter = new Float64Array(steps.count);
    this.#variance = new Float64Array(steps.count);
    this.#isServer = new Uint8Array(steps.count);
    const numbers = new Map<string, number>();
    for (let f = 0; f < flows.count; f++) {
      let before = '';
      let gapSec = 0;
      const lap = (isCounted: boolean) => {
        this.#eachStep(f, (step) => {
          this.#variance[step] = varianceOf(network, f, step, meanService[step]);
          if (isCounted && before !== '' && steps.station[step] >= 0 && steps.spread[step] === 1) {
            const key = `${placeOf(network, step)} ${before}`;
            this.stream[step] = numbers.get(key) ?? numbers.size;
            this.gap[step] = gapSec;
            numbers.set(key, this.stream[step]);
          }
          const server = singleServer(network, step);
          const least = leastService(network, f, step);
          if (server === '' || least < gapSec) return;
          [before, gapSec] = [server, least];
          if (isCounted) this.#isServer[step] = 1;
        });
      };
      if (this.#comesRound(f)) lap(false);
      // Flows that meet again after a lap each have taken a time of their own for it.
      if (before !== '') before = `${before} of flow ${f}`;
      lap(true);
    }
    this.streams = numbers.size;
  }

  /** With the waits of the last round. A wait varies about as much as it is long. */
  update(wait: Float64Array): void {
    for (let f = 0; f < this.#network.flows.count; f++) {
      let variance = 0;
      const lap = () => {
        this.#eachStep(f, (step) => {
          this.jitter[step] = Math.sqrt(variance);
          variance = this.#isServer[step] !== 0 ? 0 : variance + this.#variance[step] + wait[step] ** 2;
        });
      };
      if (this.#comesRound(f)) lap();
      lap();
    }
  }

  #comesRound(f: number): boolean {
    const { flows } = this.#network;
    return flows.arrival[f] === CLOSED && flows.thinkPs[f] === 0;
  }

  #eachStep(f: number, visit: (step: number) => void): void {
    const { flows } = this.#network;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++)
      if (this.#meanService[step] > 0 && !isRare(this.#network, step)) visit(step);
  }
}

/**
 * Part of an operation of length L that the next one of its stream still finds, where they come a gap g apart and chance moves each by
 * a standard deviation s: the mean of what is left of L - g, for normal deviations, over L.
 */
export function overlap(lengthSec: number, gapSec: number, jitterSec: number): number {
  const left = lengthSec - gapSec;
  const deviation = Math.SQRT2 * jitterSec;
  if (deviation < 1e-15) return Math.max(0, left) / lengthSec;
  const z = left / deviation;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  // Abramowitz and Stegun 7.1.25: 2.5e-5.
  const t = 1 / (1 + 0.33267 * Math.abs(z));
  const tail = density * t * (0.4361836 + t * (-0.1201676 + t * 0.937298));
  return Math.min(1, (left * (z < 0 ? tail : 1 - tail) + deviation * density) / lengthSec);
}

/** Steps that few operations take do not mix the others. */
function isRare({ steps }: Network, step: number): boolean {
  return steps.onlyIfAsleep[step] >= 0 || steps.everyPs[step] !== 0;
}

/** The one server that every operation passes at a step, which takes the same time for each of a kind; empty where none does. */
function singleServer(network: Network, step: number): string {
  const { stations, lanes, steps } = network;
  const s = steps.station[step];
  if (s < 0 || steps.spread[step] > 1 || steps.stream[step] !== CONSTANT_LAW) return '';
  const rule = stations.discipline[s];
  if (rule !== FIFO && rule !== FAIR && rule !== PRIORITY) return '';
  const isSingle = stations.servers[s] === 1 || lanes.width[lanes.group[steps.lane[step]]] === 1;
  return isSingle ? placeOf(network, step) : '';
}

/** Where operations wait for each other: a thread that is narrower than its station, or the station. */
function placeOf({ stations, lanes, steps }: Network, step: number): string {
  const s = steps.station[step];
  const group = lanes.group[steps.lane[step]];
  return lanes.width[group] < stations.servers[s] ? `thread ${group}` : `station ${s}`;
}

/** Of the time of a step: its law, and what differs between operations of a flow. Waits are not in it. */
function varianceOf({ flows, steps, streams }: Network, f: number, step: number, mean: number): number {
  const law = steps.stream[step] < 0 ? 0 : (SQUARED_VARIATION.get(streams.kinds[steps.stream[step]]) ?? 1);
  let [square, before] = [0, 0];
  for (let c = flows.classStart[f]; c < flows.classStart[f + 1]; c++) {
    const share = Math.min(1, flows.classUpTo[c]) - before;
    before += share;
    square += share * (steps.servicePs[steps.table[step] + c - flows.classStart[f]] / PS_PER_SEC) ** 2;
  }
  return Math.max(0, square * (1 + law) - mean * mean);
}

function leastService({ flows, steps }: Network, f: number, step: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < flows.classStart[f + 1] - flows.classStart[f]; c++) least = Math.min(least, steps.servicePs[steps.table[step] + c]);
  return least / PS_PER_SEC;
}
