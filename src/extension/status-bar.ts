import { Disposable, l10n, StatusBarAlignment, type StatusBarItem, type Uri, window } from 'vscode';
import type { SimulationResult } from '../sim/result.js';
import { isDesign } from './language.js';
import type { Services } from './services.js';

/** What is shown of a document: its running simulation, or the verdict of its last one. */
export class StatusBar implements Disposable {
  readonly #item: StatusBarItem;
  readonly #subscriptions: Disposable;
  #asked = 0;

  constructor(private readonly services: Services) {
    const { simulations, panels, server } = services;
    this.#item = window.createStatusBarItem('iovt.verdict', StatusBarAlignment.Right, 100);
    this.#item.name = l10n.t('IOVT: Verdict');
    const ifShown = ({ uri }: { uri: Uri }) => {
      if (uri.toString() === this.#shown()?.toString()) void this.#refresh();
    };
    this.#subscriptions = Disposable.from(
      this.#item,
      window.onDidChangeActiveTextEditor(() => void this.#refresh()),
      panels.onDidChangeActive(() => void this.#refresh()),
      simulations.onDidStart(ifShown),
      simulations.onDidProgress(ifShown),
      simulations.onDidEnd(ifShown),
      server.onTopologyChanged(({ uri }) => {
        if (uri === this.#shown()?.toString()) void this.#refresh();
      }),
    );
    void this.#refresh();
  }

  #shown(): Uri | undefined {
    const { panels } = this.services;
    const document = window.activeTextEditor?.document;
    return panels.active ?? (isDesign(document) ? document.uri : undefined);
  }

  async #refresh(): Promise<void> {
    const asked = ++this.#asked;
    const uri = this.#shown();
    if (uri === undefined) {
      this.#item.hide();
      return;
    }
    const running = this.services.simulations.current(uri);
    if (running !== undefined) {
      this.#show(
        `$(sync~spin) ${Math.round(running.ratio * 100)} %`,
        l10n.t('Simulating. Select to cancel.'),
        'iovt.cancelSimulation',
        uri,
      );
      return;
    }
    const run = await this.services.server.request('iovt/run', { uri: uri.toString() }).catch(() => null);
    if (asked !== this.#asked) return;
    if (run === null) this.#show('$(play) Simulate', l10n.t('Not simulated yet. Select to simulate.'), 'iovt.simulate', uri);
    else this.#verdict(uri, run.result, run.isStale);
  }

  #verdict(uri: Uri, result: SimulationResult, isStale: boolean): void {
    const total = result.objectives.length;
    const failed = result.objectives.filter(({ status }) => status === 'fail');
    const unknown = result.objectives.filter(({ status }) => status === 'unknown').length;
    const old = isStale ? ` ${l10n.t('(old)')}` : '';
    const age = isStale ? l10n.t('The design has changed since it was simulated.') : '';
    if (failed.length > 0) {
      const text = l10n.t('{0} of {1} objectives fail', failed.length, total);
      this.#show(`$(error) ${text}${old}`, [...failed.map(({ message }) => message), age].join('\n').trim(), 'iovt.showResults', uri);
    } else if (total === 0) {
      this.#show(
        `$(graph) ${l10n.t('Simulated')}${old}`,
        [l10n.t('The design has no objectives.'), age].join('\n').trim(),
        'iovt.showResults',
        uri,
      );
    } else {
      const text = unknown === 0 ? l10n.t('{0} objectives hold', total) : l10n.t('{0} of {1} objectives hold', total - unknown, total);
      this.#show(`$(pass) ${text}${old}`, age, 'iovt.showResults', uri);
    }
  }

  #show(text: string, tooltip: string, command: string, uri: Uri): void {
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.command = { command, title: tooltip, arguments: [uri] };
    this.#item.show();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }
}
