import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { ClientCommands } from '../protocol/server.js';
import { LiveEstimates } from './estimates.js';
import { startServer } from './server.js';
import { startNodeWorker } from './simulation/port-node.js';
import { partsInWorker } from './simulation/worker-host.js';
import { views } from './views.js';

const MAX_BYTES = 64 * 1024 * 1024;

/** Beside the bundle that the server is in. Asked for late: without a bundle there is no such folder, and no worker. */
const workerFile = () => join(__dirname, 'sim-worker.js');

/**
 * The server as a process of its own. How it talks to its client (`--stdio`, `--node-ipc`, …) the library takes from the
 * arguments of the process.
 */
export function startNodeServer(commands: readonly (keyof ClientCommands)[]): void {
  const connection = createConnection(ProposedFeatures.all);
  process.on('unhandledRejection', (reason) => {
    connection.console.error(`Internal error: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
  });
  const worker = partsInWorker(({ workerUrl = workerFile() }) => startNodeWorker(workerUrl));
  startServer(connection, { readFile: readStored, commands, simulator: worker, importer: worker, views, estimates: new LiveEstimates() });
}

async function readStored(uri: string): Promise<string | undefined> {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(uri);
    if ((await stat(path)).size > MAX_BYTES) return undefined;
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch {
    return undefined; // not there, not readable, not UTF-8
  }
}
