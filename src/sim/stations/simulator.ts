/** Integer picoseconds. */
export type Ps = number;

interface Event {
  readonly timePs: Ps;
  readonly order: number;
  readonly action: () => void;
}

/**
 * The plain form of the event loop: actions by time, those of one time in the order in which they were scheduled. It is the
 * documentation of what the fast loop in `sim/engine` does, and the oracle of its tests; nothing else runs on it.
 */
export class Simulator {
  nowPs: Ps = 0;
  #order = 0;
  readonly #events: Event[] = [];

  at(timePs: Ps, action: () => void): void {
    const event = { timePs, order: this.#order++, action };
    const behind = this.#events.findIndex((other) => other.timePs > timePs);
    if (behind < 0) this.#events.push(event);
    else this.#events.splice(behind, 0, event);
  }

  runUntil(endPs: Ps): void {
    for (let next = this.#events[0]; next !== undefined && next.timePs <= endPs; next = this.#events[0]) {
      this.#events.shift();
      this.nowPs = next.timePs;
      next.action();
    }
    this.nowPs = endPs;
  }
}

/** Something that is served: its service time is known when it arrives. */
export interface Job {
  readonly servicePs: Ps;
  /** Time that the thread needs to wake up before it begins. */
  readonly wakePs: Ps;
  /** What follows when this piece of it is done, where it is served in pieces. */
  readonly rest?: Job;
  /** Called when the station is done with it. */
  readonly leave: () => void;
  /** Called instead if there is no room. */
  readonly lose: () => void;
}

/** Who serves the jobs of a lane, or of several: then these are rings of one thread, which goes round them. */
export class Thread {
  readonly rings: Lane[] = [];
  busy = 0;
  idleSincePs: Ps = Number.NEGATIVE_INFINITY;

  constructor(
    /** How many of its jobs may be in service at once. */
    readonly width = Number.POSITIVE_INFINITY,
    readonly polls = false,
    /** How long it looks for work before it sleeps. */
    readonly pollPs: Ps = 0,
    /** While it does, nobody has to notify it. */
    readonly pollHides = false,
  ) {}

  /** Nobody is served and nobody waits, and it does not poll. */
  get isIdle(): boolean {
    return !this.polls && this.busy === 0 && this.rings.every((ring) => ring.waiting.length === 0);
  }

  isAsleep(nowPs: Ps): boolean {
    return this.isIdle && nowPs - this.idleSincePs >= this.pollPs;
  }

  wantsNotification(nowPs: Ps): boolean {
    return this.isIdle && !(this.pollHides && nowPs - this.idleSincePs < this.pollPs);
  }
}

/** A queue of a station: of a ring of a thread, a vport, a priority. */
export class Lane {
  readonly waiting: Job[] = [];
  deficitPs: Ps = 0;

  constructor(
    readonly thread: Thread,
    readonly weight = 1,
    /** How many jobs may wait; 0: any number. */
    readonly limit = 0,
  ) {
    thread.rings.push(this);
  }

  get isFull(): boolean {
    return this.limit > 0 && this.waiting.length >= this.limit;
  }
}

export interface Station {
  arrive(job: Job, lane: Lane): void;
}
