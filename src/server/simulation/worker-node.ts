import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { SimulationRequest } from '../../language/simulation.js';
import type { ToWorker } from '../../protocol/worker.js';
import { replicaThreads } from './replica-threads.js';
import { serveSimulations } from './worker.js';

/** Entry point of the simulator worker on Node. */
const handle = serveSimulations(
  (answer) => parentPort?.postMessage(answer),
  () => new Promise((done) => setImmediate(done)),
  replicaThreads(join(__dirname, 'replica.js')),
);
parentPort?.on('message', (message: ToWorker<SimulationRequest>) => handle(message));
