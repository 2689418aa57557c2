import { type CancellationToken, type Disposable, EventEmitter, type LogOutputChannel, Uri, workspace } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { ProgressType } from 'vscode-languageclient';
import type { ClientCommands, ClientRequests, InitializationOptions, ServerNotifications } from '../protocol/server.js';
import type { DesignServer, Method, Progress, Requests } from './design-server.js';
import { LANGUAGE } from './language.js';

const COMMANDS: readonly (keyof ClientCommands)[] = ['iovt.simulate', 'iovt.openDiagram', 'iovt.showIsolation', 'iovt.explain'];

/** What the client of either host is made with. */
export function clientOptions(output: LogOutputChannel, initializationOptions: InitializationOptions = {}): LanguageClientOptions {
  return {
    documentSelector: [{ language: LANGUAGE }],
    outputChannel: output,
    traceOutputChannel: output,
    initializationOptions: { commands: COMMANDS, ...initializationOptions },
    diagnosticCollectionName: LANGUAGE,
    markdown: { isTrusted: false, supportHtml: false },
  };
}

const workDone = new ProgressType<Progress>();

/** The language server behind its client. */
export class LanguageServer implements DesignServer {
  readonly #topologyChanged = new EventEmitter<ServerNotifications['iovt/topologyChanged']>();
  readonly onTopologyChanged = this.#topologyChanged.event;

  constructor(private readonly client: BaseLanguageClient) {
    client.onRequest('iovt/readFile', readFile);
    // The client keeps one listener for each notification.
    client.onNotification('iovt/topologyChanged', (event: ServerNotifications['iovt/topologyChanged']) =>
      this.#topologyChanged.fire(event),
    );
  }

  request<M extends Method>(method: M, params: Requests[M]['params'], token?: CancellationToken): Promise<Requests[M]['result']> {
    // An undefined token would be sent as a second parameter.
    return token === undefined ? this.client.sendRequest(method, params) : this.client.sendRequest(method, params, token);
  }

  onProgress(token: string, listener: (progress: Progress) => void): Disposable {
    return this.client.onProgress(workDone, token, listener);
  }
}

/** Reads a file of the workspace for the server: open documents first, then whatever file system it is on. */
async function readFile({ uri }: ClientRequests['iovt/readFile']['params']): Promise<ClientRequests['iovt/readFile']['result']> {
  const wanted = Uri.parse(uri);
  const open = workspace.textDocuments.find((document) => document.uri.toString() === wanted.toString());
  if (open !== undefined) return open.getText();
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(wanted));
  } catch {
    return null;
  }
}
