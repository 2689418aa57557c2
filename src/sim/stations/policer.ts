import type { Job, Ps, Simulator, Station } from './simulator.js';

/**
 * Two buckets of tokens, full at the beginning; nobody waits. Tokens are time at the limited rate, as those of a shaper.
 *
 * One rate (RFC 2697): what the first bucket cannot hold runs over into the second; an operation takes its tokens from the
 * first, or else from the second, or else is lost. Two rates (RFC 2698): the second fills `peakRatio` times as fast; an
 * operation for which it has too little is lost, any other takes from it, and from the first as well if there is enough.
 */
export class Policer implements Station {
  #firstPs: Ps;
  #secondPs: Ps;
  #sincePs: Ps = 0;

  constructor(
    private readonly sim: Simulator,
    private readonly burstPs: Ps,
    private readonly excessPs: Ps,
    /** 0: one rate. */
    private readonly peakRatio: number,
  ) {
    this.#firstPs = burstPs;
    this.#secondPs = excessPs;
  }

  arrive(job: Job): void {
    this.#fill();
    const needPs = job.servicePs;
    if (this.peakRatio > 0) {
      if (this.#secondPs < needPs) {
        job.lose();
        return;
      }
      this.#secondPs -= needPs;
      if (this.#firstPs >= needPs) this.#firstPs -= needPs;
    } else if (this.#firstPs >= needPs) this.#firstPs -= needPs;
    else if (this.#secondPs >= needPs) this.#secondPs -= needPs;
    else {
      job.lose();
      return;
    }
    job.leave();
  }

  #fill(): void {
    const passedPs = this.sim.nowPs - this.#sincePs;
    this.#sincePs = this.sim.nowPs;
    const filledPs = this.#firstPs + passedPs;
    this.#firstPs = Math.min(this.burstPs, filledPs);
    const gainPs = this.peakRatio > 0 ? passedPs * this.peakRatio : filledPs - this.#firstPs;
    this.#secondPs = Math.min(this.excessPs, this.#secondPs + gainPs);
  }
}
