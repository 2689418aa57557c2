import type { Job, Lane, Simulator } from './simulator.js';

/**
 * A number of places that operations take at one point of their path and give back at a later one: command tags of a disk,
 * entries of a submission queue. Who finds none free waits; a place that is given back goes to whoever waits longest.
 */
export class Slots {
  #taken = 0;

  constructor(
    private readonly sim: Simulator,
    private readonly places: number,
  ) {}

  /** Calls `leave` as soon as the job has a place. */
  take(job: Job, lane: Lane): void {
    if (this.#taken < this.places && lane.waiting.length === 0) {
      this.#taken++;
      job.leave();
    } else lane.waiting.push(job);
  }

  giveBack(lane: Lane): void {
    const next = lane.waiting.shift();
    if (next === undefined) this.#taken--;
    else this.sim.at(this.sim.nowPs, () => next.leave());
  }
}
