import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { child } from '../../core/text/tree.js';
import { formatBase } from '../../core/units/format.js';
import type { Quantity } from '../../core/units/quantity.js';
import { parseQuantity } from '../../core/units/quantity.js';
import { type CostId, costIds, costTable } from './index.js';

/** A cost as it holds in one design. */
export interface Cost {
  readonly id: CostId;
  readonly title: string;
  /** Seconds, cycles, or one of them per byte. */
  readonly quantity: Quantity;
  readonly source: string;
  /** From the `calibration` block of the design. */
  readonly isMeasured: boolean;
}

export type CostBook = (id: CostId) => Cost;

const defaults = new Map<CostId, Cost>();

for (const id of costIds) {
  const { title, dimension, value, source } = costTable[id];
  const parsed = parseQuantity(value, dimension);
  if (!parsed.ok) throw new Error(`cost ${id}: ${value}`);
  defaults.set(id, { id, title, quantity: parsed.value, source, isMeasured: false });
}

/** The cost model of a design: the defaults, and on top of them what its author measured. */
export function costBook(topology: Topology): CostBook {
  const measured = measuredCosts(topology);
  return (id) => measured.get(id) ?? (defaults.get(id) as Cost);
}

function measuredCosts(topology: Topology): Map<CostId, Cost> {
  const result = new Map<CostId, Cost>();
  const block = child(topology.root, 'calibration', 'costs');
  if (block?.type !== 'object') return result;
  const general = valueOf(topology.facts.calibration.source) ?? 'calibration of this design';
  for (const { key, value } of block.properties) {
    const id = key as CostId;
    const definition = Object.hasOwn(costTable, id) ? costTable[id] : undefined;
    const stated = value?.type === 'object' ? child(value, 'value') : value;
    if (definition === undefined || stated?.type !== 'string') continue;
    const parsed = parseQuantity(stated.value as string, definition.dimension);
    if (!parsed.ok) continue;
    const source = child(value, 'source');
    const where = source?.type === 'string' ? (source.value as string) : general;
    result.set(id, { id, title: definition.title, quantity: parsed.value, source: where, isMeasured: true });
  }
  return result;
}

export function formatCost(cost: Cost): string {
  return formatBase(cost.quantity.value, cost.quantity.base);
}
