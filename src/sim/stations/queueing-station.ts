import type { Job, Lane, Simulator, Station } from './simulator.js';

/**
 * Servers behind queues, whatever the order in which they choose. A job begins at once if a server is free, its lane has
 * not reached its width and nobody of its lane waits; else it waits, or is lost if its lane is full. A server that becomes
 * free takes its next job before the one that left goes on. Of a job in pieces the rest goes back to the head of its lane.
 * Not modelled: pre-emption.
 */
export abstract class QueueingStation implements Station {
  #busy = 0;

  constructor(
    private readonly sim: Simulator,
    private readonly servers: number,
  ) {}

  /** The lane whose first job is next; undefined if none may begin. */
  protected abstract choose(): Lane | undefined;

  protected joined(_lane: Lane): void {}

  protected emptied(_lane: Lane): void {}

  arrive(job: Job, lane: Lane): void {
    if (this.#busy < this.servers && lane.thread.busy < lane.thread.width && lane.waiting.length === 0) {
      this.#begin(job, lane);
      return;
    }
    if (lane.isFull) {
      job.lose();
      return;
    }
    lane.waiting.push(job);
    if (lane.waiting.length === 1) this.joined(lane);
  }

  #begin(job: Job, lane: Lane): void {
    this.#busy++;
    lane.thread.busy++;
    this.sim.at(this.sim.nowPs + job.servicePs + job.wakePs, () => {
      this.#busy--;
      if (--lane.thread.busy === 0) lane.thread.idleSincePs = this.sim.nowPs;
      if (job.rest !== undefined) {
        lane.waiting.unshift(job.rest);
        if (lane.waiting.length === 1) this.joined(lane);
      }
      this.#next();
      if (job.rest === undefined) job.leave();
    });
  }

  #next(): void {
    const lane = this.choose();
    const job = lane?.waiting.shift();
    if (lane === undefined || job === undefined) return;
    if (lane.waiting.length === 0) this.emptied(lane);
    this.#begin(job, lane);
  }
}
