import type { Scene } from '../src/diagram/scene.js';
import type { IsolationResult, PairResult } from '../src/isolation/result.js';
import type { View, ViewName } from '../src/protocol/server.js';
import type { PanelStart, ResultsTab, SavedPanel } from '../src/protocol/webview.js';
import type { SimulationResult } from '../src/sim/result.js';

/** Where the picture is: a point of the scene is drawn at `x + scale * point`. Null fits it into the pane. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Sort {
  readonly column: string;
  readonly isDescending: boolean;
}

/** What the reader chose. It is kept when the page is destroyed and made again. */
export interface Choices {
  readonly view: ViewName;
  /** Empty for the base design. */
  readonly scenario: string;
  readonly engine: 'des' | 'fluid';
  /** Empty for all. */
  readonly tenant: string;
  readonly search: string;
  readonly unfolded: readonly string[];
  readonly camera: Camera | null;
  /** Path of the selected entity. */
  readonly selected: string | null;
  readonly isResultsOpen: boolean;
  /** Height of the results, as a fraction of the page. */
  readonly resultsRatio: number;
  readonly tab: ResultsTab;
  readonly flow: string | null;
  /** Names of the two tenants whose pair is looked into. */
  readonly pair: readonly [a: string, b: string] | null;
  /** Id of the shared component whose ways are shown. */
  readonly component: string | null;
  readonly sorts: Readonly<Record<string, Sort>>;
}

export interface Running {
  readonly engine: string;
  readonly ratio: number;
  readonly message: string;
}

/** Everything the page shows follows from this object. */
export interface State extends Choices {
  readonly uri: string;
  /** The last view that could be drawn. */
  readonly drawn: View<Scene> | null;
  /** Why what is drawn is not what the text says now; null if it is. */
  readonly viewError: string | null;
  readonly isLoading: boolean;
  readonly run: { readonly result: SimulationResult; readonly isStale: boolean } | null;
  /** What tenants share in the design that is drawn. */
  readonly isolation: IsolationResult | null;
  readonly isolationError: string | null;
  /** The pair that is looked into, with changes that would better it; null until they are found. */
  readonly pairDetail: PairResult | null;
  /** References that light up in the diagram while this entity is selected. */
  readonly lit: { readonly selected: string; readonly paths: readonly string[] } | null;
  readonly running: Running | null;
  readonly runError: string | null;
  readonly problems: { readonly errors: number; readonly warnings: number };
  /** Id of the node under the pointer. */
  readonly hovered: string | null;
}

const DEFAULTS: Omit<Choices, 'view'> = {
  scenario: '',
  engine: 'des',
  tenant: '',
  search: '',
  unfolded: [],
  camera: null,
  selected: null,
  isResultsOpen: false,
  resultsRatio: 0.4,
  tab: 'summary',
  flow: null,
  pair: null,
  component: null,
  sorts: {},
};

export type Saved = SavedPanel & { readonly choices: Choices };

/** The state of a page that has just been made, with the choices that an earlier one left behind. */
export function initialState(start: PanelStart, saved: Saved | undefined): State {
  const choices = saved !== undefined && saved.uri === start.uri && typeof saved.choices === 'object' ? saved.choices : undefined;
  return {
    ...DEFAULTS,
    view: start.view,
    ...choices,
    uri: start.uri,
    drawn: null,
    viewError: null,
    isLoading: true,
    run: null,
    isolation: null,
    isolationError: null,
    pairDetail: null,
    lit: null,
    running: null,
    runError: null,
    problems: { errors: 0, warnings: 0 },
    hovered: null,
  };
}

export function savedState(state: State): Saved {
  const names = [...(Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]), 'view' as const];
  return { uri: state.uri, choices: Object.fromEntries(names.map((name) => [name, state[name]])) as unknown as Choices };
}
