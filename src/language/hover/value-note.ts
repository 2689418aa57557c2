import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import type { SyntaxNode } from '../../core/text/tree.js';
import { type CpuSet, formatCpuSet, intersection } from '../../core/units/cpu-set.js';
import { formatBitsPerSec, formatBytesPerSec, formatSeconds } from '../../core/units/format.js';
import { linkBitsPerSec, type PcieLink } from '../../core/units/pcie-link.js';
import type { Quantity } from '../../core/units/quantity.js';
import { valueParsers } from '../../core/units/values.js';

/** The same value in other words: bytes for bits, CPUs with their NUMA nodes, what a link carries. */
export function valueNote(schema: SchemaNode, node: SyntaxNode, entity: Entity | undefined): string | undefined {
  if (node.type !== 'string') return undefined;
  const forms = [schema, ...(schema.anyOf ?? [])].map((form) => resolveSchema(form));
  const format = forms.find((form) => form.format !== undefined)?.format;
  const parsed = format === undefined ? undefined : valueParsers.get(format)?.(node.value as string);
  if (format === undefined || parsed === undefined || !parsed.ok) return undefined;
  switch (format) {
    case 'iovt-cpu-set':
      return cpuNote(parsed.value as CpuSet, entity);
    case 'iovt-pcie-link': {
      const bits = linkBitsPerSec(parsed.value as PcieLink);
      return `${formatBytesPerSec(bits / 8)} (${formatBitsPerSec(bits)}) in each direction, before packet overhead`;
    }
    default:
      return isQuantity(parsed.value) ? quantityNote(parsed.value) : undefined;
  }
}

function isQuantity(value: unknown): value is Quantity {
  return typeof value === 'object' && value !== null && 'base' in value;
}

function quantityNote({ value, base, word }: Quantity): string | undefined {
  if (word !== undefined || value === 0) return undefined;
  switch (base) {
    case 'bit/s':
      return `= ${formatBytesPerSec(value / 8)}`;
    case 'B/s':
      return `= ${formatBitsPerSec(value * 8)}`;
    case 'op/s':
      return `= one every ${formatSeconds(1 / value)}`;
    case 'B':
      return value >= 1024 ? `= ${String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ')} bytes` : undefined;
    case 'Hz':
      return `one cycle takes ${formatSeconds(1 / value)}`;
    case 'cycle':
      return `= ${formatSeconds(value / 3e9)} at 3.0 GHz`;
    default:
      return undefined;
  }
}

function cpuNote(cpus: CpuSet, entity: Entity | undefined): string {
  const count = `${cpus.size} CPU${cpus.size === 1 ? '' : 's'}`;
  let host = entity;
  while (host !== undefined && host.kind !== 'host') host = host.parent;
  if (host?.kind !== 'host' || entity?.kind === 'numa-node') return count;
  const parts = host.numaNodes.flatMap((node) => {
    const own = valueOf(node.facts.cpus);
    const shared = own === undefined ? undefined : intersection(own, cpus);
    return shared === undefined || shared.size === 0 ? [] : [`${formatCpuSet(shared)} on ${node.id}`];
  });
  return parts.length === 0 ? count : `${count}: ${parts.join(', ')}`;
}
