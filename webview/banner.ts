import type { Controller } from './controller.js';
import { fill, h } from './dom.js';
import { icon } from './icons.js';
import { changed } from './store.js';
import { link } from './ui.js';

/** Says what the reader must know before trusting the picture: it is old, or the design has errors. */
export function banner(controller: Controller): HTMLElement {
  const element = h('div', { class: 'banners', role: 'status' });
  controller.store.add((state, before) => {
    if (!changed(state, before, 'viewError', 'problems', 'drawn', 'run', 'runError')) return;
    const { errors } = state.problems;
    // Those of the design: an objective that fails is a problem too, but nothing is missing for it.
    const wrong = state.drawn?.scene.legend.problems.error ?? 0;
    fill(
      element,
      state.viewError !== null &&
        state.drawn !== null &&
        h('div', { class: 'banner is-warning' }, icon('warning'), h('span', null, state.viewError), problemsLink(controller, errors)),
      state.viewError === null &&
        wrong > 0 &&
        h(
          'div',
          { class: 'banner' },
          icon('warning'),
          h('span', null, 'Parts of the design that are wrong may be missing here.'),
          problemsLink(controller, errors),
        ),
      state.runError !== null && h('div', { class: 'banner is-error', role: 'alert' }, icon('fail'), h('span', null, state.runError)),
    );
  });
  return element;
}

function problemsLink(controller: Controller, errors: number): HTMLElement | false {
  return errors > 0 && link(errors === 1 ? 'Show the error' : `Show the ${errors} errors`, () => controller.showProblems());
}
