import type { WorkerPort } from './simulator.js';

/**
 * Starts the simulator worker from the address of its script. The script is fetched first: a worker may not be started from
 * another origin, which is where extensions live in a browser.
 */
export async function startBrowserWorker(url: string): Promise<WorkerPort> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the simulator cannot be loaded (${response.status})`);
  const address = URL.createObjectURL(new Blob([await response.text()], { type: 'text/javascript' }));
  const worker = new Worker(address);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => {
      worker.onmessage = (event) => handler(event.data);
    },
    onExit: (handler) => {
      worker.onerror = (event) => handler(event.message || 'unknown error');
    },
    terminate: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}
