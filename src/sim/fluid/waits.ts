import { CLOSED, FAIR, POLICER, PRIORITY, SHARED } from '../engine/network.js';
import { type Arrivals, arrivalsOf } from './arrivals.js';
import { probabilityOfWaiting, Queues } from './queues.js';
import { overlap, Spacing } from './spacing.js';
import { type FluidState, isWithoutService, STEP } from './state.js';
import { Turns } from './turns.js';
import type { Use } from './use.js';

const PS_PER_SEC = 1e12;

/**
 * How long operations wait at each step, given how often they come: approximate mean value analysis. An operation of a closed flow
 * finds the others of its flow and those of the rest in the queue (Schweitzer and Bard); open flows stretch that by 1 / (1 - their load)
 * (Reiser); several servers count as one fast one, at which one waits when all are busy (Seidmann). At fair stations it waits for its
 * turn (`Turns`). What comes one after another out of another server finds less of its own kind (`Spacing`).
 */
export class Waits {
  readonly #state: FluidState;
  readonly #use: Use;
  readonly #spacing: Spacing;
  readonly #turns: Turns;
  /** How often a lane has to come to the head of its ring for an operation that found it empty; shape [steps]. */
  readonly #visits: Float64Array;
  /** Undefined for closed loops. */
  readonly #arrivals: readonly (Arrivals | undefined)[];
  /** Seconds that whoever comes waits behind the full ring of a flow that the place stops; by lane, of the last round and of this one. */
  #standing: Float64Array;
  #standingNext: Float64Array;

  constructor(state: FluidState, use: Use) {
    const { network } = state;
    this.#state = state;
    this.#use = use;
    this.#spacing = new Spacing(network, state.meanService);
    this.#turns = new Turns(network, this.#spacing);
    this.#visits = new Float64Array(network.steps.count);
    this.#arrivals = Array.from({ length: network.flows.count }, (_, f) => arrivalsOf(network, f));
    this.#standing = new Float64Array(network.lanes.count);
    this.#standingNext = new Float64Array(network.lanes.count);
    this.#countVisits();
  }

