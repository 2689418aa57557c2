import { parentPort } from 'node:worker_threads';
import { serveReplicas, type ToReplicaWorker } from '../../sim/replica-worker.js';

/** Entry point of a thread that runs replications, on Node. */
const serve = serveReplicas(() => performance.now() / 1000);
parentPort?.on('message', (message: ToReplicaWorker) => parentPort?.postMessage(serve(message)));
