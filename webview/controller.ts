import type { RunOptions } from '../src/protocol/webview.js';
import { PROTOCOL_VERSION } from '../src/protocol/webview.js';
import type { Host } from './host.js';
import { type Choices, savedState } from './state.js';
import type { Store } from './store.js';

/** Brings together what the host says, what the reader does, and the state. */
export class Controller {
  #viewsAsked = 0;
  #isolationsAsked = 0;

  constructor(
    readonly store: Store,
    private readonly host: Host,
  ) {
    host.listen({
      topologyChanged: () => {
        void this.loadView();
        void this.loadRun();
        this.forgetIsolation();
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
        this.forgetIsolation();
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
    if (choices.scenario !== undefined) this.forgetIsolation();
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

  /** The design is another one: what was known of its isolation is asked for again, at once if it is looked at. */
  forgetIsolation(): void {
    this.#isolationsAsked++;
    this.store.set({ isolation: null, isolationError: null, pairDetail: null, lit: null });
    const { tab, isResultsOpen } = this.store.state;
    if (tab === 'isolation' && isResultsOpen) void this.loadIsolation();
  }

  async loadIsolation(): Promise<void> {
    const { store } = this;
    const asked = ++this.#isolationsAsked;
    const scenarios = store.state.scenario === '' ? [] : [store.state.scenario];
    try {
      const isolation = await this.host.request('getIsolation', { scenarios, pair: null });
      if (asked !== this.#isolationsAsked) return;
      if (isolation === null) store.set({ isolationError: 'There is no design in this text yet.' });
      else store.set({ isolation, isolationError: null });
      const { pair } = store.state;
      if (isolation !== null && pair !== null) await this.#loadPair(pair, asked);
    } catch (error) {
      if (asked === this.#isolationsAsked) store.set({ isolationError: messageOf(error) });
    }
  }

  /** Looks into a pair of tenants. What would better it is tried on copies, which takes a moment. */
  lookInto(pair: readonly [string, string] | null): void {
    const { pair: before } = this.store.state;
    // With one pair there is nothing to choose: what is open of it stays open.
    const isSame = before === null && this.store.state.isolation?.pairs.length === 1;
    this.choose(isSame ? { pair } : { pair, component: null });
    this.store.set(isSame ? { pairDetail: null } : { pairDetail: null, lit: null });
    if (pair !== null) void this.#loadPair(pair, this.#isolationsAsked);
  }

  async #loadPair(pair: readonly [string, string], asked: number): Promise<void> {
    const scenarios = this.store.state.scenario === '' ? [] : [this.store.state.scenario];
    try {
      const answer = await this.host.request('getIsolation', { scenarios, pair });
      if (asked !== this.#isolationsAsked || this.store.state.pair !== pair) return;
      this.store.set({ pairDetail: answer?.pairs[0] ?? null });
    } catch (error) {
      if (asked === this.#isolationsAsked) this.store.set({ isolationError: messageOf(error) });
    }
  }

  /** Shows a shared component in the text, and both ways to it in the diagram. */
  showShared(component: string, entity: string, paths: readonly string[]): void {
    this.store.set({ lit: { selected: entity, paths } });
    this.choose({ component });
    this.reveal(entity, false);
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
