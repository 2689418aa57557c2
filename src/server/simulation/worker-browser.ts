import type { SimulationRequest } from '../../language/simulation.js';
import type { ToWorker } from '../../protocol/worker.js';
import { serveSimulations } from './worker.js';

/** Entry point of the simulator worker in a browser. */
const scope = self as unknown as {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: ToWorker<SimulationRequest> }) => void) | null;
};

// A timer would be slowed down to 4 ms after a few calls; a message channel is not.
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

const handle = serveSimulations(
  (answer) => scope.postMessage(answer),
  () =>
    new Promise((done) => {
      waiting.push(done);
      channel.port2.postMessage(null);
    }),
);
scope.onmessage = (event) => handle(event.data);
