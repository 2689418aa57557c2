import type { Job, Lane, Ps, Simulator, Station } from './simulator.js';

/**
 * A token bucket. Tokens are time: an operation takes as many as its size lasts at the limited rate, and the bucket holds
 * `burstPs` of them, full at the beginning. An operation leaves as soon as its tokens are there, in the order of arrival.
 *
 * With slices tokens come at the beginning of each, for all of it. An operation leaves while any are left; debt is carried
 * over, what is left is not. Source: SPDK lib/bdev/bdev.c.
 */
export class Shaper implements Station {
  #tokensAtPs = Number.NEGATIVE_INFINITY;
  #slice = 0;
  #leftPs: Ps;

  constructor(
    private readonly sim: Simulator,
    private readonly burstPs: Ps,
    private readonly slicePs: Ps = 0,
  ) {
    this.#leftPs = slicePs;
  }

  arrive(job: Job, lane: Lane): void {
    if (lane.isFull) {
      job.lose();
      return;
    }
    const atPs = Math.max(this.sim.nowPs, this.slicePs > 0 ? this.#sliceOf(job) : this.#tokensOf(job));
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

  #tokensOf(job: Job): Ps {
    this.#tokensAtPs = Math.max(this.#tokensAtPs, this.sim.nowPs - this.burstPs) + job.servicePs;
    return Math.round(this.#tokensAtPs);
  }

  #sliceOf(job: Job): Ps {
    while ((this.#slice + 1) * this.slicePs <= this.sim.nowPs || this.#leftPs <= 0) {
      this.#slice++;
      this.#leftPs = Math.min(this.#leftPs, 0) + this.slicePs;
    }
    this.#leftPs -= job.servicePs;
    return this.#slice * this.slicePs;
  }
}
