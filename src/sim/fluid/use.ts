import { CLOSED } from '../engine/network.js';
import { type FluidState, STEP } from './state.js';

const PS_PER_SEC = 1e12;

/** How busy stations and threads are, and so how often a thread sleeps when something comes for it. */
export class Use {
  readonly #state: FluidState;
  /** Busy fractions; shapes [stations] and [lanes], the latter of a thread against its width. */
  readonly station: Float64Array;
  readonly thread: Float64Array;
  /** Busy seconds a second by lane itself, where `thread` is by thread. */
  readonly lane: Float64Array;
  /** Operations per second of a thread, and of the steps that share a key. */
  readonly #threadRate: Float64Array;
  readonly #keyRate: Float64Array;
  /** Operations that can come by at the steps that share a key; infinite where open flows do. */
  readonly #keyDepth: Float64Array;

  constructor(state: FluidState) {
    const { flows, steps, stations, lanes } = state.network;
    this.#state = state;
    this.station = new Float64Array(stations.count);
    this.thread = new Float64Array(lanes.count);
    this.lane = new Float64Array(lanes.count);
    this.#threadRate = new Float64Array(lanes.count);
    this.#keyRate = new Float64Array(steps.everyKeys);
    this.#keyDepth = new Float64Array(steps.everyKeys);
    state.eachStep((f, step) => {
      if (steps.everyKey[step] >= 0)
        this.#keyDepth[steps.everyKey[step]] += flows.arrival[f] === CLOSED ? flows.depth[f] : Number.POSITIVE_INFINITY;
    });
  }

  /** From the rates of this round. */
  measure(): void {
    const { steps, stations, lanes } = this.#state.network;
    this.station.fill(0);
    this.thread.fill(0);
    this.#threadRate.fill(0);
    this.lane.fill(0);
    this.#state.eachStep((f, step) => {
      const s = steps.station[step];
      if (s < 0) return;
      const load = this.#state.rate[f] * this.#state.occupation(f, step);
      this.station[s] += load / stations.servers[s];
      const spread = steps.spread[step];
      for (let i = 0; i < spread; i++) {
        const group = lanes.group[steps.lane[step] + i];
        this.lane[steps.lane[step] + i] += load / spread;
        this.thread[group] += load / spread / Math.min(lanes.width[group], stations.servers[s]);
        this.#threadRate[group] += (this.#state.rate[f] * this.#state.taken[step]) / spread;
      }
    });
    this.#keyRate.fill(0);
    this.#state.eachStep((f, step) => {
      if (steps.everyKey[step] >= 0) this.#keyRate[steps.everyKey[step]] += this.#state.rate[f];
    });
    this.#state.eachStep((f, step) => {
      const lane = steps.onlyIfAsleep[step];
      const key = steps.everyKey[step];
      if (lane < 0 && key < 0) return;
      const asleep = lane < 0 ? 1 : this.#asleep(f, lanes.group[lane], lanes.pollHides[lanes.group[lane]] !== 0);
      const rate = key < 0 ? 0 : this.#keyRate[key] * asleep;
      const every = steps.everyPs[step] / PS_PER_SEC;
      const taken = every < 0 ? afterPause(rate * -every, this.#keyDepth[key]) : asleep * onceIn(rate * every, this.#keyDepth[key] ?? 0);
      this.#state.taken[step] += STEP * (taken - this.#state.taken[step]);
    });
  }

  /**
   * Chance that a thread sleeps when an operation of a flow comes: it has nothing to do, and has had nothing for as long as it polls.
   * The operation itself keeps nobody awake: of a closed flow only the others do.
   */
  #asleep(f: number, group: number, hides: boolean): number {
    const { flows, lanes } = this.#state.network;
    if (lanes.polls[group] !== 0) return 0;
    const own = flows.arrival[f] === CLOSED ? this.#ownUse(f, group) / flows.depth[f] : 0;
    const idle = Math.max(0, 1 - Math.min(1, this.thread[group] - own));
    return hides ? idle * Math.exp(-this.#threadRate[group] * (lanes.pollPs[group] / PS_PER_SEC)) : idle;
  }

  /**
   * What waking up adds to the wait of each operation: also of those that come meanwhile, and of those behind them.
   * Source: Welch, On a generalized M/G/1 queuing process in which the first customer of each busy period receives exceptional
   * service (1964).
   */
  wakeUp(f: number, group: number, sec: number): number {
    const { flows, lanes } = this.#state.network;
    if (sec === 0 || lanes.polls[group] !== 0) return 0;
    const isAlone = flows.arrival[f] === CLOSED && flows.depth[f] === 1;
    if (isAlone) return this.#asleep(f, group, true) * sec;
    const rate = this.#threadRate[group];
    return (Math.exp(-rate * (lanes.pollPs[group] / PS_PER_SEC)) * (2 * sec + rate * sec * sec)) / (2 * (1 + rate * sec));
  }

  /** How much of a thread a flow takes. */
  #ownUse(f: number, group: number): number {
    const { flows, steps, stations, lanes } = this.#state.network;
    let use = 0;
    for (let step = flows.stepStart[f]; step < flows.stepStart[f + 1]; step++) {
      const s = steps.station[step];
      if (s < 0 || s !== lanes.station[group]) continue;
      for (let i = 0; i < steps.spread[step]; i++) {
        if (lanes.group[steps.lane[step] + i] === group)
          use +=
            (this.#state.rate[f] * this.#state.occupation(f, step)) /
            steps.spread[step] /
            Math.min(lanes.width[group], stations.servers[s]);
      }
    }
    return use;
  }
}

/**
 * Part of the operations that come after a pause of so many of their mean gaps: those of a loop of one come evenly, others by chance.
 */
function afterPause(gaps: number, depth: number): number {
  return depth === 1 ? Number(gaps < 1) : Math.exp(-gaps);
}

/** Of so many that come in a time one is taken, and then none until it has passed. */
function onceIn(gaps: number, depth: number): number {
  return depth === 1 ? 1 / Math.max(1, Math.ceil(gaps)) : 1 / (1 + gaps);
}
