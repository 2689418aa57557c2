import { readTraces } from '../../language/simulation.js';
import type { InitializationOptions } from '../../protocol/server.js';
import { refused } from '../guard.js';
import type { Simulator } from '../host.js';
import { RunRefused, type WorkerPort, WorkerSimulator } from './simulator.js';

/** Runs the simulations that clients ask for in a worker of its own, so that typing goes on meanwhile. */
export function simulatorInWorker(startWorker: (options: InitializationOptions) => Promise<WorkerPort>): Simulator {
  let simulator: WorkerSimulator | undefined;
  return {
    async run({ project }, params, onProgress, signal, { workspace, options }) {
      simulator ??= new WorkerSimulator(() => startWorker(options));
      const { engine, scenarios, seed, durationSec, precisionRatio, budgetSec, interference } = params;
      const asked = { engine, scenarios, seed, durationSec, precisionRatio, budgetSec, interference };
      const request = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const traces = await readTraces(project, workspace);
      try {
        return await simulator.run(project, request, traces, onProgress, signal);
      } catch (error) {
        throw error instanceof RunRefused ? refused(error.message) : error;
      }
    },
  };
}
