import type { ResourceResult, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { loadBar } from './bar.js';
import { entityLink } from './links.js';
import { share } from './numbers.js';
import { type Column, table } from './table.js';

const TOP_USERS = 3;

function users({ users: all }: ResourceResult) {
  const left = all.length - TOP_USERS;
  return h(
    'span',
    { class: 'users', title: all.map(({ flow, ratio: part }) => `${flow} ${share(part)}`).join('\n') },
    all
      .slice(0, TOP_USERS)
      .map(({ flow, ratio: part }) => `${flow} ${share(part)}`)
      .join(', ') + (left > 0 ? `, ${left} more` : ''),
  );
}

/** What is used how much, by whom. */
export function resources(controller: Controller, result: SimulationResult): HTMLElement {
  const queue = (n: number) => String(Number(n.toPrecision(3)));
  const columns: readonly Column<ResourceResult>[] = [
    { id: 'id', title: 'Resource', cell: ({ id, entity }) => entityLink(controller, entity, id), key: ({ id }) => id },
    { id: 'kind', title: 'Kind', cell: ({ kind }) => kind, key: ({ kind }) => kind },
    {
      id: 'load',
      title: 'Utilisation',
      help: 'Fraction of time it is busy',
      isNumber: true,
      cell: ({ utilisationRatio }) => loadBar(utilisationRatio),
      key: ({ utilisationRatio }) => utilisationRatio,
    },
    {
      id: 'queue',
      title: 'Queue',
      help: 'Waiting, on average',
      isNumber: true,
      cell: (r) => queue(r.queue.mean),
      key: (r) => r.queue.mean,
    },
    {
      id: 'longest',
      title: 'Longest',
      help: 'Most that ever waited',
      isNumber: true,
      cell: (r) => queue(r.queue.max),
      key: (r) => r.queue.max,
    },
    { id: 'users', title: 'Used by', cell: users },
  ];
  return table(controller, result.resources, {
    name: 'resources',
    caption: 'Resources',
    columns,
    sort: { column: 'load', isDescending: true },
    empty: 'Nothing was used.',
  });
}
