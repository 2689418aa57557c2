import { definition, definitionName, documentSchema, resolveSchema, type SchemaNode } from '../schema/schema.js';
import type { Json, SyntaxNode } from '../text/tree.js';
import { type Dimension, type DimensionName, dimensions } from '../units/dimensions.js';
import type { Quantity } from '../units/quantity.js';
import type { ReferenceSegment } from '../units/reference.js';
import { valueParsers } from '../units/values.js';
import type { EntityKind } from './entity-kind.js';
import { assumed, type Fact, known, unknown } from './fact.js';
import type { FactsByDefinition } from './facts.generated.js';
import { Reference } from './reference.js';

/** A reference and the dotted property it was read from, such as `connect` or `kernel.disableAcsRedir`. */
export interface FoundReference {
  readonly reference: Reference;
  field: string;
}

/** Turns a value of the text into what it means; undefined where it cannot be read, which the schema check has reported. */
type Reader = (node: SyntaxNode, found: FoundReference[]) => unknown;

interface Plan {
  readonly readers: ReadonlyMap<string, Reader>;
  /** The nested objects, whose members are facts themselves. */
  readonly nested: ReadonlyMap<string, Plan>;
  /** What an object says that states nothing: defaults, and unknown for the rest. Facts that are stated go on top. */
  readonly nothing: object;
}

const plans = new Map<string, Plan>();

/**
 * Reads an object of the document through its definition in the schema: quantities in base units, CPU sets as sets,
 * references ready to be bound, defaults as assumed facts.
 *
 * @param found receives every reference that is read.
 */
export function readFacts<Name extends keyof FactsByDefinition>(
  name: Name,
  node: SyntaxNode | undefined,
  found: FoundReference[],
): FactsByDefinition[Name] {
  return readWith(planOf(name), node, found) as FactsByDefinition[Name];
}

/** A fact of an entity by its property, for code that goes by names: hovers, scenarios, tables. */
export function factAt(facts: object, path: readonly string[]): Fact<unknown> | undefined {
  let at: unknown = facts;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return typeof at === 'object' && at !== null && 'state' in at ? (at as Fact<unknown>) : undefined;
}

function planOf(name: string): Plan {
  let plan = plans.get(name);
  if (plan === undefined) {
    plan = makePlan(name === 'document' ? documentSchema : definition(name));
    plans.set(name, plan);
  }
  return plan;
}

function makePlan(schema: SchemaNode): Plan {
  const readers = new Map<string, Reader>();
  const nested = new Map<string, Plan>();
  const nothing: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const resolved = resolveSchema(property);
    if (resolved.type === 'object' && resolved.properties !== undefined) {
      const name = definitionName(property);
      const plan = name === undefined ? makePlan(resolved) : planOf(name);
      nested.set(key, plan);
      nothing[key] = plan.nothing;
      continue;
    }
    const reader = readerOf(property);
    if (reader === undefined) continue;
    readers.set(key, reader);
    nothing[key] = defaultOf(resolved, reader);
  }
  return { readers, nested, nothing };
}

function readWith(plan: Plan, node: SyntaxNode | undefined, found: FoundReference[]): object {
  if (node?.type !== 'object' || node.properties.length === 0) return plan.nothing;
  const facts = Object.create(plan.nothing) as Record<string, unknown>;
  for (const { key, value } of node.properties) {
    if (value === undefined) continue;
    const before = found.length;
    const inner = plan.nested.get(key);
    if (inner !== undefined) {
      facts[key] = readWith(inner, value, found);
    } else {
      const read = plan.readers.get(key)?.(value, found);
      if (read !== undefined) facts[key] = known(read, value);
    }
    for (let i = before; i < found.length; i++) {
      const each = found[i] as FoundReference;
      each.field = each.field === '' ? key : `${key}.${each.field}`;
    }
  }
  return facts;
}

function defaultOf(schema: SchemaNode, reader: Reader): Fact<unknown> {
  if (schema.default === undefined) return unknown;
  const file = { uri: 'iovt:default', text: JSON.stringify(schema.default) };
  const node = { type: typeof schema.default, file, start: 0, end: file.text.length, value: schema.default } as SyntaxNode;
  const value = reader(node, []);
  return value === undefined ? unknown : assumed(value, schema['x-source'] ?? 'default of the language');
}

