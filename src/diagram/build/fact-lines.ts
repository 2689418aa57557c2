import { Reference } from '../../core/model/reference.js';
import { definition, resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import type { Place, SourceFile } from '../../core/text/source.js';
import { type CpuSet, formatCpuSet } from '../../core/units/cpu-set.js';
import { type DimensionName, dimensions } from '../../core/units/dimensions.js';
import { formatBase, formatOpsPerSec } from '../../core/units/format.js';
import { formatPciAddress, type PciAddress } from '../../core/units/pci-address.js';
import { formatPcieLink, type PcieLink } from '../../core/units/pcie-link.js';
import type { Quantity } from '../../core/units/quantity.js';

/** A tooltip that does not fit on the screen helps nobody. */
const MAX_LINES = 20;
const MAX_LENGTH = 240;

/**
 * What is stated of an entity, one line for each property in the words of the language, values in the form a person would
 * write: `maxRate: 40 Gbit/s`. Defaults are left out.
 *
 * @param name definition of the schema that the facts were read with.
 * @param home file of the entity; what it says itself comes before what a profile says of its kind.
 */
export function factLines(name: string, facts: object, home?: SourceFile): string[] {
  const found: Line[] = [];
  collect(facts, definition(name), '', found);
  const isOwn = (line: Line) => home === undefined || line.file === home;
  const lines = [...found.filter(isOwn), ...found.filter((line) => !isOwn(line))].map((line) => line.text);
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more`] : lines;
}

/** A text that somebody pasted into a name is not repeated in full. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

interface Line {
  readonly text: string;
  readonly file: SourceFile | undefined;
}

function collect(facts: object, schema: SchemaNode, prefix: string, lines: Line[]): void {
  for (const key of Object.keys(facts)) {
    const fact = (facts as Record<string, { state?: string; value?: unknown; at?: Place }>)[key];
    const property = schema.properties?.[key];
    if (fact === undefined || property === undefined) continue;
    if (fact.state === undefined) collect(fact, resolveSchema(property), `${prefix}${key}.`, lines);
    else if (fact.state === 'known') {
      const text = valueText(fact.value, property);
      if (text !== '') lines.push({ text: clip(`${prefix}${key}: ${text}`, MAX_LENGTH), file: fact.at?.file });
    }
  }
}

function valueText(value: unknown, schema: SchemaNode): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return numberText(value, dimensionOf(schema));
  if (value instanceof Reference) return value.text;
  if (Array.isArray(value)) return value.map((item) => valueText(item, resolveSchema(schema).items ?? {})).join(', ');
  if (typeof value !== 'object' || value === null) return '';
  if ('ranges' in value) return formatCpuSet(value as CpuSet);
  if ('lanes' in value) return formatPcieLink(value as PcieLink);
  if ('slot' in value) return formatPciAddress(value as PciAddress);
  if ('base' in value) return (value as Quantity).word ?? formatBase((value as Quantity).value, (value as Quantity).base);
  const items = Object.entries(value).filter(([, item]) => typeof item === 'number' || typeof item === 'string');
  return items.map(([key, item]) => `${key} ${item}`).join(', ');
}

const dimensionNames = new WeakMap<SchemaNode, DimensionName | null>();

/** The dimension in which plain numbers of a property count. */
function dimensionOf(schema: SchemaNode): DimensionName | null {
  let name = dimensionNames.get(schema);
  if (name === undefined) {
    const resolved = resolveSchema(schema);
    const formats = [resolved, ...(resolved.anyOf ?? []).map(resolveSchema)].map((form) => form.format?.replace('iovt-', ''));
    name = (formats.find((format) => format !== undefined && Object.hasOwn(dimensions, format)) as DimensionName | undefined) ?? null;
    dimensionNames.set(schema, name);
  }
  return name;
}

function numberText(value: number, dimension: DimensionName | null): string {
  if (dimension === null) return String(value);
  if (dimension === 'io-rate') return formatOpsPerSec(value, 'IOPS');
  if (dimension === 'packet-rate') return formatOpsPerSec(value, 'pps');
  return formatBase(value, dimensions[dimension].units[0]?.base ?? '1');
}
