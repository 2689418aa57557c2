import { QueueingStation } from './queueing-station.js';
import type { Job, Lane, Ps, Simulator } from './simulator.js';

/**
 * Deficit round robin over lanes, in service time. Lanes with waiting jobs stand in a ring. The lane at its head sends its
 * first job if it has saved up enough; else it saves a quantum times its weight and goes to the end. A lane joins the ring with
 * what its first turn grants; one that runs empty leaves the ring and forgets what it saved. Lanes whose thread has reached its
 * width are passed over and keep their place.
 * Source: Shreedhar and Varghese, Efficient Fair Queuing Using Deficit Round-Robin, 1996.
 */
export class FairStation extends QueueingStation {
  readonly #ring: Lane[] = [];

  constructor(
    sim: Simulator,
    servers: number,
    private readonly quantumPs: Ps,
    /** How much of a job of so much service is done in one piece. */
    private readonly pieceOf: (servicePs: Ps) => Ps = (servicePs) => servicePs,
  ) {
    super(sim, servers);
  }

  override arrive(job: Job, lane: Lane): void {
    super.arrive(inPieces(job, this.pieceOf(job.servicePs)), lane);
  }

  protected override joined(lane: Lane): void {
    lane.deficitPs = this.quantumPs * lane.weight;
    this.#ring.push(lane);
  }

  protected override emptied(lane: Lane): void {
    lane.deficitPs = 0;
    this.#ring.splice(this.#ring.indexOf(lane), 1);
  }

  protected override choose(): Lane | undefined {
    for (let at = 0; at < this.#ring.length; ) {
      const lane = this.#ring[at] as Lane;
      if (lane.thread.busy >= lane.thread.width) {
        at++;
        continue;
      }
      const needPs = lane.waiting[0]?.servicePs ?? 0;
      if (lane.deficitPs >= needPs) {
        lane.deficitPs -= needPs;
        return lane;
      }
      lane.deficitPs += this.quantumPs * lane.weight;
      this.#ring.push(...this.#ring.splice(at, 1));
    }
    return undefined;
  }
}

function inPieces(job: Job, piecePs: Ps): Job {
  if (job.servicePs <= piecePs) return job;
  return { ...job, servicePs: piecePs, rest: inPieces({ ...job, servicePs: job.servicePs - piecePs, wakePs: 0 }, piecePs) };
}
