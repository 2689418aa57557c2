import { Replica, type Round, type Task, type Totals } from './replica.js';

/**
 * Several runs of one design that go on in step. Which threads they run on changes nothing of what they count. Rounds and
 * totals come in the order of the runs.
 */
export interface Replicas {
  /** @returns false when the budget ended before all were there. Throws `Cancelled`. */
  advance(untilPs: number): Promise<boolean>;
  /** @param thresholds none: histograms are not needed. */
  take(thresholds?: Int32Array): Promise<readonly Round[]>;
  reset(): Promise<void>;
  totals(): Promise<readonly Totals[]>;
  close(): void;
}

export type StartReplicas = (task: Task, count: number, pace: Pace) => Promise<Replicas>;

/** Asked every few milliseconds while runs go on. */
export interface Pace {
  /** Lets others work; throws `Cancelled`. */
  readonly rest: () => Promise<void>;
  /** Comes back after some milliseconds, for whoever waits for another thread. */
  readonly wait: () => Promise<void>;
  readonly isOver: () => boolean;
  /** Real seconds left. */
  readonly secondsLeft: () => number;
}

/** All runs on this thread, one after another. */
export const startHere: StartReplicas = async (task, count, pace) => {
  const replicas = Array.from({ length: count }, (_, i) => new Replica(task, i));
  return {
    async advance(untilPs) {
      for (const replica of replicas) {
        while (!replica.advance(untilPs)) {
          await pace.rest();
          if (pace.isOver()) return false;
        }
      }
      await pace.rest();
      return !pace.isOver();
    },
    take: async (thresholds) => replicas.map((replica) => replica.take(thresholds)),
    async reset() {
      for (const replica of replicas) replica.reset();
    },
    totals: async () => replicas.map((replica) => replica.totals()),
    close: () => undefined,
  };
};
