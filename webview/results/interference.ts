import type { InterferenceResult, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { factor, NOTHING, ratio } from './numbers.js';

/** Who suffers when whom saturates: a cell for each pair, darker where it is worse. */
export function interference(_controller: Controller, result: SimulationResult): HTMLElement {
  const pairs = result.interference ?? [];
  if (pairs.length === 0)
    return h(
      'p',
      { class: 'empty' },
      result.interference === undefined
        ? 'Interference was not asked for in this run. State an objective with the metric "interference", or run iovt simulate --interference.'
        : 'There are no two tenants that could disturb each other.',
    );
  const victims = [...new Set(pairs.map(({ victim }) => victim))];
  const aggressors = [...new Set(pairs.map(({ aggressor }) => aggressor))];
  const found = new Map(pairs.map((pair) => [`${pair.victim}\n${pair.aggressor}`, pair]));
  return h(
    'div',
    { class: 'interference' },
    h('p', null, 'What is left of a tenant’s throughput, and how its p99 grows, when another one goes from its stated load to saturation.'),
    h(
      'table',
      { class: 'matrix' },
      h('caption', { class: 'unseen' }, 'Interference between tenants'),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('th', { scope: 'col' }, 'Victim'),
          aggressors.map((aggressor) => h('th', { scope: 'col' }, `${aggressor} saturates`)),
        ),
      ),
      h(
        'tbody',
        null,
        victims.map((victim) =>
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, victim),
            aggressors.map((aggressor) => cell(found.get(`${victim}\n${aggressor}`))),
          ),
        ),
      ),
    ),
  );
}

function cell(pair: InterferenceResult | undefined): HTMLElement {
  if (pair === undefined) return h('td', { class: 'number' }, NOTHING);
  const lost = 1 - pair.throughputRatio;
  const level = lost >= 0.3 || pair.p99Ratio >= 5 ? 'bad' : lost >= 0.05 || pair.p99Ratio >= 1.5 ? 'felt' : 'none';
  return h(
    'td',
    { class: `number is-${level}` },
    h('span', null, ratio(pair.throughputRatio)),
    h('small', null, `p99 ${factor(pair.p99Ratio)}`),
  );
}
