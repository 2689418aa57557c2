import { Worker } from 'node:worker_threads';
import type { WorkerPort } from './simulator.js';

/** Starts the simulator worker from its script. */
export async function startNodeWorker(script: string): Promise<WorkerPort> {
  const worker = new Worker(script);
  // A simulation that nobody waits for any more must not keep the process alive.
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => void worker.on('message', handler),
    onExit: (handler) => {
      worker.on('error', (error) => handler(error.message));
      worker.on('exit', (code) => handler(`exit code ${code}`));
    },
    terminate: () => void worker.terminate(),
  };
}
