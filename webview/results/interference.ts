import type { InterferenceResult, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { button } from '../ui.js';
import { factor, NOTHING, ratio } from './numbers.js';

/** Who suffers when whom saturates: a cell for each pair, darker where it is worse. */
export function interference(controller: Controller, result: SimulationResult): HTMLElement {
  const pairs = result.interference;
  if (pairs === undefined)
    return h(
      'div',
      { class: 'empty' },
      h('p', null, 'This run did not measure what tenants do to each other. It takes a run more for each tenant.'),
      button({ label: 'Measure it', icon: icon('play'), onClick: () => controller.simulate({ interference: true }) }),
    );
  if (pairs.length === 0) return h('p', { class: 'empty' }, 'There are no two tenants that could disturb each other.');
  const order = result.tenants.map(({ id }) => id);
  const tenants = (names: readonly string[]) => [...new Set(names)].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const victims = tenants(pairs.map(({ victim }) => victim));
  const aggressors = tenants(pairs.map(({ aggressor }) => aggressor));
  const found = new Map(pairs.map((pair) => [`${pair.victim}\n${pair.aggressor}`, pair]));
  return h(
    'div',
    { class: 'interference' },
    h(
      'p',
      null,
      'What is left of a tenant’s throughput, and how its p99 grows, when another one goes from its stated load to saturation; below, against running without it.',
    ),
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
  const alone = pair.alone ?? pair;
  const lost = 1 - alone.throughputRatio;
  const level = lost >= 0.3 || alone.p99Ratio >= 5 ? 'bad' : lost >= 0.05 || alone.p99Ratio >= 1.5 ? 'felt' : 'none';
  return h(
    'td',
    { class: `number is-${level}` },
    h('span', null, ratio(pair.throughputRatio)),
    h('small', null, `p99 ${factor(pair.p99Ratio)}`),
    h('small', null, `${ratio(alone.throughputRatio)}, ${factor(alone.p99Ratio)} against alone`),
  );
}
