import { profileCatalog } from '../../catalog/profiles/index.js';
import type { Fact } from '../../core/model/fact.js';
import { factAt, readFacts } from '../../core/model/facts.js';
import { merge } from '../../core/model/merge.js';
import { definition, resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import { child, type SyntaxNode } from '../../core/text/tree.js';
import { formatValue } from '../value-text.js';
import { blocks, code, escaped, type Topic, table } from './topic.js';

/** Properties of a profile that its card shows elsewhere. */
const ELSEWHERE = new Set(['title', 'extends', 'sources', 'appliesTo', 'kind']);

/** The card of a device profile of the catalogue. */
export function profileTopic(name: string): Topic | undefined {
  const node = whole(name);
  return node === undefined
    ? undefined
    : {
        kind: 'profile',
        name,
        title: textAt(node, 'title') ?? name,
        page: `profiles/${name}.md`,
        text: profileCard(name, node),
      };
}

/** A profile with those it extends below it. */
function whole(name: string, seen: readonly string[] = []): SyntaxNode | undefined {
  const node = profileCatalog.node(name);
  const base = node === undefined ? undefined : textAt(node, 'extends');
  if (node === undefined || base === undefined || seen.includes(name)) return node;
  return merge(whole(base, [...seen, name]), node);
}

/** What a profile says, each fact with its source. For profiles of the catalogue and of a document. */
export function profileCard(name: string, node: SyntaxNode): string {
  const title = textAt(node, 'title') ?? name;
  const appliesTo = textAt(node, 'appliesTo');
  return blocks(
    `**${escaped(title)}** (${escaped(textAt(node, 'kind') ?? 'device')}, profile ${code(name)})`,
    appliesTo === undefined ? undefined : `Holds for ${escaped(appliesTo)}.`,
    table(
      ['fact', 'value', 'source'],
      profileFacts(node).map(([path, value]) => [path, value, escaped(sourceOf(node, path) ?? '')]),
    ),
  );
}

function textAt(node: SyntaxNode, key: string): string | undefined {
  const value = child(node, key);
  return value?.type === 'string' ? (value.value as string) : undefined;
}

/** Where a profile has a fact from: the entry for the property, for the object around it, or for all the rest. */
export function sourceOf(profile: SyntaxNode | undefined, path: string): string | undefined {
  const sources = child(profile, 'sources');
  const parts = path.split('.');
  for (let n = parts.length; n > 0; n--) {
    const found = child(sources, parts.slice(0, n).join('.'));
    if (found?.type === 'string') return found.value as string;
  }
  const rest = child(sources, '*');
  return rest?.type === 'string' ? (rest.value as string) : undefined;
}

/** Facts that the profile states, as dotted property and text; maps of parts (ports, functions) in one line each. */
function profileFacts(node: SyntaxNode): [path: string, value: string][] {
  const schema = definition('profile');
  const facts = readFacts('profile', node, []);
  return rows(schema, facts, node, '').concat(parts(schema, node));
}

function rows(schema: SchemaNode, facts: object, node: SyntaxNode, prefix: string): [string, string][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]): [string, string][] => {
    if (prefix === '' && ELSEWHERE.has(key)) return [];
    const stated = child(node, key);
    if (stated === undefined) return [];
    const resolved = resolveSchema(property);
    if (resolved.properties !== undefined) return rows(resolved, (facts as Record<string, object>)[key] ?? {}, stated, `${prefix}${key}.`);
    const fact: Fact<unknown> | undefined = factAt(facts, [key]);
    return fact === undefined || fact.state === 'unknown' ? [] : [[`${prefix}${key}`, formatValue(property, fact.value)]];
  });
}

function parts(schema: SchemaNode, node: SyntaxNode): [string, string][] {
  return ['ports', 'functions'].flatMap((map): [string, string][] => {
    const entries = child(node, map);
    if (entries?.type !== 'object' || schema.properties?.[map] === undefined) return [];
    return entries.properties.map(({ key, value }): [string, string] => [`${map}.${key}`, escaped(partText(value))]);
  });
}

function partText(node: SyntaxNode | undefined): string {
  if (node?.type !== 'object') return '';
  return node.properties
    .flatMap(({ key, value }) =>
      value === undefined ? [] : [`${key} ${value.type === 'object' ? `(${partText(value)})` : JSON.stringify(value.value)}`],
    )
    .join(', ')
    .replace(/"/g, '');
}
