import type { ResultsTab } from '../../src/protocol/webview.js';
import type { SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { changed } from '../store.js';
import { button, Tabs } from '../ui.js';
import { breakdown } from './breakdown.js';
import { flows } from './flows.js';
import { interference } from './interference.js';
import { isolation } from './isolation.js';
import { notes } from './notes.js';
import { count, seconds } from './numbers.js';
import { resources } from './resources.js';
import { summary } from './summary.js';

const LABELS: Readonly<Record<ResultsTab, string>> = {
  summary: 'Summary',
  flows: 'Flows',
  resources: 'Resources',
  breakdown: 'Latency',
  interference: 'Interference',
  isolation: 'Isolation',
  notes: 'Notes',
};

const CONTENT: Readonly<Record<Exclude<ResultsTab, 'isolation'>, (controller: Controller, result: SimulationResult) => HTMLElement>> = {
  summary,
  flows,
  resources,
  breakdown,
  interference,
  notes,
};

/** The last simulation, below the diagram. Only the tab in front is drawn. */
export function resultsPane(controller: Controller): HTMLElement {
  const { store } = controller;
  const names = Object.keys(LABELS) as ResultsTab[];
  const tabs = new Tabs(
    'Results of the simulation',
    names.map((id) => ({ id, label: LABELS[id] })),
    (tab) => {
      if (tab !== store.state.tab) controller.choose({ tab });
    },
  );
  const about = h('div', { class: 'about' });
  const empty = h('div', { class: 'no-run' });
  const save = (format: 'csv' | 'json') =>
    button({
      label: format.toUpperCase(),
      icon: icon('save'),
      title: `Save the results as ${format.toUpperCase()}`,
      onClick: () => void controller.saveReport(format),
    });
  const actions = h(
    'div',
    { class: 'actions' },
    save('csv'),
    save('json'),
    button({
      label: 'Hide the results',
      icon: icon('close'),
      appearance: 'icon',
      onClick: () => controller.choose({ isResultsOpen: false }),
    }),
  );
  const element = h('section', { class: 'results', 'aria-label': 'Results' }, h('header', null, about, actions), empty, tabs.element);

  store.add((state, before) => {
    element.hidden = !state.isResultsOpen;
    if (changed(state, before, 'tab')) tabs.select(state.tab);
    // What tenants share follows from the design alone; it needs no run.
    if (changed(state, before, 'run', 'tab')) {
      empty.hidden = state.run !== null || state.tab === 'isolation';
      if (state.run === null && state.tab !== 'isolation') fill(tabs.views[state.tab]);
    }
    if (changed(state, before, 'run', 'running')) {
      const { run } = state;
      if (run === null) fill(empty, state.running === null ? 'Not simulated yet.' : 'The simulation is running …');
      fill(about, run === null ? null : aboutRun(run.result, run.isStale));
      for (const control of actions.querySelectorAll('vscode-button:not([appearance=icon])'))
        control.toggleAttribute('disabled', run === null);
      tabs.setCount('notes', LABELS.notes, run?.result.notes.length ?? null);
      tabs.setCount('summary', LABELS.summary, run?.result.objectives.filter(({ status }) => status === 'fail').length ?? null);
    }
    if (state.tab === 'isolation' && state.isResultsOpen) {
      if (state.isolation === null && state.isolationError === null && changed(state, before, 'tab', 'isResultsOpen'))
        void controller.loadIsolation();
      if (changed(state, before, 'isolation', 'isolationError', 'pairDetail', 'pair', 'component', 'tab', 'isResultsOpen', 'tenant'))
        fill(tabs.views.isolation, isolation(controller));
      return;
    }
    if (
      state.run !== null &&
      state.isResultsOpen &&
      changed(state, before, 'run', 'tab', 'isResultsOpen', 'flow', 'sorts', 'selected', 'tenant')
    )
      fill(tabs.views[state.tab], CONTENT[state.tab as keyof typeof CONTENT](controller, state.run.result));
  });
  return element;
}

/** Which run this is, so that a picture of it can be reproduced. */
function aboutRun(result: SimulationResult, isStale: boolean): HTMLElement {
  const engine = result.engine === 'des' ? 'discrete events' : 'fluid';
  const design = result.scenarios.length === 0 ? 'base design' : `scenario ${result.scenarios.join(', ')}`;
  const run =
    result.engine === 'des'
      ? `${seconds(result.simulatedSec)} simulated, ${count(result.events)} events, seed ${result.seed}, ${seconds(result.wallSec)}`
      : seconds(result.wallSec);
  return h(
    'p',
    { class: isStale ? 'is-stale' : null },
    isStale && icon('clock'),
    isStale && h('strong', null, 'The design has changed since. '),
    `${design}, ${engine}: ${run}`,
  );
}
