import { CLOSED, CONSTANT, FAIR, type Network, ON_OFF, POLICER, PRIORITY, SHAPER, SHARED, SLOTS } from '../engine/network.js';
import { LaneShares } from './lane-shares.js';
import { type Arrivals, foundWork, Queues } from './queues.js';

const PS_PER_SEC = 1e12;
/** Rounds in which rates, queues and sleeping threads find each other; most networks need a dozen. */
const MAX_ROUNDS = 60;
const SETTLED = 1e-4;
/** Part of a new value that replaces the old one in a round: enough to converge, little enough not to swing. */
const STEP = 0.5;

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
 * Rates by what each full station gives its lanes and flows (`LaneShares`), then queueing approximations for delay.
 *
 * Rates: open flows ask for what they offer, closed ones for depth / (think time + latency); what they get is at most their
 * fair share. Delay: approximate mean value analysis. An operation of a closed flow finds the others of its flow and those
 * of the rest in the queue (Schweitzer and Bard); open flows stretch that by 1 / (1 - their load) (Reiser); several servers
 * count as one fast one and a delay (Seidmann). At fair stations each other lane holds an operation up by one of its own
 * for each one that waits. Where a station stops an open flow, its ring fills up, and Little's law says how long they wait.
 * Steps that happen only while a thread sleeps count with the probability that it does.
 */
export function estimateNetwork(network: Network): Estimate {
  const model = new FluidModel(network);
  for (let round = 0; round < MAX_ROUNDS; round++) if (model.improve() < SETTLED) break;
  return model.result();
}

