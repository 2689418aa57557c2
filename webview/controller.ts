import type { RunOptions } from '../src/protocol/webview.js';
import { PROTOCOL_VERSION } from '../src/protocol/webview.js';
import type { Host } from './host.js';
import { type Choices, savedState } from './state.js';
import type { Store } from './store.js';

/** Brings together what the host says, what the reader does, and the state. */
export class Controller {
  #viewsAsked = 0;

  constructor(
    readonly store: Store,
    private readonly host: Host,
  ) {
    host.listen({
      topologyChanged: () => {
        void this.loadView();
        void this.loadRun();
      },
      problemsChanged: (problems) => {
        const hadErrors = store.state.problems.errors > 0;
        store.set({ problems });
        // A text that breaks does not change the design, but what is drawn is not the text any more.
        if (hadErrors || problems.errors > 0) void this.loadView();
      },
      entitySelected: ({ path }) => {
        if (path !== null) this.choose({ selected: path });
      },
      runStarted: ({ engine }) => store.set({ running: { engine, ratio: 0, message: '' }, runError: null }),
      runProgress: (progress) => store.set({ running: { engine: store.state.running?.engine ?? '', ...progress } }),
      runEnded: ({ error, cancelled }) => {
        store.set({ running: null, runError: error });
        if (error !== null || cancelled) return;
        this.choose({ isResultsOpen: true });
        void this.loadRun();
        void this.loadView();
      },
      showResults: ({ tab }) => this.choose({ isResultsOpen: true, tab }),
    });
  }

  /** @param isNew whether nobody has chosen anything on this page: results that are already there are shown then. */
  async start(isNew: boolean): Promise<void> {
    this.host.send('ready', { protocol: PROTOCOL_VERSION });
    void this.loadView();
    await this.loadRun();
    // A short simulation ends before the page that it opened can hear of it.
    if (isNew && this.store.state.run !== null) this.choose({ isResultsOpen: true });
  }

  /** Changes something that the reader decides, and keeps it for the next time the page is made. */
  choose(choices: Partial<Choices>): void {
    this.store.set(choices);
    this.host.save(savedState(this.store.state));
  }

  /** Changes what the host must draw anew. */
  show(choices: Partial<Pick<Choices, 'view' | 'scenario' | 'unfolded' | 'camera'>>): void {
    this.choose(choices);
    void this.loadView();
  }

  async loadView(): Promise<void> {
    const { store } = this;
    const asked = ++this.#viewsAsked;
    const { view, scenario, unfolded } = store.state;
    store.set({ isLoading: true });
    try {
      const answer = await this.host.request('getView', { view, scenarios: scenario === '' ? [] : [scenario], unfolded });
      if (asked !== this.#viewsAsked) return;
      if (answer === null) store.set({ isLoading: false, drawn: null, viewError: 'There is no design to draw in this text yet.' });
      else
        store.set({
          isLoading: false,
          drawn: answer,
          viewError: answer.isBroken === true ? 'The text has syntax errors. This is the last good diagram.' : null,
        });
    } catch (error) {
      if (asked === this.#viewsAsked) store.set({ isLoading: false, viewError: messageOf(error) });
    }
  }

  async loadRun(): Promise<void> {
    try {
      this.store.set({ run: await this.host.request('getRun', {}) });
    } catch (error) {
      this.store.set({ runError: messageOf(error) });
    }
  }

  simulate(more: RunOptions = {}): void {
    const { engine, scenario } = this.store.state;
    this.host.send('runSimulation', { engine, ...(scenario === '' ? {} : { scenarios: [scenario] }), ...more });
  }

  cancel(): void {
    this.host.send('cancelRun', {});
  }

  /** Selects an entity and shows its text. */
  reveal(path: string, focus: boolean): void {
    this.choose({ selected: path });
    this.host.send('revealEntity', { path, focus });
  }

  showProblems(): void {
    this.host.send('showProblems', {});
  }

  async saveSvg(): Promise<void> {
    const { view, scenario, unfolded } = this.store.state;
    await this.#attempt(() => this.host.request('saveSvg', { view, scenarios: scenario === '' ? [] : [scenario], unfolded }));
  }

  async saveReport(format: 'csv' | 'json'): Promise<void> {
    await this.#attempt(() => this.host.request('saveReport', { format }));
  }

  async #attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.store.set({ runError: messageOf(error) });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
