import { Replica, type Round, type Task, type Totals } from './replica.js';
import type { Pace, Replicas, StartReplicas } from './replicas.js';

/** Messages to a thread that runs replications; each is answered by one with its results in the order of the runs. */
export type ToReplicaWorker =
  | { readonly kind: 'start'; readonly task: Task; readonly replications: readonly number[] }
  | { readonly kind: 'advance'; readonly untilPs: number; readonly secondsLeft: number }
  | { readonly kind: 'take'; readonly thresholds: Int32Array | undefined }
  | { readonly kind: 'reset' }
  | { readonly kind: 'totals' };

export type FromReplicaWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'advanced'; readonly onTime: boolean }
  | { readonly kind: 'taken'; readonly rounds: readonly Round[] }
  | { readonly kind: 'totals'; readonly totals: readonly Totals[] };

/** What runs inside such a thread. @param clock in seconds. */
export function serveReplicas(clock: () => number): (message: ToReplicaWorker) => FromReplicaWorker {
  let replicas: readonly Replica[] = [];
  return (message) => {
    switch (message.kind) {
      case 'start':
        replicas = message.replications.map((replication) => new Replica(message.task, replication));
        return { kind: 'ready' };
      case 'advance': {
        const end = clock() + message.secondsLeft;
        for (const replica of replicas)
          while (!replica.advance(message.untilPs)) if (clock() > end) return { kind: 'advanced', onTime: false };
        return { kind: 'advanced', onTime: true };
      }
      case 'take':
        return { kind: 'taken', rounds: replicas.map((replica) => replica.take(message.thresholds)) };
      case 'reset':
        for (const replica of replicas) replica.reset();
        return { kind: 'ready' };
      case 'totals':
        return { kind: 'totals', totals: replicas.map((replica) => replica.totals()) };
    }
  };
}

/** A thread as seen from outside. */
export interface ReplicaThread {
  /** Rejects when the thread is gone. */
  ask(message: ToReplicaWorker): Promise<FromReplicaWorker>;
  terminate(): void;
}

/** Spreads runs over threads, as evenly as their number allows. @param threads how many to start, at least 1. */
export function startOnThreads(threads: number, startThread: () => ReplicaThread): StartReplicas {
  return async (task, count, pace) => {
    const pool = Array.from({ length: Math.min(threads, count) }, startThread);
    const shares = pool.map((_, t) => Array.from({ length: count }, (_, i) => i).filter((i) => i % pool.length === t));
    const team = new Team(pool, shares, pace);
    await team.askAll((t) => ({ kind: 'start', task, replications: shares[t] as number[] }));
    return team;
  };
}

class Team implements Replicas {
  constructor(
    private readonly pool: readonly ReplicaThread[],
    private readonly shares: readonly (readonly number[])[],
    private readonly pace: Pace,
  ) {}

  async advance(untilPs: number): Promise<boolean> {
    const secondsLeft = Math.max(0, this.pace.secondsLeft());
    const answers = await this.askAll(() => ({ kind: 'advance', untilPs, secondsLeft }));
    return answers.every((answer) => answer.kind === 'advanced' && answer.onTime) && !this.pace.isOver();
  }

  async take(thresholds?: Int32Array): Promise<readonly Round[]> {
    const answers = await this.askAll(() => ({ kind: 'take', thresholds }));
    return this.#inOrder(answers.map((answer) => (answer.kind === 'taken' ? answer.rounds : [])));
  }

  async reset(): Promise<void> {
    await this.askAll(() => ({ kind: 'reset' }));
  }

  async totals(): Promise<readonly Totals[]> {
    const answers = await this.askAll(() => ({ kind: 'totals' }));
    return this.#inOrder(answers.map((answer) => (answer.kind === 'totals' ? answer.totals : [])));
  }

  close(): void {
    for (const thread of this.pool) thread.terminate();
  }

  /** Asks every thread; rests meanwhile, so that a cancellation is heard however long the answers take. */
  async askAll(message: (thread: number) => ToReplicaWorker): Promise<readonly FromReplicaWorker[]> {
    let isDone = false;
    const answers = Promise.all(this.pool.map((thread, t) => thread.ask(message(t)))).finally(() => {
      isDone = true;
    });
    const watch = (async () => {
      while (!isDone) await Promise.race([answers, this.pace.rest().then(() => this.pace.wait())]);
    })();
    await Promise.race([answers, watch.then(() => answers)]);
    return answers;
  }

  #inOrder<T>(byThread: readonly (readonly T[])[]): T[] {
    const result: T[] = [];
    this.shares.forEach((share, t) => {
      share.forEach((run, k) => {
        result[run] = byThread[t]?.[k] as T;
      });
    });
    return result;
  }
}
