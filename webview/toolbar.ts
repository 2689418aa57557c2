import type { ViewName } from '../src/protocol/server.js';
import type { Controller } from './controller.js';
import type { PictureControls } from './diagram/pane.js';
import { fill, h } from './dom.js';
import { icon } from './icons.js';
import { changed } from './store.js';
import { button, type Choice, Dropdown, progressRing, setPressed, textField } from './ui.js';

const VIEWS: readonly (Choice & { readonly value: ViewName })[] = [
  { value: 'mapping', label: 'Mapping' },
  { value: 'physical', label: 'Physical' },
  { value: 'network', label: 'Network' },
  { value: 'storage', label: 'Storage' },
  { value: 'tenants', label: 'Tenants' },
];

const ENGINES: readonly (Choice & { readonly value: 'des' | 'fluid' })[] = [
  { value: 'des', label: 'Discrete events' },
  { value: 'fluid', label: 'Fluid' },
];

/** The row of controls above the diagram. */
export function toolbar(controller: Controller, picture: PictureControls): HTMLElement {
  const { store } = controller;
  const run = h('div', { class: 'run' });
  const engine = new Dropdown('Engine of the simulation', (value) => controller.choose({ engine: value === 'fluid' ? 'fluid' : 'des' }));
  const view = new Dropdown('View', (value) => controller.show({ view: value as ViewName, camera: null, unfolded: [] }));
  const scenario = new Dropdown('Scenario', (value) => controller.show({ scenario: value }));
  const tenant = new Dropdown('Tenant', (value) => controller.choose({ tenant: value }));
  const search = textField('Search the diagram', 'Search', icon('search'), (value) => controller.choose({ search: value }));
  const matches = h('span', { class: 'matches', role: 'status' });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') picture.showNextMatch(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') controller.choose({ search: '' });
    else return;
    event.preventDefault();
  });
  const results = button({
    label: 'Results',
    icon: icon('chart'),
    title: 'Show or hide the results',
    onClick: () => controller.choose({ isResultsOpen: !store.state.isResultsOpen }),
  });
  const group = (label: string, ...children: readonly HTMLElement[]) =>
    h('div', { class: 'group', role: 'group', 'aria-label': label }, children);

  const element = h(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': 'Simulation and diagram' },
    group('Simulation', run, engine.element),
    group('What is shown', view.element, scenario.element, tenant.element),
    group('Search', search, matches),
    group(
      'Picture',
      button({ label: 'Zoom out', icon: icon('zoomOut'), appearance: 'icon', onClick: () => picture.zoom(1 / 1.25) }),
      button({ label: 'Zoom in', icon: icon('zoomIn'), appearance: 'icon', onClick: () => picture.zoom(1.25) }),
      button({ label: 'Fit the diagram', icon: icon('fit'), appearance: 'icon', onClick: () => picture.fit() }),
      button({ label: 'Save the diagram as SVG', icon: icon('save'), appearance: 'icon', onClick: () => void controller.saveSvg() }),
      results,
    ),
  );

  store.add((state, before) => {
    if (changed(state, before, 'running')) {
      if ((state.running === null) !== (before?.running === null) || before === undefined) drawRun(controller, run);
      if (state.running !== null) showProgress(run, state.running);
    }
    if (changed(state, before, 'engine')) engine.show(ENGINES, state.engine);
    if (changed(state, before, 'view')) view.show(VIEWS, state.view);
    if (changed(state, before, 'drawn', 'scenario', 'tenant')) {
      const scenarios = [...new Set([...(state.drawn?.scenarios ?? []), ...(state.scenario === '' ? [] : [state.scenario])])];
      scenario.show([{ value: '', label: 'Base design' }, ...scenarios.map((name) => ({ value: name, label: name }))], state.scenario);
      scenario.element.hidden = scenarios.length === 0;
      const tenants = state.drawn?.scene.legend.tenants ?? [];
      tenant.show(
        [{ value: '', label: 'All tenants' }, ...tenants.map(({ id, title }) => ({ value: id, label: title || id }))],
        state.tenant,
      );
      tenant.element.hidden = tenants.length < 2 && state.tenant === '';
    }
    if (changed(state, before, 'search') && search.value !== state.search) search.value = state.search;
    if (changed(state, before, 'search', 'drawn', 'tenant')) {
      const count = picture.countMatches();
      matches.textContent = state.search === '' ? '' : count === 1 ? '1 match' : `${count} matches`;
    }
    if (changed(state, before, 'isResultsOpen')) setPressed(results, state.isResultsOpen);
  });
  return element;
}

/** Either the button that starts a run, or what a run that is under way shows. */
function drawRun(controller: Controller, into: HTMLElement): void {
  if (controller.store.state.running === null) {
    fill(
      into,
      button({
        label: 'Simulate',
        icon: icon('play'),
        appearance: 'primary',
        class: 'simulate',
        title: 'Simulate the design (Ctrl+F9)',
        onClick: () => controller.simulate(),
      }),
    );
  } else {
    fill(
      into,
      progressRing('Simulating'),
      h('progress', { max: 1, value: 0, 'aria-label': 'Progress of the simulation' }),
      h('span', { class: 'ratio' }),
      button({ label: 'Cancel', icon: icon('stop'), class: 'cancel', onClick: () => controller.cancel() }),
    );
  }
}

function showProgress(into: HTMLElement, { ratio, message }: { ratio: number; message: string }): void {
  const bar = into.querySelector('progress');
  if (bar !== null) {
    bar.value = ratio;
    bar.title = message;
  }
  const text = into.querySelector('.ratio');
  if (text !== null) text.textContent = `${Math.round(ratio * 100)} %`;
}