function readerOf(property: SchemaNode): Reader | undefined {
  const schema = resolveSchema(property);
  if (schema.anyOf !== undefined) return choice(schema);
  if (schema.format === 'iovt-reference') return referenceReader(schema['x-ref'] ?? []);
  if (schema.format !== undefined) return parsedText(schema.format);
  switch (schema.type) {
    case 'string':
      return schema.enum === undefined ? (node) => (node.type === 'string' ? node.value : undefined) : word(schema.enum);
    case 'boolean':
      return (node) => (node.type === 'boolean' ? node.value : undefined);
    case 'integer':
    case 'number':
      return number(schema);
    case 'array':
      return listOf(schema.items as SchemaNode);
    case 'object':
      return objectReader(schema);
    default:
      return (node) => node.value as Json;
  }
}

function word(words: readonly string[]): Reader {
  return (node) => (node.type === 'string' && words.includes(node.value as string) ? node.value : undefined);
}

function number(schema: SchemaNode): Reader {
  const least = schema.minimum ?? Number.NEGATIVE_INFINITY;
  const most = schema.maximum ?? Number.POSITIVE_INFINITY;
  return (node) => {
    if (node.type !== 'number') return undefined;
    const value = node.value as number;
    if (value < least || value > most || !Number.isFinite(value)) return undefined;
    return schema.type === 'integer' && !Number.isInteger(value) ? undefined : value;
  };
}

function parsedText(format: string): Reader {
  const parse = valueParsers.get(format);
  const dimension: Dimension | undefined = dimensions[format.replace('iovt-', '') as DimensionName];
  // Where only one base unit is possible, the number alone is the value.
  const isPlain = dimension !== undefined && dimension.words === undefined && new Set(dimension.units.map((unit) => unit.base)).size === 1;
  return (node) => {
    if (node.type !== 'string') return undefined;
    const result = parse?.(node.value as string);
    if (result === undefined || !result.ok) return undefined;
    return isPlain ? (result.value as Quantity).value : result.value;
  };
}

function referenceReader(kinds: readonly EntityKind[]): Reader {
  const parse = valueParsers.get('iovt-reference');
  return (node, found) => {
    if (node.type !== 'string') return undefined;
    const result = parse?.(node.value as string);
    if (result === undefined || !result.ok) return undefined;
    const reference = new Reference(node.value as string, node, kinds, result.value as readonly ReferenceSegment[]);
    found.push({ reference, field: '' });
    return reference;
  };
}

function listOf(items: SchemaNode): Reader {
  const item = itemReader(items);
  return (node, found) =>
    node.type === 'array' ? node.items.map((n) => item(n, found)).filter((value) => value !== undefined) : undefined;
}

/** Objects inside lists and choices are facts as well. */
function itemReader(schema: SchemaNode): Reader {
  const resolved = resolveSchema(schema);
  if (resolved.type === 'object' && resolved.properties !== undefined) {
    const name = definitionName(schema);
    let plan: Plan | undefined;
    return (node, found) => {
      plan ??= name === undefined ? makePlan(resolved) : planOf(name);
      return node.type === 'object' ? readWith(plan, node, found) : undefined;
    };
  }
  return readerOf(schema) as Reader;
}

/** The forms of a choice differ in their JSON type, so that the type of a value decides. */
function choice(schema: SchemaNode): Reader {
  const readers = new Map<string, Reader>();
  for (const form of schema.anyOf ?? []) {
    const reader = itemReader(form);
    for (const type of [resolveSchema(form).type ?? []].flat()) readers.set(type === 'integer' ? 'number' : type, reader);
  }
  return (node, found) => readers.get(node.type)?.(node, found);
}

/** A map of values. A map of entities is read by the entity that owns them, a free-form one as it is. */
function objectReader(schema: SchemaNode): Reader | undefined {
  const values = schema.additionalProperties;
  if (values === undefined || values === false) return undefined;
  if (Object.keys(values).length === 0) return (node) => (node.type === 'object' ? node.value : undefined);
  const resolved = resolveSchema(values);
  if (resolved.properties !== undefined || resolved.if !== undefined) return undefined;
  const reader = readerOf(values) as Reader;
  return (node, found) => {
    if (node.type !== 'object') return undefined;
    const map: Record<string, unknown> = Object.create(null);
    for (const { key, value } of node.properties) {
      const read = value === undefined ? undefined : reader(value, found);
      if (read !== undefined) map[key] = read;
    }
    return map;
  };
}
