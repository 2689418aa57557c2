import { type EntityKind, entityWords } from '../../core/model/entity-kind.js';
import { definition, definitionName, documentSchema, resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import type { Json } from '../../core/text/tree.js';
import { type Dimension, type DimensionName, dimensions } from '../../core/units/dimensions.js';
import { blocks, code, list, table } from './topic.js';

/** Longer lists of words are left to completion and the documentation. */
const MAX_WORDS = 16;

/** What may stand at a place, in a few words: "a whole number from 0 to 4094", "a reference to a vSwitch or NIC port". */
export function typeText(schema: SchemaNode): string {
  const resolved = resolveSchema(schema);
  if (resolved.anyOf !== undefined) return resolved.anyOf.map(typeText).join(', or ');
  if (resolved.enum !== undefined) return resolved.enum.length === 1 ? literal(resolved.enum[0] as string) : 'one of several words';
  if (resolved['x-ref'] !== undefined) return `a reference to ${or(resolved['x-ref'].map(articled))}`;
  if (resolved.format !== undefined) return formatText(resolved.format);
  switch (resolved.type) {
    case 'integer':
    case 'number':
      return `${resolved.type === 'integer' ? 'a whole number' : 'a number'}${bounds(resolved)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list; each entry ${resolved.items === undefined ? 'a value' : typeText(resolved.items)}`;
    case 'object':
      return objectText(resolved);
    case 'string':
      return 'a text';
    default:
      return resolved.if !== undefined ? 'a guest or a virtual device' : 'any value';
  }
}

function objectText(schema: SchemaNode): string {
  const values = schema.additionalProperties;
  if (schema.properties !== undefined || values === undefined || values === false) return 'an object';
  const name = definitionName(values);
  return name === undefined ? `an object of values, each ${typeText(values)}` : `objects by id (${name})`;
}

function formatText(format: string): string {
  const dimension: Dimension | undefined = dimensions[format.replace('iovt-', '') as DimensionName];
  if (dimension !== undefined)
    return `a number with a unit that counts ${dimension.counts}: ${or(dimension.usual.map((unit) => `"10 ${unit}"`))}`;
  const words: Readonly<Record<string, string>> = {
    'iovt-cpu-set': 'a set of CPUs such as "0-3,8"',
    'iovt-pcie-link': 'a PCIe link such as "gen4 x16"',
    'iovt-pci-address': 'a PCI address such as "0000:3b:00.0"',
    'iovt-bus-range': 'a range of buses such as "40-47"',
    'iovt-mac': 'a MAC address',
    'iovt-reference': 'a reference',
  };
  return words[format] ?? 'a text';
}

function bounds({ minimum, maximum }: SchemaNode): string {
  if (maximum !== undefined) return ` from ${minimum ?? 0} to ${maximum}`;
  return minimum === undefined || minimum === 0 ? '' : ` from ${minimum} on`;
}

export function articled(kind: EntityKind): string {
  const word = entityWords[kind];
  return `${/^([aeio]|NVMe)/.test(word) ? 'an' : 'a'} ${word}`;
}

export function or(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Description, type, words with their meaning, default with its source, examples: what the schema says at a place. */
export function schemaText(schema: SchemaNode): string {
  const resolved = resolveSchema(schema);
  return blocks(resolved.description, `${sentence(typeText(schema))}`, wordsText(resolved), defaultText(resolved), examplesText(resolved));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function wordsText(schema: SchemaNode): string {
  const forms = schema.anyOf?.map((form) => resolveSchema(form)) ?? [schema];
  const words = forms.flatMap((form) => wordsOf(form));
  if (words.length > MAX_WORDS) return `${words.map(([word]) => code(word)).join(', ')}.`;
  return list(words.map(([word, meaning]) => (meaning === '' ? code(word) : `${code(word)}: ${meaning}`)));
}

/** The words of an enumeration, or of the entries of a list, each with what it means. */
export function wordsOf(schema: SchemaNode): [word: string, meaning: string][] {
  const resolved = resolveSchema(schema.items === undefined ? schema : schema.items);
  return (resolved.enum ?? []).map((word, i) => [word, resolved.enumDescriptions?.[i] ?? '']);
}

export function defaultText(schema: SchemaNode): string {
  if (schema.default === undefined) return '';
  const source = schema['x-source'];
  return `Default: ${literal(schema.default)}${source === undefined ? '' : ` (${source})`}.`;
}

function examplesText(schema: SchemaNode): string {
  const { examples, enum: words } = schema;
  if (examples === undefined || examples.length === 0 || words !== undefined || schema.default !== undefined) return '';
  return `Example${examples.length > 1 ? 's' : ''}: ${examples.map(literal).join(', ')}.`;
}

export function literal(value: Json): string {
  return code(JSON.stringify(value));
}

/** Objects whose properties are names of rules and costs, which are explained by themselves. */
const LISTS = new Set(['rules', 'costs']);

/** Properties of an object, those of objects written in place included: `burst.on`. */
export function propertiesOf(schema: SchemaNode, prefix = ''): [path: string, schema: SchemaNode, isRequired: boolean][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]): [string, SchemaNode, boolean][] => {
    const path = `${prefix}${key}`;
    const inner = resolveSchema(property);
    const isInPlace = definitionName(property) === undefined && inner.properties !== undefined && !LISTS.has(key);
    const isRequired = schema.required?.includes(key) === true;
    return [[path, property, isRequired], ...(isInPlace ? propertiesOf(inner, `${path}.`) : [])];
  });
}

/** The properties of an object, a line each. `link` finds the description of another object. */
export function propertyTable(schema: SchemaNode, link?: (name: string) => string | undefined): string {
  const rows = propertiesOf(schema).map(([path, property, isRequired]) => {
    const resolved = resolveSchema(property);
    const target = linked(property, resolved, link);
    const words = wordsOf(resolved).map(([word]) => code(word));
    const type = words.length > 0 ? or(words) : target === undefined ? typeText(property) : `[${typeText(property)}](${target})`;
    return [
      code(path),
      `${resolved.description ?? ''}${isRequired ? ' **Required.**' : ''}`,
      type,
      [defaultText(resolved), examplesText(resolved)].filter(Boolean).join(' '),
    ];
  });
  return table(['property', 'what', 'type', 'default, examples'], rows);
}

function linked(property: SchemaNode, resolved: SchemaNode, link?: (name: string) => string | undefined): string | undefined {
  const inner = resolved.additionalProperties === false ? resolved.items : (resolved.additionalProperties ?? resolved.items);
  const name = definitionName(property) ?? (inner === undefined ? undefined : definitionName(inner));
  return name === undefined ? undefined : link?.(name);
}

/** Definitions that are objects with properties of their own, the document first. */
export function objectDefinitions(): [name: string, schema: SchemaNode][] {
  const names = Object.keys(documentSchema.$defs ?? {});
  const objects = names
    .map((name) => [name, definition(name)] as [string, SchemaNode])
    .filter(([name, schema]) => schema.properties !== undefined && !LISTS.has(name));
  return [['document', documentSchema], ...objects];
}