  /** One round. */
  estimate(): void {
    const { flows, steps, stations, lanes } = this.#state.network;
    const stationQueues = new Queues(stations.count);
    const laneQueues = new Queues(lanes.count);
    const streamQueues = new Queues(this.#spacing.streams);
    this.#state.eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0 || this.#state.meanService[step] === 0 || isWithoutService(stations.discipline[s])) return;
      const arrivals = this.#arrivals[f];
      const rate = this.#state.rate[f] * this.#state.taken[step];
      stationQueues.add(
        s,
        arrivals,
        rate,
        this.#state.meanService[step] / stations.servers[s],
        this.#state.squareService[step] / stations.servers[s] ** 2,
        this.#state.wait[step],
      );
      const group = lanes.group[steps.lane[step]];
      const width = Math.min(lanes.width[group], stations.servers[s]);
      if (this.#spacing.stream[step] >= 0)
        streamQueues.add(
          this.#spacing.stream[step],
          arrivals,
          rate,
          this.#state.meanService[step] / width,
          this.#state.squareService[step] / width ** 2,
          this.#state.wait[step],
        );
      laneQueues.add(
        group,
        arrivals,
        rate / steps.spread[step],
        this.#state.meanService[step] / width,
        this.#state.squareService[step] / width ** 2,
        this.#state.wait[step],
      );
    });
    this.#spacing.update(this.#state.wait);
    this.#turns.clear();
    this.#state.eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0 || this.#state.meanService[step] === 0 || stations.discipline[s] !== FAIR) return;
      const spread = steps.spread[step];
      const rate = (this.#state.rate[f] * this.#state.taken[step]) / spread;
      for (let i = 0; i < spread; i++)
        this.#turns.add(steps.lane[step] + i, rate, this.#state.meanService[step], this.#state.squareService[step], this.#state.wait[step]);
    });
    this.#turns.sum();
    this.#standingNext.fill(0);
    for (let f = 0; f < flows.count; f++) {
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++)
        this.#waitAt(f, step, stationQueues, laneQueues, streamQueues);
      this.#pileUp(f);
    }
    [this.#standing, this.#standingNext] = [this.#standingNext, this.#standing];
  }

  #waitAt(f: number, step: number, stationQueues: Queues, laneQueues: Queues, streamQueues: Queues): void {
    const { flows, steps, stations, lanes } = this.#state.network;
    const s = steps.station[step];
    if (s < 0 || this.#state.meanService[step] === 0 || isWithoutService(stations.discipline[s])) {
      this.#state.wait[step] = 0;
      return;
    }
    const lane = steps.lane[step];
    const isClosed = flows.arrival[f] === CLOSED;
    const rate = this.#state.rate[f] * this.#state.taken[step];
    const depth = isClosed ? flows.depth[f] : Number.POSITIVE_INFINITY;
    const servers = stations.servers[s];
    const group = lanes.group[lane];
    const width = Math.min(lanes.width[group], servers);
    const spread = steps.spread[step];
    const isChannels = spread > 1 && spread === stations.laneStart[s + 1] - stations.laneStart[s];
    const stream = this.#spacing.stream[step];
    const length = stream < 0 ? 0 : streamQueues.lengthOfService(stream);
    // What stands at a place that stops somebody was there before, however it came.
    const isStanding = this.#state.isFull[width < servers ? stations.count + group : s] !== 0 && !this.#state.isStopped(f, step);
    const left = length > 0 && !isStanding ? overlap(length, this.#spacing.gap[step], this.#spacing.jitter[step]) : 1;
    const spaced = length > 0 && !isStanding ? { queues: streamQueues, stream, left } : undefined;
    const atStation = isChannels
      ? 0
      : stationQueues.waitOf(
          s,
          servers,
          rate,
          this.#state.meanService[step],
          this.#state.squareService[step],
          this.#state.wait[step],
          depth,
          width === servers ? spaced : undefined,
        );
    const inLane =
      width < servers
        ? laneQueues.waitOf(
            group,
            width,
            rate / spread,
            this.#state.meanService[step],
            this.#state.squareService[step],
            this.#state.wait[step],
            depth,
            width === 1 ? spaced : undefined,
          )
        : 0;
    let wait = Math.max(atStation, inLane);
    if (stations.discipline[s] === SHARED)
      wait = stationQueues.waitAmongAll(s, rate, this.#state.meanService[step], this.#state.wait[step], depth);
    if (stations.discipline[s] === PRIORITY && !isClosed) {
      let above = 0;
      for (let level = stations.laneStart[s]; level < lane; level++) above += this.#use.lane[level] / servers;
      wait = stationQueues.waitBehindUrgent(s, above, above + this.#use.lane[lane] / servers);
    }
    if (stations.discipline[s] === FAIR && !isChannels) {
      const inTurn = this.#fairWait(f, step, rate / spread, laneQueues.burstiness(group), left);
      wait =
        isClosed && width === servers
          ? Math.min(wait, inTurn)
          : Math.max(Math.min(wait, inTurn), width < servers ? Math.min(inLane, wait) : 0);
    }
    if (this.#standing[lane] > wait && spread === 1 && !this.#state.isStopped(f, step) && this.#isFirstIn(lane, f, step))
      wait = this.#standing[lane];
    const wake = this.#state.isStopped(f, step) ? 0 : this.#use.wakeUp(f, group, steps.wakePs[step] / PS_PER_SEC);
    const target = (wait * this.#state.visited[step] + wake) * this.#state.taken[step];
    this.#state.wait[step] += STEP * (target - this.#state.wait[step]);
  }

  /** Who comes to a queue several times waits behind what stands there once. */
  #isFirstIn(lane: number, f: number, step: number): boolean {
    const { flows, steps } = this.#state.network;
    for (let before = flows.stepStart[f]; before < step; before++)
      if (steps.lane[before] === lane && steps.station[before] >= 0) return false;
    return true;
  }

  /**
   * At a fair station an operation waits for what is in service when it comes, for the turns of others, and for those of its own
   * lane, each of which takes a round.
   */
  #fairWait(f: number, step: number, rate: number, burstiness: number, left: number): number {
    const { steps, stations, flows } = this.#state.network;
    const s = steps.station[step];
    const lane = steps.lane[step];
    const servers = stations.servers[s];
    const service = this.#state.meanService[step] / servers;
    const square = this.#state.squareService[step] / servers ** 2;
    const { first, residual, round: estimated } = this.#turns.waits(lane, this.#spacing.stream[step], left, service, this.#visits[step]);
    if (flows.arrival[f] !== CLOSED) {
      const load = Math.min(0.995, rate * estimated);
      return first + (left * (burstiness * load * estimated * (square / Math.max(1e-30, service ** 2)))) / (2 * (1 - load));
    }
    // Where the lane never runs empty its turns come as often as it is served.
    const isStopped = this.#state.isStopped(f, step);
    const round = isStopped ? Math.min(estimated, 1 / this.#turns.rate(lane)) : estimated;
    const kept = 1 - 1 / flows.depth[f];
    const wait = isStopped ? this.#state.formulaWait[step] : this.#state.wait[step];
    const others = Math.max(0, this.#turns.waiting(lane) / service - rate * this.#state.wait[step]);
    const busy = Math.min(1, (this.#turns.rate(lane) - (1 - kept) * rate) * round);
    const sure = servers === 1 ? residual : 0;
    // With several servers others hold it up when they have all of them, and its own kind when all are busy.
    const use = Math.min(1, this.#use.station[s]);
    const byOthers = probabilityOfWaiting(Math.max(0, use - rate * service), servers);
    const behindOwn = left * (kept * rate * wait + others + busy / 2) * round;
    const result = byOthers * (sure + (first - sure) * (1 - left * busy)) + probabilityOfWaiting(use, servers) * behindOwn;
    this.#state.formulaWait[step] += STEP * (result - this.#state.formulaWait[step]);
    return result;
  }

  /** The ring of an open flow that is stopped fills up in front of the place that stops it. */
  #pileUp(f: number): void {
    const { flows, steps, stations, lanes } = this.#state.network;
    let sum = 0;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++)
      sum += this.#state.serviceTime(step) + this.#state.wait[step];
    const full = this.#state.bottleneck[f];
    const rate = this.#state.rate[f];
    const isClosed = flows.arrival[f] === CLOSED;
    const held = isClosed ? flows.depth[f] : flows.limit[f];
    if (full >= 0 && rate > 0 && held > 0 && stations.discipline[full] !== POLICER) {
      const total = held / rate - (isClosed ? flows.thinkPs[f] / PS_PER_SEC : 0);
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        if (steps.station[step] !== full || this.#state.meanService[step] === 0) continue;
        const lane = steps.lane[step];
        const ring = lanes.limit[lane] / Math.max(1e-30, this.#turns.rate(lane));
        const more = ring > 0 ? ring : Math.max(0, total - (sum - this.#state.wait[step]));
        sum += more - this.#state.wait[step];
        this.#state.wait[step] = more;
        this.#standingNext[steps.lane[step]] = Math.max(this.#standingNext[steps.lane[step]], more);
        break;
      }
    }
    this.#state.latency[f] = sum;
  }

  #countVisits(): void {
    const { flows, steps, stations } = this.#state.network;
    this.#state.eachStep((f, step) => {
      const s = steps.station[step];
      let before = 0;
      for (let c = flows.classStart[f]; c < flows.classStart[f + 1]; c++) {
        const share = Math.min(1, flows.classUpTo[c]) - before;
        before += share;
        const ps = steps.servicePs[steps.table[step] + c - flows.classStart[f]];
        if (ps === 0) continue;
        if (s >= 0 && stations.discipline[s] === FAIR)
          this.#visits[step] += share * this.#turns.visits(steps.lane[step], ps / PS_PER_SEC / stations.servers[s]);
      }
      if (this.#state.visited[step] > 0) this.#visits[step] /= this.#state.visited[step];
    });
  }
}
