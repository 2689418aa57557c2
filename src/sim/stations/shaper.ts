import type { Job, Lane, Ps, Simulator, Station } from './simulator.js';

/**
 * A token bucket. Tokens are time: an operation takes as many as its size lasts at the limited rate, and the bucket holds
 * `burstPs` of them, full at the beginning. An operation leaves as soon as its tokens are there, in the order of arrival.
 */
export class Shaper implements Station {
  #tokensAtPs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly sim: Simulator,
    private readonly burstPs: Ps,
  ) {}

  arrive(job: Job, lane: Lane): void {
    if (lane.isFull) {
      job.lose();
      return;
    }
    this.#tokensAtPs = Math.max(this.#tokensAtPs, this.sim.nowPs - this.burstPs) + job.servicePs;
    const atPs = Math.max(this.sim.nowPs, Math.round(this.#tokensAtPs));
    if (atPs === this.sim.nowPs) {
      job.leave();
      return;
    }
    lane.waiting.push(job);
    this.sim.at(atPs, () => {
      lane.waiting.shift();
      job.leave();
    });
  }
}
