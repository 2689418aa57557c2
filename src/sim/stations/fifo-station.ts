import { QueueingStation } from './queueing-station.js';
import type { Lane, Simulator } from './simulator.js';

/** First come, first served: a queue in front of one or several servers. */
export class FifoStation extends QueueingStation {
  constructor(
    sim: Simulator,
    servers: number,
    private readonly lane: Lane,
  ) {
    super(sim, servers);
  }

  protected override choose(): Lane | undefined {
    return this.lane.waiting.length > 0 ? this.lane : undefined;
  }
}
