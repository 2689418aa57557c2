import { BrowserMessageReader, BrowserMessageWriter, createConnection, ProposedFeatures } from 'vscode-languageserver/browser';
import { startServer } from './server.js';

/** dist/server.web.js, a web worker: it has no files, so the editor is asked for all of them. */
const scope = globalThis as unknown as Worker;
const connection = createConnection(ProposedFeatures.all, new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
startServer(connection, { readFile: async () => undefined, commands: ['iovt.simulate', 'iovt.openDiagram', 'iovt.explain'] });
