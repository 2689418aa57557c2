import type { Entity } from '../core/model/entity.js';
import type { EntityKind } from '../core/model/entity-kind.js';
import type { Topology } from '../core/model/topology.js';

/** The map that holds the entities of a kind, inside the object of their parent or at the top. */
export const MAP_OF: Partial<Record<EntityKind, string>> = {
  tenant: 'tenants',
  host: 'hosts',
  'numa-node': 'numa',
  'pcie-port': 'pcie',
  device: 'devices',
  function: 'functions',
  'nic-port': 'ports',
  namespace: 'namespaces',
  partition: 'partitions',
  'mediated-type': 'mediatedTypes',
  volume: 'volumes',
  switch: 'switches',
  controller: 'controllers',
  guest: 'guests',
  'virtual-device': 'devices',
  network: 'networks',
  workload: 'workloads',
  objective: 'objectives',
  scenario: 'scenarios',
  template: 'templates',
  profile: 'profiles',
};

/** Whether the entity stands in a text under its id; VFs, functions nobody lists and profiles of the catalogue do not. */
export function isWritten(entity: Entity): boolean {
  switch (entity.kind) {
    case 'vf':
      return false;
    case 'function':
      return entity.isDeclared;
    case 'profile':
      return !entity.isBuiltIn;
    case 'controller':
      return !entity.isImplied;
    default:
      return true;
  }
}

/** Keys from the root of the merged document to an entity: `hosts`, `h1`, `guests`, `web`. */
export function keysOfEntity(entity: Entity): string[] {
  const map = MAP_OF[entity.kind];
  const above = entity.parent === undefined ? [] : keysOfEntity(entity.parent);
  return map === undefined ? [...above, entity.id] : [...above, map, entity.id];
}

const indexes = new WeakMap<Topology, Map<string, Entity>>();

function indexOf(topology: Topology): Map<string, Entity> {
  let index = indexes.get(topology);
  if (index === undefined) {
    index = new Map(topology.entities.filter(isWritten).map((entity) => [keysOfEntity(entity).join('/'), entity]));
    indexes.set(topology, index);
  }
  return index;
}

/** The innermost entity on a path of keys, and the keys inside it. */
export function entityOfKeys(
  topology: Topology,
  path: readonly (string | number)[],
): { readonly entity: Entity | undefined; readonly inside: readonly (string | number)[] } {
  const index = indexOf(topology);
  for (let n = path.length - (path.length % 2); n >= 2; n -= 2) {
    const entity = index.get(path.slice(0, n).join('/'));
    if (entity !== undefined) return { entity, inside: path.slice(n) };
  }
  return { entity: undefined, inside: path };
}
