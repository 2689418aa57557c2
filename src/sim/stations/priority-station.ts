import { QueueingStation } from './queueing-station.js';
import type { Lane, Simulator } from './simulator.js';

/** Strict priority without pre-emption: the first lane that has somebody waiting is next, so later ones can starve. */
export class PriorityStation extends QueueingStation {
  constructor(
    sim: Simulator,
    servers: number,
    /** The most urgent first. */
    private readonly lanes: readonly Lane[],
  ) {
    super(sim, servers);
  }

  protected override choose(): Lane | undefined {
    return this.lanes.find((lane) => lane.waiting.length > 0);
  }
}
