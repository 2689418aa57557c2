import { type EntityKind, entityWords } from '../../core/model/entity-kind.js';
import { definition, definitionName, resolveSchema, type SchemaNode, schemaAt } from '../../core/schema/schema.js';
import { child } from '../../core/text/tree.js';
import { techniques } from '../../techniques/index.js';
import type { Document } from '../document.js';
import { entityOfKeys } from '../entity-keys.js';
import { schemaText, typeText } from '../help/schema-text.js';
import { topics } from '../help.js';
import type { KeyContext } from './context.js';
import type { Proposal } from './proposal.js';
import { scenarioPaths } from './scenario.js';
import { keySnippet, valueSnippet } from './schema-snippet.js';
import { hole, literally } from './snippet.js';
import { entitySnippets } from './snippets/index.js';

/** What may stand as a key of an object: its properties, ids with whole entities, or names that a map asks for. */
export function keys(context: KeyContext, document: Document): Proposal[] {
  const { path } = context;
  const root = document.parsed.root?.value;
  const schema = schemaAt(path, root);
  if (schema === undefined) return [];
  if (path[0] === 'scenarios' && path[2] === 'set') return scenarioPaths(context, document);
  if (schema.properties !== undefined) return properties(context, schema, document);
  const values = schema.additionalProperties;
  if (values === undefined || values === false) return [];
  const kind = definitionName(values) as EntityKind | undefined;
  if (kind !== undefined && Object.hasOwn(entityWords, kind) && kind !== 'vf') return ids(context, kind, document);
  return named(context, schema, values, document);
}

function properties(context: KeyContext, schema: SchemaNode, document: Document): Proposal[] {
  const names = Object.entries(schema.properties ?? {}).filter(([key]) => !context.present.has(key));
  const rank = ranking(context, schema, document);
  return names.map(([key, property]) => {
    const value = valueSnippet(property);
    const topic = topicOf(context.path, key);
    return {
      label: key,
      kind: 'property',
      insert: keySnippet(key, value.text, context.hasColon),
      detail: topic?.title ?? typeText(property),
      documentation: topic?.text ?? schemaText(property),
      group: schema.required?.includes(key) === true ? 0 : rank(key),
      opensAgain: value.opensAgain && !context.hasColon,
    };
  });
}

/** Rules and costs are explained by themselves. */
function topicOf(path: readonly (string | number)[], key: string) {
  const isNamed = (path.length === 1 && path[0] === 'rules') || (path[0] === 'calibration' && path[1] === 'costs');
  return isNamed ? topics(key)[0] : undefined;
}

/** For a virtual device first the technique, then the keys that it reads; nothing is known of other objects. */
function ranking(context: KeyContext, schema: SchemaNode, document: Document): (key: string) => number {
  if (schema.properties !== definition('virtual-device').properties) return () => 5;
  const { entity } = entityOfKeys(document.analysis.topology, context.path);
  const merged = entity?.kind === 'virtual-device' || entity?.kind === 'template' ? entity.node : undefined;
  const name = child(context.object, 'technique') ?? child(merged, 'technique');
  const technique = techniques.get(name?.type === 'string' ? (name.value as string) : '');
  if (technique === undefined) return (key) => (key === 'technique' ? 0 : 5);
  const own = new Set<string>(technique.keys);
  const needed = new Set(['connect', 'from', 'media', 'backend'].filter((key) => own.has(key)));
  return (key) => (needed.has(key) ? 1 : own.has(key) ? 3 : 7);
}

/** A new entity: whole ones as they are usually made, and one to fill in. */
function ids(context: KeyContext, kind: EntityKind, document: Document): Proposal[] {
  if (context.hasColon) return [];
  const { topology } = document.analysis;
  const { entity: owner } = entityOfKeys(topology, context.path.slice(0, -1));
  const whole = entitySnippets(kind, { topology, owner }).map(
    (made): Proposal => ({
      label: made.label,
      kind: 'snippet',
      insert: `"${hole(1, freeId(context, made.id))}": ${made.value}`,
      filter: `${context.typed}${made.label}`,
      detail: made.detail,
      group: 3,
    }),
  );
  const [example = kind] = Object.keys((schemaAt(context.path, document.parsed.root?.value)?.examples?.[0] as object | undefined) ?? {});
  const id = context.typed === '' ? freeId(context, example) : context.typed;
  if (definition(kind).required !== undefined) return whole; // an empty one would be wrong
  return [
    ...whole,
    {
      label: `new ${entityWords[kind]}`,
      kind: 'snippet',
      insert: `"${hole(1, id)}": {\n\t$2\n}`,
      filter: `${context.typed}new ${entityWords[kind]}`,
      detail: 'to fill in',
      documentation: schemaText(definition(kind)),
      group: 6,
      opensAgain: false,
    },
  ];
}

/** `eth0`, or the next name of its kind that is not taken. */
function freeId(context: KeyContext, wanted: string): string {
  if (!context.present.has(wanted)) return wanted;
  const [, stem = wanted, digits] = /^(.*?)(\d*)$/.exec(wanted) ?? [];
  for (let n = digits === '' || digits === undefined ? 2 : Number(digits) + 1; ; n++)
    if (!context.present.has(`${stem}${n}`)) return `${stem}${n}`;
}

/** Keys of maps that are not entities: words of an enumeration, ids of neighbours, ranges of VFs. */
function named(context: KeyContext, schema: SchemaNode, values: SchemaNode, document: Document): Proposal[] {
  const { topology } = document.analysis;
  const { entity } = entityOfKeys(topology, context.path);
  const last = context.path.at(-1);
  const value = valueSnippet(values).text;
  const make = (key: string): Proposal => ({ label: key, kind: 'value', insert: keySnippet(key, value, context.hasColon) });
  const free = (list: readonly string[]) => list.filter((key) => !context.present.has(key)).map(make);
  const words = schema.propertyNames === undefined ? undefined : resolveSchema(schema.propertyNames).enum;
  if (words !== undefined) return free(words);
  if (last === 'distances' && entity?.kind === 'numa-node') {
    return free(entity.host.numaNodes.filter((node) => node !== entity).map(({ id }) => id));
  }
  if (last === 'vfs') return free(['vf0', 'vf1', 'vf0-3', 'vf0-7']);
  if (last === 'rxqAffinity' && entity?.kind === 'switch') {
    return free(topology.scopes.visible(entity, ['nic-port']).map(({ text }) => `${text}:0`));
  }
  const example = Object.keys((schema.examples?.[0] as object | undefined) ?? {});
  return free(example).map((proposal) => ({
    ...proposal,
    insert: keySnippet(proposal.label, literally(plainExample(schema, proposal.label)), context.hasColon),
    detail: 'example',
  }));
}

function plainExample(schema: SchemaNode, key: string): string {
  return JSON.stringify((schema.examples?.[0] as Record<string, unknown> | undefined)?.[key] ?? '');
}
