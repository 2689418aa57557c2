import type { Entity } from '../core/model/entity.js';
import type { Fact } from '../core/model/fact.js';
import { factAt } from '../core/model/facts.js';
import type { Topology } from '../core/model/topology.js';
import { definition, resolveSchema, type SchemaNode } from '../core/schema/schema.js';
import type { Place } from '../core/text/source.js';
import { child, type SyntaxNode } from '../core/text/tree.js';
import { sourceOf } from './help/profile.js';
import { layersBelow } from './layers.js';
import { formatValue } from './value-text.js';

/** A property of an entity as it holds in the design, and where it comes from. */
export interface ResolvedFact {
  /** Dotted, such as `sriov.vfs`. */
  readonly path: string;
  readonly value: string;
  /** "stated here", "template fast-nic", "profile intel-x710 (Intel datasheet)", "default (QEMU)". */
  readonly origin: string;
  readonly isStated: boolean;
}

/** Where the value of a fact comes from, in words. */
export function originOf(topology: Topology, entity: Entity, path: string, fact: Fact<unknown>): string {
  if (fact.state === 'unknown') return 'not known';
  if (fact.state === 'assumed') return fact.source === 'default of the language' ? 'default' : `default: ${fact.source}`;
  if (isOwn(entity, fact.at)) return 'stated here';
  const device = 'device' in entity ? entity.device : entity.kind === 'device' ? entity : undefined;
  const layers = [entity, device].flatMap((each) => (each === undefined ? [] : layersBelow(topology, each)));
  for (const layer of layers) {
    if (!contains(layer.node, fact.at)) continue;
    const source = layer.kind === 'profile' ? sourceOf(layer.node, path) : undefined;
    return `${layer.kind} ${layer.id}${source === undefined ? '' : ` (${source})`}`;
  }
  if (device !== undefined && device !== entity && isOwn(device, fact.at)) return `device ${device.id}`;
  if (fact.at.file !== entity.at.file) return `file ${fileName(fact.at.file.uri)}`;
  return 'stated elsewhere in the design';
}

/** Whether a place lies in what the document itself says below the key of the entity. */
function isOwn(entity: Entity, at: Place): boolean {
  return entity.at.file === at.file && contains(entity.node, at) && at.start >= entity.at.end;
}

function contains(node: SyntaxNode | undefined, at: Place): boolean {
  return node !== undefined && node.file === at.file && node.start <= at.start && at.end <= node.end;
}

function fileName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

/** What an entity states or is assumed to be, in the order of the schema. Unknown facts are left out. */
export function resolvedFacts(topology: Topology, entity: Entity): ResolvedFact[] {
  if (!('facts' in entity)) return [];
  return facts(topology, entity, definition(entity.kind), entity.facts, '');
}

function facts(topology: Topology, entity: Entity, schema: SchemaNode, values: object, prefix: string): ResolvedFact[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]): ResolvedFact[] => {
    const path = `${prefix}${key}`;
    const resolved = resolveSchema(property);
    const inner = (values as Record<string, unknown>)[key];
    if (resolved.properties !== undefined) {
      if (typeof inner !== 'object' || inner === null) return [];
      const found = facts(topology, entity, resolved, inner, `${path}.`);
      // The defaults of an object that nobody states would only hide what is stated.
      return found.some(({ isStated }) => isStated) ? found : [];
    }
    const fact = factAt(values, [key]);
    if (fact === undefined || fact.state === 'unknown') return [];
    return [
      {
        path,
        value: formatValue(property, fact.value),
        origin: originOf(topology, entity, path, fact),
        isStated: fact.state === 'known',
      },
    ];
  });
}

/** What a property would be if the entity did not state it: the next layer that does, in words. */
export function overridden(topology: Topology, entity: Entity, path: readonly string[], schema: SchemaNode): string | undefined {
  for (const layer of layersBelow(topology, entity)) {
    const below = child(layer.node, ...path);
    if (below === undefined) continue;
    const source = layer.kind === 'profile' ? sourceOf(layer.node, path.join('.')) : undefined;
    const value = typeof below.value === 'object' ? '{ … }' : String(below.value);
    return `\`${value}\` of ${layer.kind} \`${layer.id}\`${source === undefined ? '' : ` (${source})`}`;
  }
  return schema.default === undefined ? undefined : `the default \`${JSON.stringify(schema.default)}\``;
}
