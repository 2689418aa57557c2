import type { Place } from '../text/source.js';
import { keyPlace, type Property, type SyntaxNode } from '../text/tree.js';
import type { Controller } from './controller.js';
import type { Device, MediatedType, Namespace, NicPort, Partition } from './device.js';
import type { Network, Objective, Profile, Scenario, Template, Tenant, Workload } from './document.js';
import type { EntityKind } from './entity-kind.js';
import type { PhysicalFunction, VirtualFunction } from './function.js';
import type { Guest } from './guest.js';
import type { Host } from './host.js';
import type { NumaNode, PciePort } from './pcie.js';
import type { Switch } from './switch.js';
import type { VirtualDevice } from './virtual-device.js';
import type { Volume } from './volume.js';

export type Entity =
  | Tenant
  | Host
  | NumaNode
  | PciePort
  | Device
  | PhysicalFunction
  | VirtualFunction
  | NicPort
  | Namespace
  | Partition
  | MediatedType
  | Volume
  | Switch
  | Controller
  | Guest
  | VirtualDevice
  | Network
  | Workload
  | Objective
  | Scenario
  | Template
  | Profile;

/** What every entity has. */
export interface EntityBase<Kind extends EntityKind> {
  readonly kind: Kind;
  readonly id: string;
  /** The reference that names it from anywhere: `h1/nic0/p0`. */
  readonly path: string;
  /** Its key in the text; for an entity that the text does not declare, the place it follows from. */
  readonly at: Place;
  /** Its value, after profiles and templates were applied. */
  readonly node: SyntaxNode | undefined;
  /** The entity in whose scope it lies; none for those of the document itself. */
  readonly parent: Entity | undefined;
}

export function childPath(parent: { readonly path: string } | undefined, id: string): string {
  return parent === undefined ? id : `${parent.path}/${id}`;
}

/**
 * The common part of an entity that stands in a map of the document under its id. Builders add to it in place: what is
 * spread into a new object has a layout of its own in V8, and every look at it is slow.
 */
export function declared<Kind extends EntityKind>(
  kind: Kind,
  prop: Property,
  parent: Entity | undefined,
  node = prop.value,
): EntityBase<Kind> {
  return { kind, id: prop.key, path: childPath(parent, prop.key), at: keyPlace(prop), node, parent };
}

/** The properties of a map of entities; those that have no value yet are left out. */
export function entries(node: SyntaxNode | undefined): Property[] {
  if (node?.type !== 'object') return [];
  const { properties } = node;
  if (node.duplicates === undefined) return properties.filter((prop) => prop.value !== undefined);
  // Of two entities with one id the last one counts, as everywhere in JSON.
  const last = new Map(properties.filter((prop) => prop.value !== undefined).map((prop) => [prop.key, prop]));
  return [...last.values()];
}
