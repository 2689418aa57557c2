import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { start } from './activate.js';
import { clientOptions, LanguageServer } from './language-server.js';
import { createOutput } from './output.js';

/** Entry point on the desktop and on remote hosts: the server is a process of its own. */
export function activate(context: ExtensionContext): void {
  const output = createOutput(context);
  const module = context.asAbsolutePath('dist/server.js');
  const server = { module, transport: TransportKind.ipc };
  const debug = { ...server, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
  const client = new LanguageClient('iovt', 'IOVT', { run: server, debug }, clientOptions(output));
  start(context, client, new LanguageServer(client), output);
}
