import { commands, Disposable, type LogOutputChannel, l10n, Uri, type WebviewPanel, workspace } from 'vscode';
import type { EventMessage, HostEvents, RequestMessage, ResponseMessage, ResultsTab, WebviewEvents } from '../../protocol/webview.js';
import { PROTOCOL_VERSION } from '../../protocol/webview.js';
import type { DesignServer } from '../design-server.js';
import { explanationUri } from '../docs.js';
import { countProblems, onProblemsChanged } from '../problems.js';
import { revealEntity } from '../reveal.js';
import type { Simulations } from '../simulations.js';
import { createNonce, html } from './html.js';
import { incoming } from './incoming.js';
import { requestHandlers } from './requests.js';

export interface PanelServices {
  readonly extensionUri: Uri;
  readonly server: DesignServer;
  readonly output: LogOutputChannel;
  readonly simulations: Simulations;
}

/** Where the page and what it loads live; it can read nothing else. */
export const webviewRoot = (extensionUri: Uri) => Uri.joinPath(extensionUri, 'dist', 'webview');

/**
 * The panel of one document. The page keeps nothing that matters: it is destroyed while it is hidden, and asks for everything
 * again when it comes back.
 */
export class DesignPanel implements Disposable {
  readonly #subscriptions: Disposable[] = [];
  readonly #handlers: ReturnType<typeof requestHandlers>;
  #isReady = false;
  /** What was to be shown when the page was not there. */
  #pendingTab: ResultsTab | undefined;
  #selected: string | null = null;

  constructor(
    readonly uri: Uri,
    readonly view: WebviewPanel,
    private readonly services: PanelServices,
  ) {
    this.#handlers = requestHandlers(uri, services.server);
    this.#fill();
    const { server, simulations } = services;
    const isOurs = (other: Uri) => other.toString() === uri.toString();
    this.#subscriptions.push(
      view.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      view.onDidChangeViewState(() => {
        if (!view.visible) this.#isReady = false;
      }),
      server.onTopologyChanged((event) => {
        if (isOurs(Uri.parse(event.uri))) this.#post('topologyChanged', { version: event.version });
      }),
      onProblemsChanged(uri, (counts) => this.#post('problemsChanged', counts)),
      simulations.onDidStart((run) => {
        if (isOurs(run.uri)) this.#post('runStarted', { engine: run.engine });
      }),
      simulations.onDidProgress((run) => {
        if (isOurs(run.uri)) this.#post('runProgress', { ratio: run.ratio, message: run.message });
      }),
      simulations.onDidEnd((end) => {
        if (isOurs(end.uri)) this.#post('runEnded', { error: end.error, cancelled: end.cancelled });
      }),
    );
  }

  select(path: string | null): void {
    this.#selected = path;
    this.#post('entitySelected', { path });
  }

  showResults(tab: ResultsTab): void {
    this.#pendingTab = tab;
    this.#postPending();
  }

  #fill(): void {
    const { webview } = this.view;
    const file = (name: string) => webview.asWebviewUri(Uri.joinPath(webviewRoot(this.services.extensionUri), name)).toString();
    const view = workspace.getConfiguration('iovt', this.uri).get('diagram.view', 'mapping' as const);
    webview.html = html({
      cspSource: webview.cspSource,
      script: file('main.js'),
      style: file('main.css'),
      nonce: createNonce(),
      title: this.view.title,
      start: { uri: this.uri.toString(), view },
    });
  }

  #receive(message: unknown): void {
    const known = incoming(message);
    if (known === undefined) this.services.output.warn('The panel sent a message that is not in the protocol; it was dropped.');
    else if (known.kind === 'event') this.#onEvent(known);
    else void this.#answer(known);
  }

  #onEvent(event: EventMessage<WebviewEvents>): void {
    switch (event.name) {
      case 'ready':
        this.#onReady(event.params.protocol);
        break;
      case 'revealEntity':
        void this.#attempt(() => revealEntity(this.services.server, this.uri, event.params.path, event.params.focus));
        break;
      case 'runSimulation':
        void commands.executeCommand('iovt.simulate', this.uri, event.params);
        break;
      case 'cancelRun':
        this.services.simulations.cancel(this.uri);
        break;
      case 'openLink':
        void commands.executeCommand('markdown.showPreview', explanationUri(event.params.name));
        break;
      case 'showProblems':
        void commands.executeCommand('workbench.actions.view.problems');
        break;
    }
  }

  #onReady(protocol: number): void {
    if (protocol !== PROTOCOL_VERSION) {
      // The page of an older version, kept by a window that was open during an update.
      this.#fill();
      return;
    }
    this.#isReady = true;
    this.#post('problemsChanged', countProblems(this.uri));
    this.#post('entitySelected', { path: this.#selected });
    const running = this.services.simulations.current(this.uri);
    if (running !== undefined) {
      this.#post('runStarted', { engine: running.engine });
      this.#post('runProgress', { ratio: running.ratio, message: running.message });
    }
    this.#postPending();
  }

  #postPending(): void {
    if (this.#pendingTab === undefined || !this.#isReady) return;
    this.#post('showResults', { tab: this.#pendingTab });
    this.#pendingTab = undefined;
  }

  async #answer(request: RequestMessage): Promise<void> {
    const { id, method, params } = request;
    let response: ResponseMessage;
    try {
      // The type of the parameters follows from the method, which TypeScript cannot see across the two.
      const handler = this.#handlers[method] as (p: unknown) => Promise<never>;
      response = { kind: 'response', id, ok: true, result: await handler(params) };
    } catch (error) {
      this.services.output.error(`The panel asked for ${method}.`, error);
      const message = error instanceof Error ? error.message : String(error);
      response = { kind: 'response', id, ok: false, error: { code: 'failed', message } };
    }
    await this.view.webview.postMessage(response).then(undefined, () => undefined);
  }

  #post<Name extends keyof HostEvents>(name: Name, params: HostEvents[Name]): void {
    // A page that is not there asks for everything when it comes back.
    if (!this.#isReady) return;
    this.view.webview.postMessage({ kind: 'event', name, params }).then(undefined, () => undefined);
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.services.output.error(l10n.t('The text could not be shown.'), error);
    }
  }

  dispose(): void {
    Disposable.from(...this.#subscriptions).dispose();
  }
}
