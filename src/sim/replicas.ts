import { Replica, type Round, type Task, type Totals } from './replica.js';

/**
 * Several runs of one design that go on in step. Which threads they run on changes nothing of what they count. Rounds and
 * totals come in the order of the runs.
 */
export interface Replicas {
  /**
   * Goes on to each of some times in turn and says what was counted on the way to each. Throws `Cancelled`.
   *
   * @param thresholds none: histograms are not needed.
   */
  advance(timesPs: readonly number[], thresholds?: Int32Array): Promise<Advance>;
  reset(): Promise<void>;
  totals(): Promise<readonly Totals[]>;
  close(): void;
}

export interface Advance {
  /** By time, then by run. */
  readonly rounds: readonly (readonly Round[])[];
  /** False when the budget ended before all were there: then the last round ends early, and later ones are missing. */
  readonly onTime: boolean;
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
    async advance(timesPs, thresholds) {
      const rounds: Round[][] = [];
      let onTime = true;
      for (const untilPs of timesPs) {
        for (const replica of replicas) {
          while (onTime && !replica.advance(untilPs)) {
            await pace.rest();
            onTime = !pace.isOver();
          }
        }
        await pace.rest();
        rounds.push(replicas.map((replica) => replica.take(thresholds)));
        onTime &&= !pace.isOver();
        if (!onTime) break;
      }
      return { rounds, onTime };
    },
    async reset() {
      for (const replica of replicas) replica.reset();
    },
    totals: async () => replicas.map((replica) => replica.totals()),
    close: () => undefined,
  };
};
