import { type ExtensionContext, Uri, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { start } from './activate.js';
import { clientOptions, LanguageServer } from './language-server.js';
import { createOutput } from './output.js';

/** Entry point where there is no Node, as on vscode.dev: the server is a web worker. */
export async function activate(context: ExtensionContext): Promise<void> {
  const output = createOutput(context);
  const [serverUrl, workerUrl] = await Promise.all([blobUrl(context, 'server.web.js'), blobUrl(context, 'sim-worker.web.js')]);
  context.subscriptions.push({ dispose: () => [serverUrl, workerUrl].forEach((url) => void URL.revokeObjectURL(url)) });
  const worker = new Worker(serverUrl, { name: 'IOVT language server' });
  const client = new LanguageClient('iovt', 'IOVT', worker, clientOptions(output, { workerUrl }));
  start(context, client, new LanguageServer(client), output);
}

/** Extensions of a remote host have URIs that no worker can be made of, so the script is read and handed over as a blob. */
async function blobUrl(context: ExtensionContext, file: string): Promise<string> {
  const script = await workspace.fs.readFile(Uri.joinPath(context.extensionUri, 'dist', file));
  return URL.createObjectURL(new Blob([script as Uint8Array<ArrayBuffer>], { type: 'text/javascript' }));
}
