import type { Note, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';

const TITLES: Readonly<Record<Note['kind'], string>> = {
  overload: 'Overloaded',
  budget: 'Stopped early',
  'no-path': 'No path',
  'not-simulated': 'Not simulated',
  unstable: 'Not settled',
  assumption: 'Assumed',
};

/** What to know before believing the numbers. */
export function notes(_controller: Controller, result: SimulationResult): HTMLElement {
  if (result.notes.length === 0) return h('p', { class: 'empty' }, 'Nothing to note.');
  return h(
    'ul',
    { class: 'notes' },
    result.notes.map(({ kind, about, message }) =>
      h(
        'li',
        { class: kind === 'assumption' ? null : 'is-warning' },
        icon(kind === 'assumption' ? 'unknown' : 'warning'),
        h('span', { class: 'name' }, `${TITLES[kind]}: ${about}`),
        h('span', { class: 'message' }, message),
      ),
    ),
  );
}
