import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DesOptions } from '../../sim/des-run.js';
import { type FromReplicaWorker, type ReplicaThread, startOnThreads } from '../../sim/replica-worker.js';

/** What a run needs to spread over the processors of the machine. */
export type ThreadOptions = Pick<DesOptions, 'startReplicas' | 'wait'>;

/** @param script of a thread; nothing is spread where it is missing, as when the sources are run without a build. */
export function replicaThreads(script: string, threads = availableParallelism()): ThreadOptions {
  if (threads < 2 || !existsSync(script)) return {};
  return {
    startReplicas: startOnThreads(threads, () => startThread(script)),
    wait: () => new Promise((done) => setTimeout(done, 5)),
  };
}

function startThread(script: string): ReplicaThread {
  const worker = new Worker(script);
  let failed: Error | undefined;
  let pending: { resolve: (answer: FromReplicaWorker) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error) => {
    failed ??= error;
    pending?.reject(failed);
  };
  worker.on('message', (answer: FromReplicaWorker) => pending?.resolve(answer));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a thread of the simulator ended with code ${code}`)));
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (failed !== undefined) reject(failed);
        pending = { resolve, reject };
        worker.postMessage(message);
      }),
    terminate() {
      pending = undefined;
      void worker.terminate();
    },
  };
}
