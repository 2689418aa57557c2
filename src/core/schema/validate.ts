import { type Diagnostic, type Fix, messageText } from '../diagnostics/diagnostic.js';
import { pathTo } from '../text/edits.js';
import { closest } from '../text/similar.js';
import type { Place } from '../text/source.js';
import { keyPlace, type ObjectNode, type Property, placeOf, property, type ScalarNode, type SyntaxNode } from '../text/tree.js';
import { valueParsers } from '../units/values.js';
import { beginRecording, type SchemaError, TooManyErrors } from './fail.js';
import { validate as compiled } from './generated/document.js';
import {
  duplicateKey,
  invalidId,
  invalidQuantity,
  invalidValue,
  missingProperty,
  tooManyProblems,
  unknownProperty,
  wrongType,
} from './problems.js';
import { documentSchema, formOf, resolveSchema, type SchemaNode, schemaAt } from './schema.js';

const MAX_REPORTED = 1000;

/** What breaks the schema, each in the words of its place. Never throws. */
export function validateDocument(root: SyntaxNode, withDuplicates: readonly ObjectNode[]): Diagnostic[] {
  const errors = schemaErrors(root);
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const error of errors) {
    const diagnostic = describe(root, error);
    if (diagnostic === undefined) continue;
    const key = `${diagnostic.at.start} ${diagnostic.code === invalidValue.id ? wrongType.id : diagnostic.code}`;
    if (seen.has(key)) continue; // several forms of a value fail alike, and of a wrong type nothing else is worth saying
    seen.add(key);
    diagnostics.push(diagnostic);
    if (diagnostics.length >= MAX_REPORTED) break;
  }
  for (const node of withDuplicates) if (!isEntityMap(root, node)) diagnostics.push(...duplicates(node));
  if (diagnostics.length >= MAX_REPORTED) {
    const { file } = root;
    diagnostics.length = MAX_REPORTED;
    diagnostics.push(tooManyProblems.at('more', { file, start: root.start, end: root.start + 1 }, { shown: MAX_REPORTED }));
  }
  return diagnostics;
}

function schemaErrors(root: SyntaxNode): readonly SchemaError[] {
  beginRecording();
  try {
    return compiled(root.value) ? [] : (compiled.errors ?? []);
  } catch (error) {
    if (error instanceof TooManyErrors) return error.errors;
    throw error;
  }
}

interface Located {
  readonly path: (string | number)[];
  readonly node: SyntaxNode;
  /** The property the node is the value of, if it is one. */
  readonly property: Property | undefined;
}

function locate(root: SyntaxNode, pointer: string): Located | undefined {
  let node: SyntaxNode | undefined = root;
  let at: Property | undefined;
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replace(/~1/g, '/').replace(/~0/g, '~');
    if (node?.type === 'array') {
      path.push(Number(key));
      node = node.items[Number(key)];
      at = undefined;
    } else {
      path.push(key);
      at = property(node, key);
      node = at?.value;
    }
  }
  return node === undefined ? undefined : { path, node, property: at };
}

function describe(root: SyntaxNode, error: SchemaError): Diagnostic | undefined {
  const located = locate(root, error.instancePath);
  if (located === undefined) return undefined;
  const { node } = located;
  const schema = schemaAt(located.path, root.value);
  if (schema === undefined) return undefined;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownProperties(node, schema, error.property ?? '');
    case 'propertyNames':
      return badName(node, schema, error.property ?? '');
    case 'required':
      return missing(located, error.property ?? '');
    case 'type':
    case 'anyOf':
      return badType(node, schema);
    default:
      return node.type === 'object' || node.type === 'array' ? badContainer(node, schema, error) : badScalar(node, schema, error.keyword);
  }
}

function unknownProperties(node: SyntaxNode, schema: SchemaNode, key: string): Diagnostic | undefined {
  const prop = property(node, key);
  // An object that one form of the value refuses may be the very form that was meant.
  if (prop === undefined || schema.properties === undefined || Object.hasOwn(schema.properties, key)) return undefined;
  const free = Object.keys(schema.properties).filter((name) => property(node, name) === undefined);
  const similar = closest(key, free);
  const place = keyPlace(prop);
  if (similar === undefined) return unknownProperty.at('unknown', place, { key });
  const fixes = [replaceWith(place, JSON.stringify(similar), 'Change to "{value}"', similar)];
  return unknownProperty.at('similar', place, { key, similar }, { fixes });
}

