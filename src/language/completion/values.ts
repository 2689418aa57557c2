import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import { formatCpuSet } from '../../core/units/cpu-set.js';
import { type Dimension, type DimensionName, dimensions } from '../../core/units/dimensions.js';
import { wordsOf } from '../help/schema-text.js';
import { topics } from '../help.js';
import type { Proposal } from './proposal.js';
import { literally } from './snippet.js';

/** Words of an enumeration, the default first, with what each means. */
export function words(schema: SchemaNode): Proposal[] {
  const { default: preset } = resolveSchema(schema);
  return wordsOf(schema).map(([word, meaning]) => ({
    label: word,
    kind: 'word',
    insert: quoted(word),
    detail: word === preset ? 'default' : undefined,
    documentation: meaning === '' ? undefined : meaning,
    group: word === preset ? 3 : 5,
  }));
}

/** Words that are names of techniques, vSwitches, controllers or rules, with all that is known of them. */
export function withTopics(proposals: readonly Proposal[]): Proposal[] {
  return proposals.map((proposal) => {
    const topic = topics(proposal.label).find(({ kind }) => kind !== 'property' && kind !== 'definition');
    return topic === undefined ? proposal : { ...proposal, detail: proposal.detail ?? topic.title, documentation: topic.text };
  });
}

export function booleans(schema: SchemaNode): Proposal[] {
  const { default: preset } = resolveSchema(schema);
  return [true, false].map((value) => ({
    label: String(value),
    kind: 'value',
    insert: String(value),
    detail: value === preset ? 'default' : undefined,
    group: value === preset ? 5 : 4,
  }));
}

/** Prefixes that nobody types, such as petabytes of buffer, stay out unless the letters are typed. */
const RARE = /^(P|Pi|p|Ti|T)(?=[a-zA-Z])/;

/** A typed number with each unit that it can have; without a number, an example with the usual units. */
export function quantities(name: DimensionName, typed: string, schema: SchemaNode): Proposal[] {
  const dimension: Dimension = dimensions[name];
  const match = /^\s*([+-]?\d+(?:\.\d*)?|\.\d+)\s*(\S*)/.exec(typed);
  const words = (dimension.words ?? []).map((word): Proposal => ({ label: word, kind: 'word', insert: quoted(word), group: 6 }));
  if (match === null) return [...examples(schema), ...words];
  const [, digits = '', letters = ''] = match;
  const usual = new Set(dimension.usual.map((symbol) => symbol.replace(/\s/g, '')));
  const symbols = [...dimension.usual, ...new Set(dimension.units.map(({ symbol }) => symbol).filter((symbol) => !usual.has(symbol)))];
  return symbols
    .filter((symbol) => letters !== '' || !RARE.test(symbol))
    .filter((symbol) => !/^[µμ]/.test(symbol) && !/^[kMGTP]?i?b\/s$/.test(symbol)) // other spellings of the same
    .map((symbol) => {
      const value = /^[kMGTP] /.test(symbol) ? `${digits}${symbol}` : `${digits} ${symbol}`;
      // "25g" and "25 Gbit" both find "25 Gbit/s".
      const filter = letters === '' ? `${typed}${symbol}` : typed.replace(letters, symbol.replace(/\s/g, ''));
      return { label: value, kind: 'unit', insert: quoted(value), filter, group: dimension.usual.includes(symbol) ? 4 : 5 };
    });
}

/** Default and examples of a value that is typed freely. */
export function examples(schema: SchemaNode): Proposal[] {
  const resolved = resolveSchema(schema);
  const preset = resolved.default;
  const values = [...(preset === undefined ? [] : [preset]), ...(resolved.examples ?? [])].filter((value) => typeof value !== 'object');
  return [...new Set(values)].map((value) => ({
    label: String(value),
    kind: 'value',
    insert: literally(JSON.stringify(value)),
    detail: value === preset ? 'default' : 'example',
    group: value === preset ? 4 : 5,
  }));
}

/** CPUs of the NUMA nodes of the host. */
export function cpuSets(entity: Entity | undefined): Proposal[] {
  let host = entity;
  while (host !== undefined && host.kind !== 'host') host = host.parent;
  if (host?.kind !== 'host' || entity?.kind === 'numa-node') return [];
  return host.numaNodes.flatMap((node): Proposal[] => {
    const cpus = valueOf(node.facts.cpus);
    return cpus === undefined
      ? []
      : [{ label: formatCpuSet(cpus), kind: 'value', insert: quoted(formatCpuSet(cpus)), detail: `all of ${node.id}` }];
  });
}

/** Links that are built: generations that servers have, in the widths of their slots. */
export function pcieLinks(): Proposal[] {
  return [5, 4, 3, 6, 2, 1].flatMap((generation) =>
    [16, 8, 4, 2, 1].map((lanes): Proposal => {
      const link = `gen${generation} x${lanes}`;
      return { label: link, kind: 'value', insert: quoted(link) };
    }),
  );
}

export function quoted(text: string): string {
  return literally(JSON.stringify(text));
}
