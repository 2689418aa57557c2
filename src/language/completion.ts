import type { CompletionItem } from 'vscode-languageserver-types';
import type { Entity } from '../core/model/entity.js';
import { valueOf } from '../core/model/fact.js';
import { keysOf } from '../core/model/scenario.js';
import { below, resolveSchema, type SchemaNode, schemaAt } from '../core/schema/schema.js';
import { child } from '../core/text/tree.js';
import type { DimensionName } from '../core/units/dimensions.js';
import { techniques } from '../techniques/index.js';
import { type CompletionContext, contextAt, type ValueContext } from './completion/context.js';
import { keys } from './completion/keys.js';
import { type ItemOptions, itemsOf, type Proposal } from './completion/proposal.js';
import { references } from './completion/references.js';
import { valueSnippet } from './completion/schema-snippet.js';
import { documentSnippets } from './completion/snippets/documents.js';
import { booleans, cpuSets, examples, pcieLinks, quantities, quoted, withTopics, words } from './completion/values.js';
import type { Document } from './document.js';
import { entityOfKeys } from './entity-keys.js';
import { isRule } from './help/problem.js';
import { findings } from './problems.js';

/** What may be written at an offset; every item leaves the text JSON. */
export function completion(document: Document, offset: number, options: ItemOptions): CompletionItem[] {
  const context = contextAt(document.parsed, offset);
  if (context === undefined) return [];
  return itemsOf(proposalsFor(context, document), context, document.file, options);
}

function proposalsFor(context: CompletionContext, document: Document): Proposal[] {
  switch (context.kind) {
    case 'empty':
      return documentSnippets().map(({ label, detail, value }) => ({ label, kind: 'snippet', insert: value, detail, filter: label }));
    case 'key':
      return keys(context, document);
    case 'value':
      return values(context, document);
  }
}

/** Where a value belongs: its schema, and the entity and property it is of. */
interface ValuePlace {
  readonly schema: SchemaNode;
  readonly entity: Entity | undefined;
  readonly key: string;
}

function values(context: ValueContext, document: Document): Proposal[] {
  const place = placeOf(context, document);
  if (place === undefined) return [];
  const special = specialTexts(context, place, document);
  if (special.length > 0) return special;
  const resolved = resolveSchema(place.schema);
  const forms =
    resolved.anyOf === undefined ? [place.schema] : resolved.anyOf.map((form) => ({ ...resolveSchema(form), ...inherited(resolved) }));
  return forms.flatMap((form) => formValues(form, place, context, document));
}

/** A default that stands beside several forms belongs to all of them. */
function inherited({ default: preset, examples: list }: SchemaNode): Partial<SchemaNode> {
  return { ...(preset === undefined ? {} : { default: preset }), ...(list === undefined ? {} : { examples: list }) };
}

function placeOf(context: ValueContext, document: Document): ValuePlace | undefined {
  const { path } = context;
  const { topology } = document.analysis;
  const key = path.filter((step) => typeof step === 'string').at(-1) as string;
  if (path[0] === 'scenarios' && path[2] === 'set' && path.length >= 4) return changedPlace(String(path[3]), path.slice(4), document);
  const owner = schemaAt(path.slice(0, -1), document.parsed.root?.value);
  const last = path.at(-1);
  const schema = owner === undefined || last === undefined ? undefined : below(owner, last);
  if (schema === undefined) return undefined;
  return { schema, entity: entityOfKeys(topology, path).entity, key };
}

/** The value of a change of a scenario is one of the property it changes. */
function changedPlace(path: string, rest: readonly (string | number)[], document: Document): ValuePlace | undefined {
  const { root } = document.analysis.topology;
  const found = root === undefined ? 'noEntity' : keysOf(root, path);
  if (typeof found === 'string') return undefined;
  let schema = below(schemaAt(found.slice(0, -1), root?.value) ?? {}, found.at(-1) as string);
  for (const step of rest) schema = schema === undefined ? undefined : below(resolveSchema(schema), step);
  const { entity } = entityOfKeys(document.analysis.topology, found);
  return schema === undefined ? undefined : { schema, entity, key: found.at(-1) as string };
}