function badName(node: SyntaxNode, schema: SchemaNode, name: string): Diagnostic | undefined {
  const prop = property(node, name);
  if (prop === undefined || schema.propertyNames === undefined) return undefined;
  const names = resolveSchema(schema.propertyNames);
  if (names.enum === undefined && names === resolveSchema({ $ref: '#/$defs/id' }))
    return invalidId.at('invalidId', keyPlace(prop), { id: name });
  const example = names.enum?.[0] ?? Object.keys((schema.examples?.[0] as object | undefined) ?? {})[0] ?? '';
  return invalidId.at('invalidKey', keyPlace(prop), { id: name, example });
}

function missing(located: Located, key: string): Diagnostic {
  const { node } = located;
  const place: Place =
    located.property === undefined ? { file: node.file, start: node.start, end: node.start + 1 } : keyPlace(located.property);
  const fixes: Fix[] = [];
  if (located.path.length === 0 && key === 'iovt' && node.type === 'object') {
    fixes.push({ title: { template: 'Add "iovt": "1"', args: {} }, changes: [{ kind: 'set', within: node, keys: ['iovt'], value: '1' }] });
  }
  return missingProperty.at('missing', place, { key }, { fixes });
}

const TYPE_WORDS: Record<string, string> = {
  object: 'an object { }',
  array: 'a list [ ]',
  string: 'a text in quotes',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

function badType(node: SyntaxNode, schema: SchemaNode): Diagnostic | undefined {
  const forms = (schema.anyOf ?? [schema]).map((form) => resolveSchema(form));
  const types = [...new Set(forms.flatMap((form) => form.type ?? []))];
  const fits = types.includes(node.type) || (node.type === 'number' && types.includes('integer') && Number.isInteger(node.value));
  if (fits) return undefined; // the form that was meant has more to say itself
  if (node.type === 'null') return wrongType.at('nothing', placeOf(node), {});
  const quantity = forms.find((form) => form.format !== undefined && form.examples !== undefined);
  if (node.type === 'number' && quantity !== undefined && !types.includes('number')) {
    const suggestion = `${node.value}${usualUnit(schema) ?? usualUnit(quantity) ?? ''}`;
    const fixes = [replaceWith(placeOf(node), JSON.stringify(suggestion), 'Change to "{value}"', suggestion)];
    return wrongType.at('bareNumber', placeOf(node), { suggestion }, { fixes });
  }
  const expected = types.map((type) => TYPE_WORDS[type] ?? type).join(' or ');
  const actual = TYPE_WORDS[node.type] ?? node.type;
  const isScalar = node.type === 'string' || node.type === 'number' || node.type === 'boolean';
  const scalar = isScalar ? convertible(node, types) : undefined;
  const fixes = scalar === undefined ? [] : [replaceWith(placeOf(node), scalar, 'Change to {value}', scalar)];
  return wrongType.at('wrongType', placeOf(node), { actual, expected }, { fixes });
}

/** `"4"` where a number belongs, `"true"` where a boolean does, 1 where a text does. */
function convertible(node: ScalarNode, types: readonly string[]): string | undefined {
  const value = String(node.value).trim();
  if (node.type !== 'string') return types.includes('string') ? JSON.stringify(value) : undefined;
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value;
  if ((types.includes('integer') && /^\d+$/.test(value)) || (types.includes('number') && /^\d+(\.\d+)?$/.test(value))) return value;
  return undefined;
}

function badContainer(node: SyntaxNode, schema: SchemaNode, error: SchemaError): Diagnostic | undefined {
  if (error.keyword === 'minItems') return invalidValue.at('tooFew', placeOf(node), { limit: schema.minItems ?? 1 });
  return undefined;
}

function badScalar(node: ScalarNode, schema: SchemaNode, keyword: string): Diagnostic | undefined {
  const place = placeOf(node);
  const value = String(node.value);
  switch (keyword) {
    case 'format':
      return unreadable(node, schema);
    case 'enum': {
      const words = schema.enum;
      if (words === undefined) return undefined; // another form of the value has them
      const allowed = words.length > 12 ? `${words.slice(0, 12).join(', ')}, …` : words.join(', ');
      const similar = closest(value, words);
      if (similar === undefined) return invalidValue.at('notOneOf', place, { value, allowed });
      const fixes = [replaceWith(place, JSON.stringify(similar), 'Change to "{value}"', similar)];
      return invalidValue.at('notOneOfSimilar', place, { value, allowed, similar }, { fixes });
    }
    case 'minimum':
      return invalidValue.at('tooSmall', place, { value, limit: schema.minimum ?? 0 });
    case 'maximum':
      return invalidValue.at('tooLarge', place, { value, limit: schema.maximum ?? 0 });
    case 'pattern':
      return invalidValue.at('pattern', place, { value, example: String(schema.examples?.[0] ?? '') });
    default:
      return undefined;
  }
}

/** A quantity, CPU set, link, address or reference: its parser says what is wrong and where. */
function unreadable(node: ScalarNode, schema: SchemaNode): Diagnostic | undefined {
  const result = valueParsers.get(schema.format ?? '')?.(String(node.value));
  if (result === undefined || result.ok) return undefined;
  const { problem } = result;
  const place = placeInside(node, problem.start, problem.end);
  // Frames are counted in bytes and guests in gibibytes: of the units of one kind, this property knows which is meant.
  const unit = BARE_NUMBER.test(String(node.value)) ? usualUnit(schema) : undefined;
  const suggestion = unit === undefined ? undefined : `${String(node.value).trim()}${unit}`;
  const { message } = problem;
  const words = suggestion === undefined ? message : { ...message, args: { ...message.args, suggestion } };
  const values = suggestion === undefined ? problem.suggestions : [...new Set([suggestion, ...problem.suggestions])];
  const fixes = values.map((value) => replaceWith(placeOf(node), JSON.stringify(value), 'Change to "{value}"', value));
  return invalidQuantity.at('invalid', place, { problem: messageText(words) }, { fixes });
}

const BARE_NUMBER = /^\s*\d+(\.\d+)?\s*$/;

/** The unit, with the space before it, in which a property shows its values. */
function usualUnit({ default: usual, examples }: SchemaNode): string | undefined {
  const example = usual ?? examples?.[0];
  return typeof example === 'string' ? /^[\d.]+(\s*[A-Za-z].*)$/.exec(example)?.[1] : undefined;
}

/** A stretch of a text value; the whole value where escapes shift its characters, or where the stretch is empty. */
export function placeInside(node: SyntaxNode, start: number, end: number): Place {
  const { file } = node;
  const hasEscapes = file.text.slice(node.start, node.end).includes('\\');
  if (hasEscapes || end <= start) return placeOf(node);
  return { file, start: node.start + 1 + start, end: Math.min(node.start + 1 + end, node.end - 1) };
}

/** Two entities of one id are a matter of references, and reported by the rule about them. */
function isEntityMap(root: SyntaxNode, node: ObjectNode): boolean {
  const path = pathTo(root, node);
  const schema = path === undefined ? undefined : schemaAt(path, root.value);
  return (
    schema?.propertyNames !== undefined && typeof schema.additionalProperties === 'object' && schema.additionalProperties.$ref !== undefined
  );
}

function duplicates(node: ObjectNode): Diagnostic[] {
  return (node.duplicates ?? []).map(({ first, again }) =>
    duplicateKey.at(
      'duplicate',
      keyPlace(again),
      { key: again.key },
      {
        related: [{ message: { template: duplicateKey.messages.first, args: {} }, at: keyPlace(first) }],
      },
    ),
  );
}

function replaceWith(at: Place, newText: string, template: string, value: string): Fix {
  return { title: { template, args: { value } }, changes: [{ kind: 'text', at, newText }] };
}

/** The schema node, in its form for the value, of a node of the document. For hovers and completion. */
export function schemaOfPath(root: SyntaxNode | undefined, path: readonly (string | number)[]): SchemaNode | undefined {
  return path.length === 0 ? formOf(documentSchema, root?.value) : schemaAt(path, root?.value);
}
