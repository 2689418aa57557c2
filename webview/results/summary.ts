import type { ObjectiveResult, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { loadBar } from './bar.js';
import { entityLink } from './links.js';
import { rate } from './numbers.js';
import { table } from './table.js';

const WORDS = { pass: 'holds', fail: 'fails', unknown: 'is not known' } as const;
const BUSIEST = 5;

/** The verdict first, then who gets what, then where it is tight. */
export function summary(controller: Controller, result: SimulationResult): HTMLElement {
  const order = { fail: 0, unknown: 1, pass: 2 } as const;
  const objectives = [...result.objectives].sort((a, b) => order[a.status] - order[b.status]);
  const busiest = [...result.resources].sort((a, b) => b.utilisationRatio - a.utilisationRatio).slice(0, BUSIEST);
  return h(
    'div',
    { class: 'summary' },
    h('section', { class: 'verdict' }, h('h2', null, verdict(objectives)), h('ul', { class: 'objectives' }, objectives.map(objective))),
    h(
      'section',
      null,
      h('h2', null, 'Tenants'),
      table(controller, result.tenants, {
        name: 'tenants',
        caption: 'What each tenant gets',
        empty: 'The design has no tenants.',
        columns: [
          { id: 'id', title: 'Tenant', cell: ({ id }) => id, key: ({ id }) => id },
          {
            id: 'achieved',
            title: 'Achieved',
            isNumber: true,
            cell: ({ achieved }) => rate(achieved),
            key: ({ achieved }) => achieved.bitsPerSec,
          },
          {
            id: 'jain',
            title: 'Fairness',
            help: 'Jain index of what the flows of the tenant get against what they asked for: 1 is even.',
            isNumber: true,
            cell: ({ jain }) => jain.toFixed(2),
            key: ({ jain }) => jain,
          },
        ],
      }),
      result.hosts.length > 0 &&
        h(
          'p',
          { class: 'hosts' },
          'CPUs spent on I/O virtualization: ',
          result.hosts.map(({ id, cpuCores }) => `${id} ${Number(cpuCores.toPrecision(3))}`).join(', '),
        ),
    ),
    h(
      'section',
      null,
      h('h2', null, 'Busiest'),
      h(
        'ul',
        { class: 'busiest' },
        busiest.map((resource) => h('li', null, entityLink(controller, resource.entity, resource.id), loadBar(resource.utilisationRatio))),
      ),
    ),
  );
}

function verdict(objectives: readonly ObjectiveResult[]): string {
  const failed = objectives.filter(({ status }) => status === 'fail').length;
  const unknown = objectives.filter(({ status }) => status === 'unknown').length;
  if (objectives.length === 0) return 'The design promises nothing: it has no objectives';
  if (failed > 0) return `${failed} of ${objectives.length} objectives fail`;
  if (unknown > 0) return `${unknown} of ${objectives.length} objectives are not known`;
  return objectives.length === 1 ? 'The objective holds' : `All ${objectives.length} objectives hold`;
}

function objective({ id, status, message }: ObjectiveResult): HTMLElement {
  return h(
    'li',
    { class: `is-${status}` },
    icon(status),
    h('span', { class: 'name' }, id, h('span', { class: 'unseen' }, ` ${WORDS[status]}`)),
    h('span', { class: 'message' }, message),
  );
}
