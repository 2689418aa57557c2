import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { version } from '../core/version.js';
import { capabilities, registerFeatures } from './features.js';
import type { ServerHost } from './host.js';
import { registerRequests } from './requests.js';
import { Session } from './session.js';

/** Serves one client over a connection until it says goodbye. What surrounds the server comes in with the host. */
export function startServer(connection: Connection, host: ServerHost): void {
  const session = new Session(connection, host);
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize((params) => {
    session.initialize(params);
    return {
      serverInfo: { name: 'iovt', version },
      capabilities: {
        ...capabilities,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
  connection.onInitialized(async () => {
    const { configuration, watchedFiles, workspaceFolders } = session.can;
    if (configuration)
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'iovt' }).catch(() => undefined);
    if (watchedFiles) {
      await connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*.iovt' }] })
        .catch(() => undefined);
    }
    if (workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        session.files.roots = ((await connection.workspace.getWorkspaceFolders()) ?? []).map(({ uri }) => uri);
        session.designs.invalidateAll();
      });
    }
  });

  documents.onDidChangeContent(({ document }) => session.designs.changed(document));
  documents.onDidClose(({ document }) => session.designs.closed(document.uri));
  documents.listen(connection);
  connection.onDidChangeConfiguration(({ settings }) => session.settingsChanged(settings));
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) session.designs.storedFileChanged(uri);
  });

  registerFeatures(connection, session);
  registerRequests(connection, session);
  connection.listen();
}
