import { BrowserMessageReader, BrowserMessageWriter, createConnection, ProposedFeatures } from 'vscode-languageserver/browser';
import { LiveEstimates } from './estimates.js';
import { startServer } from './server.js';
import { startBrowserWorker } from './simulation/port-browser.js';
import { partsInWorker } from './simulation/worker-host.js';
import { views } from './views.js';

/** dist/server.web.js, a web worker: it has no files, so the editor is asked for all of them. */
const scope = globalThis as unknown as Worker;
const connection = createConnection(ProposedFeatures.all, new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
// A worker made of a blob has no place of its own, so the client has to say where the simulator is.
const worker = partsInWorker(({ workerUrl = 'sim-worker.web.js' }) => startBrowserWorker(workerUrl));
startServer(connection, {
  readFile: async () => undefined,
  commands: ['iovt.simulate', 'iovt.openDiagram', 'iovt.showIsolation', 'iovt.explain'],
  simulator: worker,
  importer: worker,
  views,
  estimates: new LiveEstimates(),
});
