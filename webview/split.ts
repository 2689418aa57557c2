import type { Controller } from './controller.js';
import { h } from './dom.js';
import { changed } from './store.js';

const SMALLEST = 0.15;
const LARGEST = 0.85;

/** The bar between diagram and results. It moves with the pointer and with the arrow keys. */
export function splitter(controller: Controller, container: HTMLElement): HTMLElement {
  const { store } = controller;
  const set = (ratio: number) => controller.choose({ resultsRatio: Math.min(LARGEST, Math.max(SMALLEST, ratio)) });
  const element = h('div', {
    class: 'splitter',
    role: 'separator',
    tabindex: 0,
    'aria-orientation': 'horizontal',
    'aria-label': 'Height of the results',
    'aria-valuemin': SMALLEST * 100,
    'aria-valuemax': LARGEST * 100,
    onpointerdown: (event: PointerEvent) => {
      element.setPointerCapture(event.pointerId);
      event.preventDefault();
    },
    onpointermove: (event: PointerEvent) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      const { bottom, height } = container.getBoundingClientRect();
      set((bottom - event.clientY) / height);
    },
    onkeydown: (event: KeyboardEvent) => {
      const step = { ArrowUp: 0.05, ArrowDown: -0.05 }[event.key];
      if (step === undefined) return;
      set(store.state.resultsRatio + step);
      event.preventDefault();
    },
  });
  store.add((state, before) => {
    if (!changed(state, before, 'resultsRatio', 'isResultsOpen')) return;
    element.hidden = !state.isResultsOpen;
    element.setAttribute('aria-valuenow', String(Math.round(state.resultsRatio * 100)));
    container.style.setProperty('--results', state.isResultsOpen ? `${(state.resultsRatio * 100).toFixed(2)}%` : '0px');
  });
  return element;
}
