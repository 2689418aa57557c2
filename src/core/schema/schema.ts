import schemaJson from '../../../schemas/iovt.schema.json' with { type: 'json' };
import type { EntityKind } from '../model/entity-kind.js';
import type { Json } from '../text/tree.js';

/** What the schema says at one place. Only the keywords that the language uses. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: false | SchemaNode;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly if?: { readonly anyOf: readonly { readonly required: readonly [string] }[] };
  readonly then?: SchemaNode;
  readonly else?: SchemaNode;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly 'x-ref'?: readonly EntityKind[];
  readonly 'x-source'?: string;
}

export const documentSchema = schemaJson as unknown as SchemaNode;

export function definition(name: string): SchemaNode {
  return (documentSchema.$defs as Readonly<Record<string, SchemaNode>>)[name] as SchemaNode;
}

export function definitionName(schema: SchemaNode): string | undefined {
  return schema.$ref?.replace('#/$defs/', '');
}

/** Follows `$ref`. What stands beside it (description, default, examples, `x-ref`) wins over what it points to. */
export function resolveSchema(schema: SchemaNode): SchemaNode {
  const name = definitionName(schema);
  if (name === undefined) return schema;
  const target = resolveSchema(definition(name));
  const { $ref: _, ...own } = schema;
  return Object.keys(own).length === 0 ? target : { ...target, ...own };
}

function jsonType(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function accepts(schema: SchemaNode, value: Json): boolean {
  const { type } = resolveSchema(schema);
  if (type === undefined) return true;
  const actual = jsonType(value);
  return (Array.isArray(type) ? type : [type]).some((t) => t === actual || (t === 'integer' && actual === 'number'));
}

/** The form of an `anyOf`, `if` or plain schema that a value was meant to have, by its JSON type. */
export function formOf(schema: SchemaNode, value: Json | undefined): SchemaNode {
  const resolved = resolveSchema(schema);
  if (resolved.if !== undefined) {
    const keys = resolved.if.anyOf.map((alternative) => alternative.required[0]);
    const isThen = typeof value === 'object' && value !== null && keys.some((key) => key in value);
    return formOf((isThen ? resolved.then : resolved.else) as SchemaNode, value);
  }
  if (resolved.anyOf === undefined) return resolved;
  const form = value === undefined ? undefined : resolved.anyOf.find((candidate) => accepts(candidate, value));
  if (form === undefined) return resolved;
  const made = { ...resolveSchema(form), description: resolved.description ?? '' };
  // The property's own examples say more than those of everything that is a size.
  const examples = form.examples ?? resolved.examples?.filter((example) => made.type === undefined || accepts(form, example));
  return examples === undefined || examples.length === 0 ? made : { ...made, examples };
}

/** The schema of a property of an object, or of an item of an array, that has this schema. */
export function below(schema: SchemaNode, key: string | number): SchemaNode | undefined {
  if (typeof key === 'number') return schema.items;
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  return schema.additionalProperties === false ? undefined : schema.additionalProperties;
}

/** What the schema says at a path of a document, in the form that the values there were meant to have. */
export function schemaAt(path: readonly (string | number)[], root: Json | undefined): SchemaNode | undefined {
  let value: Json | undefined = root;
  let schema: SchemaNode | undefined = formOf(documentSchema, value);
  for (const key of path) {
    if (schema === undefined) return undefined;
    const next = below(schema, key);
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, Json>)[key] : undefined;
    schema = next === undefined ? undefined : formOf(next, value);
  }
  return schema;
}
