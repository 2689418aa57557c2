import { readTraces } from '../../language/simulation.js';
import type { InitializationOptions } from '../../protocol/server.js';
import { refused } from '../guard.js';
import type { Importer, Simulator } from '../host.js';
import { RunRefused, type WorkerPort, WorkerSimulator } from './simulator.js';

/** Simulates and imports in a worker of its own, so that typing goes on meanwhile. */
export function partsInWorker(startWorker: (options: InitializationOptions) => Promise<WorkerPort>): Simulator & Importer {
  let worker: WorkerSimulator | undefined;
  const start = (options: InitializationOptions) => {
    worker ??= new WorkerSimulator(() => startWorker(options));
    return worker;
  };
  return {
    async run({ project }, params, onProgress, signal, { workspace, options }) {
      const worker = start(options);
      const { engine, scenarios, seed, durationSec, precisionRatio, budgetSec, interference } = params;
      const asked = { engine, scenarios, seed, durationSec, precisionRatio, budgetSec, interference };
      const request = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const traces = await readTraces(project, workspace);
      try {
        return await worker.run(project, request, traces, onProgress, signal);
      } catch (error) {
        throw asRefusal(error);
      }
    },
    async import(params, into, options) {
      try {
        return await start(options).import(params, into);
      } catch (error) {
        throw asRefusal(error);
      }
    },
  };
}

function asRefusal(error: unknown): unknown {
  return error instanceof RunRefused ? refused(error.message) : error;
}
