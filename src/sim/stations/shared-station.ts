import type { Job, Lane, Ps, Simulator, Station } from './simulator.js';

interface Served {
  readonly job: Job;
  readonly lane: Lane;
  /** Work done for each job of the station at which this one is finished. */
  readonly untilPs: Ps;
}

/**
 * Processor sharing: everybody is served at once, each at full speed while there are no more jobs than servers, else at an
 * equal part of the capacity.
 */
export class SharedStation implements Station {
  readonly #served: Served[] = [];
  #workPs: Ps = 0;
  #sincePs: Ps = 0;
  #version = 0;

  constructor(
    private readonly sim: Simulator,
    private readonly servers: number,
  ) {}

  arrive(job: Job, lane: Lane): void {
    this.#catchUp();
    lane.thread.busy++;
    // The newest first, as the fast loop keeps them.
    this.#served.unshift({ job, lane, untilPs: this.#workPs + job.servicePs });
    this.#schedule();
  }

  /** Counts the work done since the number of jobs last changed. */
  #catchUp(): void {
    const n = this.#served.length;
    if (n > 0) this.#workPs += (this.sim.nowPs - this.#sincePs) * Math.min(1, this.servers / n);
    this.#sincePs = this.sim.nowPs;
  }

  #schedule(): void {
    const version = ++this.#version;
    const n = this.#served.length;
    if (n === 0) return;
    const leastPs = Math.min(...this.#served.map((served) => served.untilPs));
    const remainingPs = Math.max(0, Math.round((leastPs - this.#workPs) * Math.max(1, n / this.servers)));
    this.sim.at(this.sim.nowPs + remainingPs, () => {
      if (version === this.#version) this.#finish();
    });
  }

  #finish(): void {
    this.#catchUp();
    const leastPs = Math.min(...this.#served.map((served) => served.untilPs));
    // Of several that are finished at once the one that came first.
    const at = this.#served.findLastIndex((served) => served.untilPs === leastPs);
    const [done] = this.#served.splice(at, 1);
    if (done === undefined) return;
    done.lane.thread.busy--;
    this.#workPs = Math.max(this.#workPs, done.untilPs);
    this.#schedule();
    done.job.leave();
  }
}
