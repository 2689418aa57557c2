import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Root } from './root.js';

/** Virtual devices of one guest that stand in for each other: bonded inside it, or a failover pair. A guest has one tenant. */
export type Partners = ReadonlyMap<VirtualDevice, readonly Root[]>;

export function partnersOf(roots: readonly Root[]): Partners {
  const rootsOf = new Map<VirtualDevice, Root[]>();
  for (const root of roots) {
    if (root.device === undefined) continue;
    const own = rootsOf.get(root.device);
    if (own === undefined) rootsOf.set(root.device, [root]);
    else own.push(root);
  }
  const partners = new Map<VirtualDevice, Root[]>();
  const join = (one: VirtualDevice, other: VirtualDevice) => {
    partners.set(one, [...(partners.get(one) ?? []), ...(rootsOf.get(other) ?? [])]);
  };
  for (const device of rootsOf.keys()) {
    const other = valueOf(device.facts.bondedWith)?.as('virtual-device') ?? valueOf(device.facts.failoverFor)?.as('virtual-device');
    if (other === undefined || other === device || other.guest !== device.guest) continue;
    join(device, other);
    join(other, device);
  }
  return partners;
}

export function namedFor(partners: Partners, device: VirtualDevice): readonly Root[] {
  return partners.get(device) ?? [];
}
