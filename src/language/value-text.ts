import type { Fact } from '../core/model/fact.js';
import type { Reference } from '../core/model/reference.js';
import { formOf, resolveSchema, type SchemaNode } from '../core/schema/schema.js';
import type { Json } from '../core/text/tree.js';
import { type CpuSet, formatCpuSet } from '../core/units/cpu-set.js';
import { type Base, type Dimension, type DimensionName, dimensions } from '../core/units/dimensions.js';
import { formatBase, formatOpsPerSec } from '../core/units/format.js';
import { type BusRange, formatPciAddress, type PciAddress } from '../core/units/pci-address.js';
import { formatPcieLink, type PcieLink } from '../core/units/pcie-link.js';
import type { Quantity } from '../core/units/quantity.js';

/** A value of a fact as a person would write it, from what its schema says it is. */
export function formatValue(schema: SchemaNode, value: unknown): string {
  const resolved = resolveSchema(schema);
  if (Array.isArray(value)) {
    const items = resolved.items ?? resolved.anyOf?.map((form) => resolveSchema(form)).find((form) => form.type === 'array')?.items ?? {};
    return value.map((item) => formatValue(items, item)).join(', ');
  }
  if (isReference(value)) return value.text;
  if (typeof value === 'object' && value !== null && !isParsed(value)) return objectText(resolved, value);
  const form = resolved.anyOf === undefined ? resolved : (scalarForm(resolved, value) ?? resolved);
  const format = form.format?.replace('iovt-', '');
  const dimension: Dimension | undefined = format === undefined ? undefined : dimensions[format as DimensionName];
  if (dimension !== undefined) return formatQuantity(format as DimensionName, dimension, value);
  switch (format) {
    case 'cpu-set':
      return formatCpuSet(value as CpuSet);
    case 'pcie-link':
      return formatPcieLink(value as PcieLink);
    case 'pci-address':
      return formatPciAddress(value as PciAddress);
    case 'bus-range':
      return [(value as BusRange).first, (value as BusRange).last].map((bus) => bus.toString(16)).join('-');
    default:
      return String(value);
  }
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'kinds' in value && 'segments' in value;
}

/** Of several forms, the one a value in base units was read through. */
function scalarForm(schema: SchemaNode, value: unknown): SchemaNode | undefined {
  const forms = (schema.anyOf ?? []).map((form) => resolveSchema(form));
  if (typeof value === 'boolean') return forms.find((form) => form.type === 'boolean');
  if (typeof value === 'object') return forms.find((form) => form.format !== undefined);
  return forms.find((form) => form.format !== undefined) ?? formOf(schema, value as Json);
}

const OPERATIONS: Partial<Record<DimensionName, 'IOPS' | 'pps'>> = { 'io-rate': 'IOPS', 'packet-rate': 'pps' };

function formatQuantity(name: DimensionName, dimension: Dimension, value: unknown): string {
  const quantity = typeof value === 'number' ? { value, base: dimension.units[0]?.base as Base } : (value as Quantity);
  if ('word' in quantity && quantity.word !== undefined) return quantity.word;
  return quantity.base === 'op/s' ? formatOpsPerSec(quantity.value, OPERATIONS[name]) : formatBase(quantity.value, quantity.base);
}

/** Values by name, as `distances` has them, or the facts of an object that stands in place of a value. */
function objectText(schema: SchemaNode, value: object): string {
  const forms = [schema, ...(schema.anyOf ?? [])].map((form) => resolveSchema(form));
  const properties = forms.find((form) => form.properties !== undefined)?.properties ?? {};
  return Object.entries(value)
    .flatMap(([key, item]) => {
      if (!isFact(item)) return typeof item === 'object' && item !== null ? [] : [`${key} ${String(item)}`];
      const property = properties[key];
      return item.state === 'unknown' || property === undefined ? [] : [`${key} ${formatValue(property, item.value)}`];
    })
    .join(', ');
}

function isFact(value: unknown): value is Fact<unknown> {
  return typeof value === 'object' && value !== null && 'state' in value;
}

/** What the parsers of `core/units` make. */
function isParsed(value: object): boolean {
  return 'base' in value || 'ranges' in value || 'lanes' in value || 'slot' in value || ('first' in value && 'last' in value);
}
