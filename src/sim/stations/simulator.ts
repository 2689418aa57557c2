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
  /** Called when the station is done with it. */
  readonly leave: () => void;
  /** Called instead if there is no room. */
  readonly lose: () => void;
}

/** A queue of a station: of a thread, a vport, a priority. `width` of its jobs may be in service at once. */
export class Lane {
  readonly waiting: Job[] = [];
  busy = 0;
  deficitPs: Ps = 0;

  constructor(
    readonly weight = 1,
    readonly width = Number.POSITIVE_INFINITY,
    /** Jobs that may wait; 0: any number. */
    readonly limit = 0,
    readonly polls = false,
  ) {}

  /** Nobody is served and nobody waits, so that the thread behind it sleeps, unless it polls. */
  get isAsleep(): boolean {
    return !this.polls && this.busy === 0 && this.waiting.length === 0;
  }

  get isFull(): boolean {
    return this.limit > 0 && this.waiting.length >= this.limit;
  }
}

export interface Station {
  arrive(job: Job, lane: Lane): void;
}
