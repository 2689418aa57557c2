import type { WorkerPort } from './simulator.js';

/**
 * Starts the simulator worker from the address of its script. A blob is taken as it is, because not every host lets a worker
 * fetch one. Other scripts are fetched first: a worker may not be started from another origin, which is where extensions live
 * in a browser.
 */
export async function startBrowserWorker(url: string): Promise<WorkerPort> {
  const address = url.startsWith('blob:') ? url : await blobOf(url);
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
      if (address !== url) URL.revokeObjectURL(address);
    },
  };
}

async function blobOf(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the simulator cannot be loaded (${response.status})`);
  return URL.createObjectURL(new Blob([await response.text()], { type: 'text/javascript' }));
}
