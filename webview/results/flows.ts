import type { FlowResult, Interval, SimulationResult } from '../../src/sim/result.js';
import type { Controller } from '../controller.js';
import { h } from '../dom.js';
import { interval, loss, NOTHING, ops, plusMinus, rate, seconds } from './numbers.js';
import { type Column, table } from './table.js';

const rateCell = (value: FlowResult['offered'], operation: FlowResult['operation']) => [
  rate(value),
  h('small', null, ops(value, operation)),
];

const columns: readonly Column<FlowResult>[] = [
  { id: 'id', title: 'Flow', cell: ({ workload, from, to }) => [workload, h('small', null, `${from} → ${to}`)], key: ({ id }) => id },
  { id: 'tenant', title: 'Tenant', cell: ({ tenant }) => tenant ?? NOTHING, key: ({ tenant }) => tenant ?? '' },
  {
    id: 'offered',
    title: 'Offered',
    isNumber: true,
    cell: ({ offered, operation }) => rateCell(offered, operation),
    key: ({ offered }) => offered.bitsPerSec,
  },
  {
    id: 'achieved',
    title: 'Achieved',
    isNumber: true,
    cell: ({ achieved, operation }) => rateCell(achieved, operation),
    key: ({ achieved }) => achieved.bitsPerSec,
  },
  {
    id: 'loss',
    title: 'Loss',
    help: 'Fraction that is dropped',
    isNumber: true,
    cell: ({ lossRatio }) => loss(lossRatio),
    key: (f) => f.lossRatio,
  },
  {
    id: 'mean',
    title: 'Mean',
    help: 'Mean latency, with its 95 % interval',
    isNumber: true,
    cell: ({ latencySec: { mean, ci95 } }) => withInterval(seconds(mean), ci95?.mean),
    key: ({ latencySec }) => latencySec.mean ?? -1,
  },
  {
    id: 'p50',
    title: 'p50',
    help: 'Median latency',
    isNumber: true,
    cell: (f) => seconds(f.latencySec.p50),
    key: (f) => f.latencySec.p50 ?? -1,
  },
  {
    id: 'p99',
    title: 'p99',
    help: 'Latency that 99 of 100 stay below, with its 95 % interval',
    isNumber: true,
    cell: ({ latencySec: { p99, ci95 } }) => withInterval(seconds(p99), ci95?.p99),
    key: (f) => f.latencySec.p99 ?? -1,
  },
  {
    id: 'p999',
    title: 'p99.9',
    help: 'Latency that 999 of 1000 stay below',
    isNumber: true,
    cell: (f) => seconds(f.latencySec.p999),
    key: (f) => f.latencySec.p999 ?? -1,
  },
  { id: 'bottleneck', title: 'Limited by', cell: ({ bottleneck }) => bottleneck ?? NOTHING, key: ({ bottleneck }) => bottleneck ?? '' },
];

/** Every flow with what it asked for and what it got. Choosing one shows its mapping and where its time goes. */
export function flows(controller: Controller, result: SimulationResult): HTMLElement {
  const { flow, tenant } = controller.store.state;
  const shown = tenant === '' ? result.flows : result.flows.filter((f) => f.tenant === tenant);
  return table(controller, shown, {
    name: 'flows',
    caption: 'Flows',
    columns,
    sort: { column: 'loss', isDescending: true },
    empty: tenant === '' ? 'The design has no workloads.' : 'This tenant has no flows.',
    isSelected: ({ id }) => id === flow,
    onSelect: (row) => controller.choose({ flow: row.id, selected: deviceOf(row) }),
  });
}

/** The virtual device of a flow; its id ends with it. */
export function deviceOf({ id, from }: FlowResult): string {
  const at = id.indexOf('@');
  return at < 0 ? from : id.slice(at + 1);
}

function withInterval(text: string, ends: Interval | undefined) {
  return ends === undefined ? text : [text, h('small', { title: interval(ends) }, plusMinus(ends))];
}
