import { h } from '../dom.js';
import { ratio } from './numbers.js';

/** How loaded something is, in words; the same bounds as the colours. */
export function loadLevel(utilisationRatio: number): 'low' | 'high' | 'full' {
  return utilisationRatio >= 0.9 ? 'full' : utilisationRatio >= 0.7 ? 'high' : 'low';
}

/** A bar for a fraction, with the number beside it. */
export function loadBar(utilisationRatio: number): HTMLElement {
  const width = Math.max(0, Math.min(1, utilisationRatio)) * 100;
  const filled = h('span', { class: `filled is-${loadLevel(utilisationRatio)}` });
  filled.style.width = `${width.toFixed(1)}%`;
  return h(
    'span',
    { class: 'bar' },
    h('span', { class: 'track', 'aria-hidden': 'true' }, filled),
    h('span', { class: 'bar-number' }, ratio(utilisationRatio)),
  );
}
