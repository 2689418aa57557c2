import type { BreakdownEntry, FlowResult, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { Dropdown } from '../ui.js';
import { deviceOf } from './flows.js';
import { NOTHING, seconds, share } from './numbers.js';
import { table } from './table.js';

const SHOWN_IN_LIST = 200;

/** Where the time of one flow goes: each stage with its service, its waiting, and whose traffic was waited for. */
export function breakdown(controller: Controller, result: SimulationResult): HTMLElement {
  const flow = result.flows.find(({ id }) => id === controller.store.state.flow) ?? slowest(result.flows);
  if (flow === undefined) return h('p', { class: 'empty' }, 'The design has no workloads.');
  const list = new Dropdown('Flow', (id) => {
    const chosen = result.flows.find((f) => f.id === id);
    if (chosen !== undefined) controller.choose({ flow: id, selected: deviceOf(chosen) });
  });
  const listed = result.flows.slice(0, SHOWN_IN_LIST);
  list.show(
    (listed.includes(flow) ? listed : [flow, ...listed]).map(({ id }) => ({ value: id, label: id })),
    flow.id,
  );
  const total = flow.breakdown.reduce((sum, entry) => sum + entry.serviceSec + entry.waitSec, 0);
  const waiting = flow.breakdown.reduce((sum, entry) => sum + entry.waitSec, 0);
  return h(
    'div',
    { class: 'breakdown' },
    h(
      'p',
      { class: 'question' },
      list.element,
      total > 0 ? ` takes ${seconds(total)} on average; ${share(waiting / total)} of it is waiting.` : ' has no breakdown.',
    ),
    total > 0 && strip(flow, total),
    table(controller, flow.breakdown, {
      name: 'breakdown',
      caption: `Stages of ${flow.id}`,
      empty: 'This engine does not know where the time goes.',
      columns: [
        { id: 'stage', title: 'Stage', cell: ({ stage }) => stage },
        { id: 'resource', title: 'Resource', cell: ({ resource }) => resource ?? NOTHING },
        { id: 'service', title: 'Service', isNumber: true, cell: ({ serviceSec }) => seconds(serviceSec), key: (e) => e.serviceSec },
        { id: 'wait', title: 'Waiting', isNumber: true, cell: ({ waitSec }) => seconds(waitSec), key: (e) => e.waitSec },
        {
          id: 'share',
          title: 'Share',
          isNumber: true,
          cell: (e) => share(total > 0 ? (e.serviceSec + e.waitSec) / total : 0),
          key: (e) => e.serviceSec + e.waitSec,
        },
        { id: 'for', title: 'Waited for', cell: waitedFor },
      ],
    }),
  );
}

function slowest(flows: readonly FlowResult[]): FlowResult | undefined {
  const tail = ({ latencySec }: FlowResult) => latencySec.p99 ?? latencySec.mean ?? Number.POSITIVE_INFINITY;
  return flows.reduce<FlowResult | undefined>((worst, flow) => (worst === undefined || tail(flow) > tail(worst) ? flow : worst), undefined);
}

/** The stages one after the other, as long as they take: service plain, waiting hatched. */
function strip(flow: FlowResult, total: number): HTMLElement {
  const part = (entry: BreakdownEntry, sec: number, kind: 'service' | 'wait', index: number) => {
    const element = h('span', {
      class: `part is-${kind} tone-${index % 6}`,
      title: `${entry.stage}: ${kind === 'wait' ? 'waiting ' : ''}${seconds(sec)}`,
    });
    element.style.width = `${((sec / total) * 100).toFixed(2)}%`;
    return sec > 0 && element;
  };
  return h(
    'div',
    { class: 'strip', 'aria-hidden': 'true' },
    flow.breakdown.flatMap((entry, i) => [part(entry, entry.serviceSec, 'service', i), part(entry, entry.waitSec, 'wait', i)]),
  );
}

function waitedFor({ waitedFor: whom = [], waitSec }: BreakdownEntry) {
  if (whom.length === 0) return NOTHING;
  return [...whom]
    .sort((a, b) => b.sec - a.sec)
    .slice(0, 3)
    .map(({ flow, sec }) => `${flow} ${waitSec > 0 ? share(sec / waitSec) : seconds(sec)}`)
    .join(', ');
}
