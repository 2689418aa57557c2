import { type ExtensionContext, type LogOutputChannel, languages, window } from 'vscode';
import { registerCommands } from './commands/index.js';
import type { DesignServer } from './design-server.js';
import { registerContent } from './docs.js';
import { LANGUAGE } from './language.js';
import { Panels } from './panel/panels.js';
import { followCursor } from './selection.js';
import type { Services } from './services.js';
import { Simulations } from './simulations.js';
import { StatusBar } from './status-bar.js';

/** What starts and stops with the extension: the language client of either host. */
interface Client {
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** The extension, the same in every host. Nothing waits for the server: what needs it asks when it is needed. */
export function start(context: ExtensionContext, client: Client, server: DesignServer, output: LogOutputChannel): void {
  const began = Date.now();
  const simulations = new Simulations(server, output);
  const panels = new Panels({ extensionUri: context.extensionUri, server, output, simulations });
  const services: Services = { context, server, output, simulations, panels };
  context.subscriptions.push(
    simulations,
    panels,
    new StatusBar(services),
    followCursor(services),
    registerContent(server),
    ...registerCommands(services),
    client,
    firstDiagnostics((uri) => output.info(`First diagnostics ${Date.now() - began} ms after activation (${uri})`)),
  );
  client.start().then(
    () => output.info(`Language server ready after ${Date.now() - began} ms`),
    (error: unknown) => {
      output.error('The language server did not start.', error);
      void window.showErrorMessage(`IOVT: the language server did not start. ${error instanceof Error ? error.message : String(error)}`);
    },
  );
}

function firstDiagnostics(done: (uri: string) => void) {
  const listener = languages.onDidChangeDiagnostics(({ uris }) => {
    const uri = uris.find((u) => languages.getDiagnostics(u).some((diagnostic) => diagnostic.source === LANGUAGE));
    if (uri === undefined) return;
    listener.dispose();
    done(uri.toString());
  });
  return listener;
}
