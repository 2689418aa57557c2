import type { Schema } from '../../src/core/schema/source/dsl.js';
import { type DimensionName, dimensions } from '../../src/core/units/dimensions.js';

const FORMAT_TYPES: Record<string, string> = {
  'iovt-cpu-set': 'CpuSet',
  'iovt-pcie-link': 'PcieLink',
  'iovt-pci-address': 'PciAddress',
  'iovt-bus-range': 'BusRange',
  'iovt-mac': 'string',
  'iovt-reference': 'Reference',
};

/** The interfaces through which code reads a document: one for each object of the schema, each property a fact. */
export function factInterfaces(schema: Schema): string {
  const defs = schema['$defs'] as Record<string, Schema>;
  const blocks = Object.entries(defs)
    .filter(([, def]) => def['type'] === 'object' && def['properties'] !== undefined)
    .map(([name, def]) => interfaceOf(name, def, defs));
  blocks.push(interfaceOf('document', schema, defs));
  const names = [
    ...Object.entries(defs)
      .filter(([, d]) => d['type'] === 'object' && d['properties'] !== undefined)
      .map(([n]) => n),
    'document',
  ];
  const map = names.map((name) => `  '${name}': ${typeName(name)};`).join('\n');
  return `// Made by scripts/generate.ts from the schema of the language. Do not edit.
import type { CpuSet } from '../units/cpu-set.js';
import type { BusRange, PciAddress } from '../units/pci-address.js';
import type { PcieLink } from '../units/pcie-link.js';
import type { Quantity } from '../units/quantity.js';
import type { Fact } from './fact.js';
import type { Reference } from './reference.js';

${blocks.join('\n\n')}

/** Name of a definition of the schema to the facts read through it. */
export interface FactsByDefinition {
${map}
}
`;
}

function typeName(definition: string): string {
  return `${definition.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Facts`;
}

function interfaceOf(name: string, def: Schema, defs: Record<string, Schema>): string {
  const lines = members(def, defs, '  ');
  return `export interface ${typeName(name)} {\n${lines.join('\n')}\n}`;
}

function members(def: Schema, defs: Record<string, Schema>, indent: string): string[] {
  return Object.entries(def['properties'] as Record<string, Schema>).flatMap(([key, property]) => {
    const type = memberType(property, defs, indent);
    return type === undefined ? [] : [`${indent}readonly ${/^[A-Za-z_]\w*$/.test(key) ? key : `'${key}'`}: ${type};`];
  });
}

/** Nested objects are facts themselves; maps of entities are not facts of their owner. */
function memberType(property: Schema, defs: Record<string, Schema>, indent: string): string | undefined {
  const nested = nestedObject(property, defs, indent);
  if (nested !== undefined) return nested;
  const value = valueType(property, defs, indent);
  return value === undefined ? undefined : `Fact<${value}>`;
}

function nestedObject(property: Schema, defs: Record<string, Schema>, indent: string): string | undefined {
  const name = definitionName(property);
  const target = name === undefined ? property : (defs[name] as Schema);
  if (target['type'] !== 'object' || target['properties'] === undefined) return undefined;
  return name === undefined ? `{\n${members(target, defs, `${indent}  `).join('\n')}\n${indent}}` : typeName(name);
}

function definitionName(property: Schema): string | undefined {
  const ref = property['$ref'];
  return typeof ref === 'string' ? ref.replace('#/$defs/', '') : undefined;
}

function valueType(property: Schema, defs: Record<string, Schema>, indent: string): string | undefined {
  const name = definitionName(property);
  if (name !== undefined) return valueType(defs[name] as Schema, defs, indent) ?? (nestedObject(property, defs, indent) as string);
  if (Array.isArray(property['anyOf'])) {
    const types = (property['anyOf'] as Schema[]).map(
      (form) => valueType(form, defs, indent) ?? (nestedObject(form, defs, indent) as string),
    );
    return [...new Set(types)].join(' | ');
  }
  const format = property['format'];
  if (typeof format === 'string') {
    const parsed = FORMAT_TYPES[format];
    if (parsed !== undefined) return parsed;
    const dimension = dimensions[format.replace('iovt-', '') as DimensionName];
    return new Set(dimension.units.map((unit) => unit.base)).size === 1 && !('words' in dimension) ? 'number' : 'Quantity';
  }
  if (Array.isArray(property['enum'])) return (property['enum'] as string[]).map((word) => `'${word}'`).join(' | ') || 'string';
  switch (property['type']) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const items = property['items'] as Schema;
      const item = valueType(items, defs, indent) ?? (nestedObject(items, defs, indent) as string);
      return `readonly ${/[| {]/.test(item) ? `(${item})` : item}[]`;
    }
    case 'object': {
      if (property['properties'] !== undefined) return undefined;
      const values = property['additionalProperties'] as Schema;
      const target = definitionName(values);
      if (target !== undefined && defs[target]?.['format'] === undefined) return undefined;
      return `Readonly<Record<string, ${Object.keys(values).length === 0 ? 'unknown' : valueType(values, defs, indent)}>>`;
    }
    default:
      return 'unknown';
  }
}