function formValues(form: SchemaNode, place: ValuePlace, context: ValueContext, document: Document): Proposal[] {
  const resolved = resolveSchema(form);
  const taken = new Set((context.list?.items ?? []).flatMap((item) => (item.type === 'string' ? [item.value as string] : [])));
  const kinds = resolved['x-ref'];
  if (kinds !== undefined) return references({ topology: document.analysis.topology, entity: place.entity, kinds, key: place.key, taken });
  if (resolved.enum !== undefined) {
    const free = words(form).filter(({ label }) => !taken.has(label));
    return place.key === 'technique' ? ordered(withTopics(free), place.entity) : withTopics(free);
  }
  const format = resolved.format?.replace('iovt-', '');
  switch (format) {
    case undefined:
      return plainValues(form, resolved, place, context);
    case 'cpu-set':
      return [...cpuSets(place.entity), ...examples(form)];
    case 'pcie-link':
      return pcieLinks();
    case 'pci-address':
    case 'bus-range':
    case 'mac':
    case 'reference':
      return examples(form);
    default:
      return quantities(format as DimensionName, context.typed, form);
  }
}

function plainValues(form: SchemaNode, resolved: SchemaNode, place: ValuePlace, context: ValueContext): Proposal[] {
  switch (resolved.type) {
    case 'boolean':
      return booleans(form);
    case 'integer':
    case 'number':
      return examples(form);
    case 'string':
      return resolved.pattern === undefined ? [] : examples(form);
    case 'object':
    case 'array': {
      if (context.typed !== '') return [];
      const { text } = valueSnippet(resolved);
      const label = resolved.type === 'array' ? '[ ]' : '{ }';
      return [{ label, kind: 'snippet', insert: text, detail: resolved.description ?? place.key, group: 6, opensAgain: true }];
    }
    default:
      return [];
  }
}

/** Techniques of containers first inside a container, the others first inside a virtual machine. */
function ordered(proposals: readonly Proposal[], entity: Entity | undefined): Proposal[] {
  const guest = entity?.kind === 'virtual-device' ? entity.guest : undefined;
  if (guest === undefined) return [...proposals];
  const isContainer = valueOf(guest.facts.kind) === 'container';
  return proposals.map((proposal) => {
    const family = techniques.get(proposal.label)?.family;
    return { ...proposal, group: (family === 'container') === isContainer || family === 'hardware' ? 4 : 6 };
  });
}

/** Texts that the schema leaves open but the design does not: rules, paths, ports of the device, types of instances. */
function specialTexts(context: ValueContext, place: ValuePlace, document: Document): Proposal[] {
  const { path } = context;
  const { analysis } = document;
  const text = (label: string, detail?: string, group?: number): Proposal => ({
    label,
    kind: 'value',
    insert: quoted(label),
    ...(detail === undefined ? {} : { detail }),
    ...(group === undefined ? {} : { group }),
  });
  if (path[0] === 'suppress' && place.key === 'rule') {
    const reported = new Set(analysis.diagnostics.map(({ name }) => name));
    return findings.filter(isRule).map((rule) => text(rule.name, `${rule.id} ${rule.title}`, reported.has(rule.name) ? 3 : 5));
  }
  if (path[0] === 'suppress' && place.key === 'at') {
    const rule = child(document.parsed.root, 'suppress');
    const name = rule?.type === 'array' ? child(rule.items[Number(path[1])], 'rule')?.value : undefined;
    const found = analysis.diagnostics.filter(
      (each) => each.path !== undefined && (name === undefined || each.name === name || each.code === name),
    );
    return [...new Set(found.map((each) => each.path as string))].map((each) => text(each));
  }
  if (place.key === 'port' && place.entity?.kind === 'function') return place.entity.device.ports.map(({ id }) => text(id));
  if (place.key === 'type' && place.entity !== undefined) return instanceTypes(place.entity).map(([type, detail]) => text(type, detail));
  return [];
}

/** Types of instances that the GPU behind a device offers. */
function instanceTypes(entity: Entity): [type: string, detail: string][] {
  if (entity.kind === 'partition') return typesOf(entity.device);
  if (entity.kind !== 'virtual-device') return [];
  const target = valueOf(entity.facts.from)?.target;
  const device = target?.kind === 'device' ? target : target !== undefined && 'device' in target ? target.device : undefined;
  return device === undefined ? [] : typesOf(device);
}

function typesOf(device: Extract<Entity, { kind: 'device' }>): [type: string, detail: string][] {
  const mig = child(device.node, 'gpu', 'migInstances');
  const instances = mig?.type === 'object' ? mig.properties.map(({ key }): [string, string] => [key, 'MIG instance']) : [];
  return [...device.mediatedTypes.map(({ id }): [string, string] => [id, 'mediated device type']), ...instances];
}
