import { child, type SyntaxNode } from '../text/tree.js';
import type { ScopedReference } from './build.js';
import type { Entity } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import type { FactsByDefinition } from './facts.generated.js';
import { type FoundReference, readFacts } from './facts.js';
import { objectOf, withValue } from './merge.js';
import { applyChanges, entityKeysOf, keysOf, scenarioChanges } from './scenario.js';
import type { Scopes } from './scopes.js';

/** What an entity of a map is. Maps of devices are read apart: those of hosts hold devices, those of guests virtual ones. */
const KIND_IN: Readonly<Record<string, EntityKind & keyof FactsByDefinition>> = {
  hosts: 'host',
  networks: 'network',
  workloads: 'workload',
  tenants: 'tenant',
  objectives: 'objective',
  guests: 'guest',
  switches: 'switch',
  controllers: 'controller',
  volumes: 'volume',
  pcie: 'pcie-port',
  numa: 'numa-node',
};

/** What of a topology references are bound in. */
interface Bound {
  readonly entities: readonly Entity[];
  readonly scopes: Scopes;
}

/**
 * References in the values that scenarios put into a design, bound as if they stood where they are put. Each scenario is looked
 * at by itself, over the base design; names of what the scenario itself adds count as known.
 */
export function scenarioReferences(root: SyntaxNode, { entities, scopes }: Bound): ScopedReference[] {
  const scenarios = child(root, 'scenarios');
  if (scenarios?.type !== 'object' || scenarios.properties.length === 0) return [];
  const byPath = new Map<string, Entity>(entities.map((entity) => [`${entity.kind} ${entity.path}`, entity]));
  return scenarios.properties.flatMap(({ key }) => ofScenario(root, key, scopes, byPath));
}

function ofScenario(root: SyntaxNode, name: string, scopes: Scopes, byPath: ReadonlyMap<string, Entity>): ScopedReference[] {
  const changes = scenarioChanges(root, name) ?? [];
  const changed = changes.length === 0 ? root : applyChanges(root, changes).root;
  const references: ScopedReference[] = [];
  const added = new Set<string>();
  for (const { path, value, at } of changes) {
    const keys = value.type === 'null' ? 'noEntity' : keysOf(changed, path);
    if (typeof keys === 'string') continue;
    const own = entityKeysOf(keys);
    const kind = kindOf(own);
    if (kind === undefined) continue;
    const rest = keys.slice(own.length);
    const ids = own.filter((_, i) => i % 2 === 1);
    const entity = byPath.get(`${kind} ${ids.join('/')}`);
    if (rest.length === 0) added.add(ids.at(-1) as string);
    const host = byPath.get(`host ${ids[0]}`);
    const node = rest.length === 0 ? value : withValue(objectOf([], at), rest, value, at);
    const found: FoundReference[] = [];
    readFacts(kind, node, found);
    for (const { reference, field } of found) {
      scopes.bind(reference, entity ?? host);
      references.push({ reference, scope: entity ?? host, field });
    }
  }
  return references.filter(({ reference }) => !reference.segments.some(({ id }) => added.has(id)));
}

function kindOf(keys: readonly string[]): (EntityKind & keyof FactsByDefinition) | undefined {
  const map = keys.at(-2);
  if (map === 'devices') return keys.at(-4) === 'guests' ? 'virtual-device' : 'device';
  return map === undefined ? undefined : KIND_IN[map];
}