class FluidModel {
  readonly #network: Network;
  readonly #shares: LaneShares;
  readonly #demand: Float64Array;
  readonly #offered: Float64Array;
  readonly #meanService: Float64Array;
  readonly #squareService: Float64Array;
  /** Probability that a step is taken at all. */
  readonly #taken: Float64Array;
  readonly #wait: Float64Array;
  readonly #latency: Float64Array;
  readonly #stationUse: Float64Array;
  readonly #laneUse: Float64Array;
  /** Operations per second of a thread, and of the steps that share a key. */
  readonly #laneRate: Float64Array;
  readonly #keyRate: Float64Array;
  /** Busy seconds a second by lane itself, where `laneUse` is by thread. */
  readonly #ringLoad: Float64Array;
  readonly #rate: Float64Array;
  #bottleneck: Int32Array;
  /** Seconds that whoever comes waits behind the full ring of a flow that the place stops; by lane, of the last round and of this one. */
  #standing: Float64Array;
  #standingNext: Float64Array;
  /** Undefined for closed loops. */
  readonly #arrivals: readonly (Arrivals | undefined)[];
  #isFirst = true;

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
    this.#laneRate = new Float64Array(lanes.count);
    this.#keyRate = new Float64Array(steps.everyKeys);
    this.#ringLoad = new Float64Array(lanes.count);
    this.#rate = new Float64Array(flows.count);
    this.#standing = new Float64Array(lanes.count);
    this.#standingNext = new Float64Array(lanes.count);
    this.#bottleneck = new Int32Array(flows.count).fill(-1);
    this.#offered = Float64Array.from({ length: flows.count }, (_, f) => offeredRate(network, f));
    this.#arrivals = Array.from({ length: flows.count }, (_, f) => arrivalsOf(network, f));
    this.#averageServices();
    this.#shares = new LaneShares(network, this.#places());
    this.#demand = new Float64Array(flows.count);
  }

  result(): Estimate {
    const { stations, steps } = this.#network;
    const queue = new Float64Array(stations.count);
    this.#eachStep((f, step) => {
      const s = steps.station[step];
      if (s >= 0) queue[s] += this.#rate[f] * this.#wait[step];
    });
    const load = new Float64Array(steps.count);
    this.#eachStep((f, step) => {
      if (steps.station[step] >= 0) load[step] = this.#rate[f] * this.#occupation(f, step);
    });
    return {
      rate: this.#rate,
      offered: this.#offered.map((rate, f) => (Number.isFinite(rate) ? rate : this.#rate[f])),
      latency: this.#latency,
      bottleneck: this.#bottleneck,
      stationUse: this.#stationUse,
      laneUse: this.#laneUse,
      queue,
      service: this.#meanService.map((_, step) => this.#serviceTime(step)),
      wait: this.#wait,
      load,
    };
  }

  /** One round. @returns the largest relative change of a rate, or of a latency where that is more than a hundred times as much. */
  improve(): number {
    this.#fillShares();
    const { rate: share, bottleneck } = this.#shares.solve(this.#demand);
    const { flows } = this.#network;
    let change = 0;
    for (let f = 0; f < flows.count; f++) {
      const limited = Math.min(Number.isFinite(share[f]) ? share[f] : 0, this.#loadedDemand(f));
      const before = this.#rate[f];
      const after = this.#isFirst ? limited : before + STEP * (limited - before);
      if (after > 0) change = Math.max(change, Math.abs(after - before) / after);
      this.#rate[f] = after;
    }
    this.#bottleneck = this.#toStations(bottleneck);
    this.#measureUse();
    const latency = this.#latency.slice();
    this.#estimateWaits();
    for (let f = 0; f < flows.count; f++) change = Math.max(change, Math.abs(this.#latency[f] - latency[f]) / this.#latency[f] / 100 || 0);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return isFirst ? 1 : change;
  }

  /**
   * Time for which an operation occupies the place of a step: while it is served, or until it gives a slot back. Queues in
   * between do not count: where they build up, the place behind them is what limits the flow.
   */
  #occupation(f: number, step: number): number {
    const { flows, steps, stations } = this.#network;
    const s = steps.station[step];
    if (stations.discipline[s] !== SLOTS) return this.#meanService[step] * this.#taken[step];
    let held = 0;
    for (let later = step + 1; later < flows.stepStart[f + 1] && steps.givesBack[later] !== s; later++) held += this.#serviceTime(later);
    return held;
  }

  /** Time an operation spends being served. The tokens of a shaper are saved up beforehand and take none. */
  #serviceTime(step: number): number {
    const { steps, stations } = this.#network;
    const s = steps.station[step];
    return s >= 0 && isWithoutService(stations.discipline[s]) ? 0 : this.#meanService[step] * this.#taken[step];
  }

  #eachStep(visit: (flow: number, step: number) => void): void {
    const { flows } = this.#network;
    for (let f = 0; f < flows.count; f++) for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) visit(f, step);
  }

  /** The threads, or cores of a thread, that a step may run on, where they are narrower than the station as a whole. */
  #eachGroup(step: number, visit: (group: number) => void): void {
    const { steps, stations, lanes } = this.#network;
    const s = steps.station[step];
    const spread = steps.spread[step];
    // Operations that are spread over all lanes of a station load them alike: the station stands for them.
    if (spread > 1 && spread === stations.laneStart[s + 1] - stations.laneStart[s]) return;
    for (let i = 0; i < spread; i++) {
      const group = lanes.group[steps.lane[step] + i];
      if (lanes.width[group] < stations.servers[s]) visit(group);
    }
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

  /** A place for each station that a flow passes, and one for each thread that is narrower than its station. */
  #places(): { place: number; lane: number }[][] {
    const { flows, steps, stations, lanes } = this.#network;
    return Array.from({ length: flows.count }, (_, f) => {
      const used = new Map<number, number>();
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        const s = steps.station[step];
        if (s < 0 || this.#meanService[step] === 0) continue;
        // Rings of one thread are one lane to the station, and lanes of their own to the thread.
        const group = lanes.group[steps.lane[step]];
        if (!used.has(s)) used.set(s, steps.spread[step] > 1 ? steps.lane[step] : group);
        this.#eachGroup(step, (each) => {
          if (!used.has(stations.count + each)) used.set(stations.count + each, steps.lane[step]);
        });
      }
      return [...used].map(([place, lane]) => ({ place, lane }));
    });
  }

  #fillShares(): void {
    const { flows, steps, stations } = this.#network;
    const { start, place: resource, coefficient } = this.#shares;
    for (let f = 0; f < flows.count; f++) {
      for (let k = start[f]; k < start[f + 1]; k++) {
        const r = resource[k];
        let sum = 0;
        for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
          if (r < stations.count) {
            if (steps.station[step] === r) sum += this.#occupation(f, step);
          } else
            this.#eachGroup(step, (group) => {
              if (group === r - stations.count) sum += this.#occupation(f, step) / steps.spread[step];
            });
        }
        coefficient[k] = Math.max(sum, 1e-15);
      }
      this.#demand[f] = this.#demandOf(f);
    }
  }

  /** What a flow would take if nobody else were there. */
  #demandOf(f: number): number {
    return this.#networkDemand(f, false);
  }

  /** What it takes with the waits of the last round. */
  #loadedDemand(f: number): number {
    return this.#networkDemand(f, true);
  }

  #networkDemand(f: number, withWaits: boolean): number {
    const { flows } = this.#network;
    if (flows.arrival[f] !== CLOSED) return this.#offered[f];
    let cycle = flows.thinkPs[f] / PS_PER_SEC;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++)
      cycle += this.#serviceTime(step) + (withWaits && !this.#isStopped(f, step) ? this.#wait[step] : 0);
    return cycle > 0 ? flows.depth[f] / cycle : 1e12;
  }

  /**
   * At the place that stops a flow its operations pile up: how long they wait there follows from the rate, and the rate
   * must not follow from that again.
   */
  #isStopped(f: number, step: number): boolean {
    return this.#bottleneck[f] >= 0 && this.#network.steps.station[step] === this.#bottleneck[f];
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
    this.#laneRate.fill(0);
    this.#ringLoad.fill(0);
    this.#eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0) return;
      const load = this.#rate[f] * this.#occupation(f, step);
      this.#stationUse[s] += load / stations.servers[s];
      const spread = steps.spread[step];
      for (let i = 0; i < spread; i++) {
        const group = lanes.group[steps.lane[step] + i];
        this.#ringLoad[steps.lane[step] + i] += load / spread;
        this.#laneUse[group] += load / spread / Math.min(lanes.width[group], stations.servers[s]);
        this.#laneRate[group] += (this.#rate[f] * this.#taken[step]) / spread;
      }
    });
    this.#keyRate.fill(0);
    this.#eachStep((f, step) => {
      if (steps.everyKey[step] >= 0) this.#keyRate[steps.everyKey[step]] += this.#rate[f];
    });
    this.#eachStep((_, step) => {
      const lane = steps.onlyIfAsleep[step];
      const key = steps.everyKey[step];
      if (lane < 0 && key < 0) return;
      const asleep = lane < 0 ? 1 : this.#asleep(lanes.group[lane], lanes.pollHides[lanes.group[lane]] !== 0);
      // A renewal: one is taken, then those of the next `every` are not.
      const rate = key < 0 ? 0 : this.#keyRate[key] * asleep;
      const every = steps.everyPs[step] / PS_PER_SEC;
      const taken = every < 0 ? Math.exp(rate * every) : asleep / (1 + rate * every);
      this.#taken[step] += STEP * (taken - this.#taken[step]);
    });
  }

  /** Chance that a thread sleeps when something comes: it has nothing to do, and has had nothing for as long as it polls. */
  #asleep(group: number, hides: boolean): number {
    const { lanes } = this.#network;
    if (lanes.polls[group] !== 0) return 0;
    const idle = Math.max(0, 1 - Math.min(1, this.#laneUse[group]));
    return hides ? idle * Math.exp(-this.#laneRate[group] * (lanes.pollPs[group] / PS_PER_SEC)) : idle;
  }

  #estimateWaits(): void {
    const { flows, steps, stations, lanes } = this.#network;
    const stationQueues = new Queues(stations.count);
    const laneQueues = new Queues(lanes.count);
    this.#eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0 || this.#meanService[step] === 0 || isWithoutService(stations.discipline[s])) return;
      const arrivals = this.#arrivals[f];
      const rate = this.#rate[f] * this.#taken[step];
      stationQueues.add(
        s,
        arrivals,
        rate,
        this.#meanService[step] / stations.servers[s],
        this.#squareService[step] / stations.servers[s] ** 2,
        this.#wait[step],
      );
      const group = lanes.group[steps.lane[step]];
      const width = Math.min(lanes.width[group], stations.servers[s]);
      laneQueues.add(
        group,
        arrivals,
        rate / steps.spread[step],
        this.#meanService[step] / width,
        this.#squareService[step] / width ** 2,
        this.#wait[step],
      );
    });
    this.#standingNext.fill(0);
    for (let f = 0; f < flows.count; f++) {
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) this.#waitAt(f, step, stationQueues, laneQueues);
      this.#pileUp(f);
    }
    [this.#standing, this.#standingNext] = [this.#standingNext, this.#standing];
  }

  #waitAt(f: number, step: number, stationQueues: Queues, laneQueues: Queues): void {
    const { flows, steps, stations, lanes } = this.#network;
    const s = steps.station[step];
    if (s < 0 || this.#meanService[step] === 0 || isWithoutService(stations.discipline[s])) {
      this.#wait[step] = 0;
      return;
    }
    const lane = steps.lane[step];
    const isClosed = flows.arrival[f] === CLOSED;
    const rate = this.#rate[f] * this.#taken[step];
    const depth = isClosed ? flows.depth[f] : Number.POSITIVE_INFINITY;
    const servers = stations.servers[s];
    const group = lanes.group[lane];
    const width = Math.min(lanes.width[group], servers);
    const spread = steps.spread[step];
    const isChannels = spread > 1 && spread === stations.laneStart[s + 1] - stations.laneStart[s];
    const atStation = isChannels
      ? 0
      : stationQueues.waitOf(s, servers, rate, this.#meanService[step], this.#squareService[step], this.#wait[step], depth);
    const inLane =
      width < servers
        ? laneQueues.waitOf(group, width, rate / spread, this.#meanService[step], this.#squareService[step], this.#wait[step], depth)
        : 0;
    let wait = Math.max(atStation, inLane);
    if (stations.discipline[s] === SHARED) wait = stationQueues.waitAmongAll(s, rate, this.#meanService[step], this.#wait[step], depth);
    if (stations.discipline[s] === PRIORITY && !isClosed) {
      let above = 0;
      for (let level = stations.laneStart[s]; level < lane; level++) above += this.#ringLoad[level] / servers;
      wait = stationQueues.waitBehindUrgent(s, above, above + this.#ringLoad[lane] / servers);
    }
    if (stations.discipline[s] === FAIR && !isChannels)
      wait = Math.max(
        Math.min(wait, this.#fairWait(f, step, rate, laneQueues.burstiness(group))),
        width < servers ? Math.min(inLane, wait) : 0,
      );
    if (this.#standing[lane] > wait && spread === 1 && !this.#isStopped(f, step) && this.#isFirstIn(lane, f, step))
      wait = this.#standing[lane];
    const asleep = this.#asleep(group, true);
    const target = (wait + asleep * (steps.wakePs[step] / PS_PER_SEC)) * this.#taken[step];
    this.#wait[step] += STEP * (target - this.#wait[step]);
  }

  /** Who comes to a queue several times waits behind what stands there once. */
  #isFirstIn(lane: number, f: number, step: number): boolean {
    const { flows, steps } = this.#network;
    for (let before = flows.stepStart[f]; before < step; before++)
      if (steps.lane[before] === lane && steps.station[before] >= 0) return false;
    return true;
  }

  /**
   * At a fair station an operation waits for those of its own lane, served at the pace that the others leave, and for what is
   * in service when it comes.
   */
  #fairWait(f: number, step: number, rate: number, burstiness: number): number {
    const { steps, stations, lanes, flows } = this.#network;
    const s = steps.station[step];
    const servers = stations.servers[s];
    const own = Math.min(1, this.#ringLoad[steps.lane[step]] / servers);
    const others = Math.max(0, Math.min(1, this.#stationUse[s]) - own);
    const rings = stations.laneStart[s + 1] - stations.laneStart[s];
    const pace = Math.max(1 - others, lanes.weight[steps.lane[step]] / Math.max(1, rings), 1e-3);
    const service = this.#meanService[step] / servers;
    const piece = stations.chunkPs[s] > 0 ? Math.min(stations.quantumPs[s], stations.chunkPs[s]) : stations.quantumPs[s];
    const found = (others * Math.max(0, Math.min(piece / PS_PER_SEC / servers, stations.quantumPs[s] / PS_PER_SEC / servers))) / 2;
    const stretched = service / pace;
    const load = Math.min(0.995, own / pace);
    const isClosed = flows.arrival[f] === CLOSED;
    const depth = flows.depth[f];
    const queue = isClosed
      ? (((depth - 1) / depth) * foundWork(rate, service, this.#squareService[step] / servers ** 2, this.#wait[step])) / pace
      : (burstiness * load * stretched * (this.#squareService[step] / Math.max(1e-30, this.#meanService[step] ** 2))) / (2 * (1 - load));
    return found + queue + (stretched - service);
  }

  /** The ring of an open flow that is stopped fills up in front of the place that stops it. */
  #pileUp(f: number): void {
    const { flows, steps, stations } = this.#network;
    let sum = 0;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) sum += this.#serviceTime(step) + this.#wait[step];
    const full = this.#bottleneck[f];
    const rate = this.#rate[f];
    const isClosed = flows.arrival[f] === CLOSED;
    const held = isClosed ? flows.depth[f] : flows.limit[f];
    if (full >= 0 && rate > 0 && held > 0 && stations.discipline[full] !== POLICER) {
      const total = held / rate - (isClosed ? flows.thinkPs[f] / PS_PER_SEC : 0);
      for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
        if (steps.station[step] !== full || this.#meanService[step] === 0) continue;
        const more = Math.max(0, total - (sum - this.#wait[step]));
        sum += more - this.#wait[step];
        this.#wait[step] = more;
        this.#standingNext[steps.lane[step]] = Math.max(this.#standingNext[steps.lane[step]], more);
        break;
      }
    }
    this.#latency[f] = sum;
  }
}

/** Nobody is served there: tokens are saved up, slots are held. */
function isWithoutService(discipline: number): boolean {
  return discipline === SHAPER || discipline === SLOTS || discipline === POLICER;
}

/** Bursts make an interrupted Poisson process. Source: Kuczura, The interrupted Poisson process as an overflow process (1973). */
function arrivalsOf({ flows }: Network, f: number): Arrivals | undefined {
  switch (flows.arrival[f]) {
    case CLOSED:
      return undefined;
    case CONSTANT:
      return { variability: 0, duty: 1 };
    case ON_OFF: {
      const [on, off] = [flows.onPs[f], flows.offPs[f]];
      return { variability: 1 + (2 / on / flows.gapPs[f]) * ((on * off) / (on + off)) ** 2, duty: on / (on + off) };
    }
    default:
      return { variability: 1, duty: 1 };
  }
}

function offeredRate(network: Network, f: number): number {
  const { flows } = network;
  if (flows.arrival[f] === CLOSED) return Number.POSITIVE_INFINITY;
  const duty = flows.arrival[f] === ON_OFF ? flows.onPs[f] / (flows.onPs[f] + flows.offPs[f]) : 1;
  return (duty * PS_PER_SEC) / flows.gapPs[f];
}
