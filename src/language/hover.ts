import type { Hover } from 'vscode-languageserver-types';
import type { Entity } from '../core/model/entity.js';
import type { VirtualDevice } from '../core/model/virtual-device.js';
import { resolveSchema, type SchemaNode, schemaAt } from '../core/schema/schema.js';
import { rangeOf } from '../core/text/source.js';
import { keyPlace, nodeAt, type Property, type SyntaxNode } from '../core/text/tree.js';
import { techniques } from '../techniques/index.js';
import type { Technique } from '../techniques/technique.js';
import type { Analysis } from './check.js';
import { type Document, type Estimates, noEstimates } from './document.js';
import { entityOfKeys } from './entity-keys.js';
import { schemaText, wordsOf } from './help/schema-text.js';
import { blocks, code, escaped, list } from './help/topic.js';
import { topics } from './help.js';
import { entityCard } from './hover/entity-card.js';
import { valueNote } from './hover/value-note.js';
import { mentionsOf } from './mentions.js';
import { originOf, overridden } from './origin.js';
import { findProblem } from './problems.js';

/** Words of these properties are names that have a page of their own. */
const NAMED = new Set(['technique', 'kind', 'rule', 'backend']);

/** What stands at an offset, in Markdown: an entity, a property with the value that holds, or a value. */
export function hover(document: Document, offset: number, estimates: Estimates = noEstimates): Hover | undefined {
  const { analysis, file, parsed } = document;
  if (parsed.root === undefined || parsed.comments.some((comment) => comment.start < offset && offset < comment.end)) return undefined;
  const mentions = mentionsOf(analysis).at(file, offset);
  const [mention] = mentions;
  if (mention !== undefined) {
    const others = mentions.slice(1).map(({ entity }) => code(entity.path));
    const also =
      others.length === 0
        ? undefined
        : `The same place also names ${others.slice(0, 8).join(', ')}${others.length > 8 ? ' and more' : ''}.`;
    return hoverOf(blocks(entityCard(mention.entity, analysis, estimates), also), mention.at);
  }
  const { node, path, property } = nodeAt(parsed.root, offset);
  const isKey = property !== undefined && offset >= property.keyStart && offset <= property.keyEnd;
  const schema = schemaAt(path, parsed.root.value);
  if (schema === undefined) return undefined;
  if (isKey) return hoverOf(propertyText(analysis, path, property, schema), keyPlace(property));
  if (node.type === 'object' || node.type === 'array') return undefined;
  return hoverOf(valueText(analysis, path, node, schema), node);
}

function hoverOf(value: string, at: Parameters<typeof rangeOf>[0]): Hover | undefined {
  return value === '' ? undefined : { contents: { kind: 'markdown', value }, range: rangeOf(at) };
}

/** Help of the schema, or of the rule or cost that the key names, and what holds here. */
function propertyText(analysis: Analysis, path: readonly (string | number)[], property: Property, schema: SchemaNode): string {
  const name = `**${escaped(property.key)}**`;
  const [owner] = path;
  if (owner === 'rules' && path.length === 2) return blocks(...topics(property.key).map(({ text }) => text), schemaText(schema));
  if (owner === 'calibration' && path[1] === 'costs' && path.length >= 3) return blocks(...topics(String(path[2])).map(({ text }) => text));
  const { entity, inside } = entityOfKeys(analysis.topology, path);
  return blocks(name, schemaText(schema), entity === undefined ? undefined : holds(analysis, entity, inside, property, schema));
}

/** The value that holds, in base units where that helps, where it comes from, and what it replaces. */
function holds(
  analysis: Analysis,
  entity: Entity,
  inside: readonly (string | number)[],
  property: Property,
  schema: SchemaNode,
): string | undefined {
  const keys = inside.map(String);
  if (keys.length === 0) return undefined;
  const { value } = property;
  const note = value === undefined ? undefined : valueNote(schema, value, entity);
  const instead = overridden(analysis.topology, entity, keys, resolveSchema(schema));
  const isScalar = value !== undefined && value.type !== 'object' && value.type !== 'array';
  return blocks(
    isScalar
      ? `Here: ${code(String(value.value))}${note === undefined ? '' : ` (${escaped(note)})`}, stated for ${code(entity.path)}.`
      : undefined,
    instead === undefined || !isScalar ? undefined : `Left out, it would be ${instead}.`,
    entity.kind === 'virtual-device' ? unusedText(entity, keys[0] as string) : undefined,
  );
}

function unusedText(device: VirtualDevice, key: string): string | undefined {
  const { technique } = device;
  if (technique === undefined || (technique.keys as readonly string[]).includes(key)) return undefined;
  return `The technique ${code(technique.name)} does not use it.`;
}

function valueText(analysis: Analysis, path: readonly (string | number)[], node: SyntaxNode, schema: SchemaNode): string {
  const key = path.filter((step) => typeof step === 'string').at(-1) as string | undefined;
  const value = String(node.value);
  const { entity } = entityOfKeys(analysis.topology, path);
  const named = key !== undefined && NAMED.has(key) ? topics(value).filter(({ kind }) => kind !== 'property' && kind !== 'definition') : [];
  if (named.length > 0) {
    const technique = key === 'technique' && entity?.kind === 'virtual-device' ? techniques.get(value) : undefined;
    const needs = technique === undefined ? undefined : needsText(technique, entity as VirtualDevice, analysis);
    return blocks(...named.map(({ text }) => text), needs);
  }
  const meaning = [schema, ...(schema.anyOf ?? [])].flatMap((form) => wordsOf(form)).find(([word]) => word === value)?.[1];
  if (meaning !== undefined && meaning !== '') return blocks(`${code(value)}: ${meaning}`, schema.description);
  const note = valueNote(schema, node, entity);
  return blocks(note === undefined ? undefined : `${code(value)} ${escaped(note)}`, schema.description, originText(analysis, path));
}

/** Facts of an entity that came by way of a template or a file are told apart from its own. */
function originText(analysis: Analysis, path: readonly (string | number)[]): string | undefined {
  const { entity, inside } = entityOfKeys(analysis.topology, path);
  if (entity === undefined || !('facts' in entity)) return undefined;
  let at: unknown = entity.facts;
  for (const step of inside) at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined;
  if (typeof at !== 'object' || at === null || !('state' in at)) return undefined;
  const origin = originOf(analysis.topology, entity, inside.join('.'), at as Parameters<typeof originOf>[3]);
  return origin === 'stated here' ? undefined : `From ${escaped(origin)}.`;
}

/** Whether each need of the technique is met by this device, where that can be told. */
function needsText(technique: Technique, device: VirtualDevice, analysis: Analysis): string | undefined {
  if (technique.needs.length === 0) return undefined;
  return blocks(`For ${code(device.path)}:`, list(technique.needs.map((need) => `${need.what}: ${verdict(need, device, analysis)}`)));
}

function verdict({ isMet, rule }: Technique['needs'][number], device: VirtualDevice, analysis: Analysis): string {
  if (rule !== undefined && isReported(rule, device, analysis)) return `✗ not met (${rule})`;
  const met = isMet?.(device);
  if (met !== undefined) return met ? '✓ met' : '✗ not met';
  return rule === undefined || findProblem(rule) === undefined ? 'not known' : `nothing reported (${rule})`;
}

function isReported(rule: string, device: VirtualDevice, analysis: Analysis): boolean {
  return analysis.diagnostics.some(
    ({ name, path }) => name === rule && (path === device.path || path?.startsWith(`${device.path}/`) === true),
  );
}
