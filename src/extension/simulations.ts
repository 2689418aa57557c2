import {
  CancellationTokenSource,
  commands,
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  l10n,
  type Uri,
  window,
  workspace,
} from 'vscode';
import type { RunOptions } from '../protocol/webview.js';
import type { SimulationResult } from '../sim/result.js';
import type { DesignServer } from './design-server.js';

/** A simulation that is under way. */
export interface Running {
  readonly uri: Uri;
  readonly engine: 'des' | 'fluid';
  readonly ratio: number;
  readonly message: string;
}

export interface RunEnd {
  readonly uri: Uri;
  readonly result: SimulationResult | null;
  readonly error: string | null;
  readonly cancelled: boolean;
  readonly wallSec: number;
}

interface Run {
  running: Running;
  readonly cancellation: CancellationTokenSource;
}

/** The simulations of this window, at most one for each document. Their results stay in the server. */
export class Simulations implements Disposable {
  readonly #runs = new Map<string, Run>();
  readonly #started = new EventEmitter<Running>();
  readonly #progressed = new EventEmitter<Running>();
  readonly #ended = new EventEmitter<RunEnd>();
  readonly onDidStart = this.#started.event;
  readonly onDidProgress = this.#progressed.event;
  readonly onDidEnd = this.#ended.event;
  #count = 0;

  constructor(
    private readonly server: DesignServer,
    private readonly output: LogOutputChannel,
  ) {}

  current(uri: Uri): Running | undefined {
    return this.#runs.get(uri.toString())?.running;
  }

  cancel(uri: Uri): void {
    this.#runs.get(uri.toString())?.cancellation.cancel();
  }

  /** Runs until the end, whatever it is; a document that is being simulated already is left alone. */
  async run(uri: Uri, options: RunOptions): Promise<RunEnd | undefined> {
    const key = uri.toString();
    if (this.#runs.has(key)) return undefined;
    const engine = options.engine ?? 'des';
    const run: Run = { running: { uri, engine, ratio: 0, message: '' }, cancellation: new CancellationTokenSource() };
    this.#runs.set(key, run);
    this.#update();
    this.#started.fire(run.running);

    const workDoneToken = `iovt-run-${++this.#count}`;
    const progress = this.server.onProgress(workDoneToken, ({ percentage, message }) => {
      run.running = {
        ...run.running,
        ...(percentage === undefined ? {} : { ratio: Math.min(1, Math.max(0, percentage / 100)) }),
        ...(message === undefined ? {} : { message }),
      };
      this.#progressed.fire(run.running);
    });
    const began = Date.now();
    let end: RunEnd;
    try {
      // The server simulates what it has been told of, and it is told of open documents only.
      await workspace.openTextDocument(uri);
      const result = await this.server.request('iovt/simulate', { ...options, uri: key, workDoneToken }, run.cancellation.token);
      end = { uri, result, error: null, cancelled: false, wallSec: (Date.now() - began) / 1000 };
    } catch (error) {
      const cancelled = run.cancellation.token.isCancellationRequested;
      if (!cancelled) this.output.error(`Simulation of ${key} failed.`, error);
      const message = error instanceof Error ? error.message : String(error);
      end = { uri, result: null, error: cancelled ? null : message, cancelled, wallSec: (Date.now() - began) / 1000 };
    } finally {
      progress.dispose();
      run.cancellation.dispose();
      this.#runs.delete(key);
      this.#update();
    }
    this.#ended.fire(end);
    return end;
  }

  #update(): void {
    void commands.executeCommand('setContext', 'iovt.simulating', this.#runs.size > 0);
  }

  dispose(): void {
    for (const { cancellation } of this.#runs.values()) cancellation.cancel();
    for (const emitter of [this.#started, this.#progressed, this.#ended]) emitter.dispose();
  }
}

/** Says how a run ended to a reader who cannot see it: one that failed, or a long one whose panel is hidden. */
export async function announceEnd(end: RunEnd, isSeen: boolean): Promise<void> {
  const show = l10n.t('Show Results');
  if (end.error !== null) {
    const output = l10n.t('Show Output');
    const chosen = await window.showErrorMessage(l10n.t('The simulation failed: {0}', end.error), output);
    if (chosen === output) await commands.executeCommand('iovt.showOutput');
  } else if (!end.cancelled && !isSeen && end.wallSec > 10) {
    const failed = end.result?.objectives.filter((objective) => objective.status === 'fail').length ?? 0;
    const text =
      failed === 0
        ? l10n.t('The simulation has finished.')
        : l10n.t('The simulation has finished; objectives that do not hold: {0}.', failed);
    if ((await window.showInformationMessage(text, show)) === show) await commands.executeCommand('iovt.showResults', end.uri);
  }
}
