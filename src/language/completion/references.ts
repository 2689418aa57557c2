import type { Entity } from '../../core/model/entity.js';
import { type EntityKind, entityWords } from '../../core/model/entity-kind.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBitsPerSec, formatBytes } from '../../core/units/format.js';
import type { Technique } from '../../techniques/technique.js';
import { profileCard } from '../help/profile.js';
import { layersBelow } from '../layers.js';
import type { Proposal } from './proposal.js';
import { quoted } from './values.js';

/** What a reference is proposed for. */
export interface ReferencePlace {
  readonly topology: Topology;
  /** The entity whose property it is. */
  readonly entity: Entity | undefined;
  readonly kinds: readonly EntityKind[];
  /** The property, where its meaning narrows the choice. */
  readonly key: string;
  /** Names that stand in the same list already. */
  readonly taken: ReadonlySet<string>;
}

/** Everything that can be named at a place, under the shortest name that leads there. */
export function references(place: ReferencePlace): Proposal[] {
  const { topology, entity, kinds, taken } = place;
  const scope = entity?.kind === 'template' ? takerOf(topology, entity) : entity;
  const visible =
    kinds.includes('profile') || kinds.includes('template') ? topLevel(topology, kinds) : topology.scopes.visible(scope, kinds);
  return visible
    .filter(({ text, entity: target }) => !taken.has(text) && target !== entity && fits(target, place))
    .map(({ text, entity: target }) => proposalFor(text, target, place));
}

function topLevel(topology: Topology, kinds: readonly EntityKind[]): { text: string; entity: Entity }[] {
  const all: Entity[] = [
    ...(kinds.includes('profile') ? topology.profiles : []),
    ...(kinds.includes('template') ? topology.templates : []),
  ];
  return all.map((entity) => ({ text: entity.id, entity }));
}

/** A template is read where it is extended: what can be named there is proposed. */
function takerOf(topology: Topology, template: Entity): Entity | undefined {
  return topology.entities.find((entity) => layersBelow(topology, entity).some((layer) => layer === template)) ?? topology.hosts[0];
}

/** Whether a target makes sense for the property, as far as that is known. */
function fits(target: Entity, { entity, key, topology }: ReferencePlace): boolean {
  if (key === 'extends' && target.kind === 'template') {
    const wanted = entity?.kind === 'template' ? entity.of : entity?.kind;
    return target.of === wanted && !layersBelow(topology, target).some((layer) => layer === entity); // nor a circle
  }
  if (entity?.kind !== 'virtual-device' || key !== 'from') return true;
  const allowed = (entity.technique as Technique | undefined)?.fromKinds;
  const device = target.kind === 'device' ? target : 'device' in target ? target.device : undefined;
  return allowed === undefined || device === undefined || allowed.includes(device.deviceKind);
}

function proposalFor(text: string, target: Entity, place: ReferencePlace): Proposal {
  return {
    label: text,
    kind: 'reference',
    insert: quoted(text),
    detail: detailOf(target),
    documentation: target.kind === 'profile' && target.node !== undefined ? profileCard(target.id, target.node) : undefined,
    group: groupOf(target, place),
  };
}

/** Near before far, own before built in, what the technique asks for before the rest. */
function groupOf(target: Entity, { entity, key }: ReferencePlace): number {
  if (target.kind === 'profile') return target.isBuiltIn ? 6 : 4;
  if (key === 'connect' && entity?.kind === 'virtual-device') return target.kind === preferred(entity) ? 3 : 5;
  return hostOf(target) === hostOf(entity) ? 4 : 6;
}

function preferred(device: VirtualDevice): EntityKind {
  return valueOf(device.facts.technique) === 'sriov-vf' ? 'nic-port' : 'switch';
}

function hostOf(entity: Entity | undefined): Entity | undefined {
  let at = entity;
  while (at !== undefined && at.kind !== 'host') at = at.parent;
  return at;
}

/** A few words to tell one from the other. */
function detailOf(target: Entity): string {
  const title = 'facts' in target && 'title' in target.facts ? valueOf(target.facts.title as Fact<string>) : undefined;
  return [entityWords[target.kind], trait(target), title].filter((word) => word !== undefined).join(', ');
}

function trait(target: Entity): string | undefined {
  switch (target.kind) {
    case 'switch':
      return target.switchKind;
    case 'controller':
      return target.controllerKind;
    case 'device':
      return target.deviceKind;
    case 'virtual-device':
      return valueOf(target.facts.technique);
    case 'template':
      return entityWords[target.of];
    case 'nic-port': {
      const rate = valueOf(target.facts.rate);
      return rate === undefined ? undefined : formatBitsPerSec(rate);
    }
    case 'namespace': {
      const size = valueOf(target.facts.size);
      return size === undefined ? undefined : formatBytes(size);
    }
    default:
      return undefined;
  }
}
