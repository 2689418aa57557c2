import type { Controller } from '../../core/model/controller.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { mediaOf } from '../../core/model/volume.js';
import type { Place } from '../../core/text/source.js';
import { functionsBehind } from './host-uses.js';
import { getOrMake } from './maps.js';
import { placeOfFact } from './text.js';

type Member = PhysicalFunction | VirtualFunction;

/** A second user of a function that a process or partition has taken from the kernel. */
export interface OwnerConflict {
  readonly member: Member;
  readonly owner: Owner;
  /** Another owner, or a use through the kernel: "holds the data of h1/b/vda". */
  readonly other: Owner | { readonly user: Entity; readonly how: string; readonly at: Place };
}

export interface Owner {
  readonly controller: Controller;
  readonly at: Place;
}

/**
 * SPDK drives an NVMe controller itself, with all of its namespaces, and a service partition owns its adapters: neither leaves
 * anything of them to the kernel, or to another such process. Sources: SPDK "System Configuration"; IBM PowerVM VIOS.
 */
export function ownerConflicts(host: Host): OwnerConflict[] {
  const owners = ownersIn(host);
  if (owners.size === 0) return [];
  const conflicts: OwnerConflict[] = [];
  for (const [member, [owner, other]] of owners) if (owner !== undefined && other !== undefined) conflicts.push({ member, owner, other });
  for (const device of host.guests.flatMap(({ devices }) => devices)) {
    const media = valueOf(device.facts.media)?.as('namespace', 'volume', 'device');
    if (media === undefined || device.technique?.takes !== undefined) continue;
    const serving = controllersServing(device);
    if (serving === undefined) continue;
    for (const member of mediaOf(media).flatMap((medium) => functionsBehind(medium))) {
      const [owner] = owners.get(member) ?? [];
      if (owner === undefined || serving.some((controller) => owners.get(member)?.some((own) => own.controller === controller))) continue;
      conflicts.push({
        member,
        owner,
        other: { user: device, how: `holds the data of ${device.path}`, at: placeOfFact(device.facts.media, device) },
      });
    }
  }
  return conflicts;
}

/** The controllers that serve a device; none where the kernel or QEMU does. Undefined for a vhost-user process that nobody names. */
function controllersServing(device: VirtualDevice): readonly Controller[] | undefined {
  const named = namedControllers(device).flatMap((reference) => reference.as('controller') ?? []);
  return named.length === 0 && valueOf(device.facts.backend) === 'vhost-user' ? undefined : named;
}

function ownersIn(host: Host): Map<Member, Owner[]> {
  const owners = new Map<Member, Owner[]>();
  const add = (members: readonly Member[], controller: Controller, at: Place) => {
    for (const member of members) {
      const list = getOrMake(owners, member, (): Owner[] => []);
      if (!list.some((owner) => owner.controller === controller)) list.push({ controller, at });
    }
  };
  for (const controller of host.controllers) {
    const takes = takenBy(controller);
    for (const { target, at } of takes === undefined ? [] : (valueOf(controller.facts.devices) ?? []))
      if (target !== undefined && takes?.(target)) add(functionsBehind(target), controller, at);
  }
  // A disk right on a namespace that SPDK serves: SPDK has the drive, be it listed or not.
  for (const device of host.guests.flatMap(({ devices }) => devices)) {
    const media = valueOf(device.facts.media)?.as('namespace', 'device');
    if (media === undefined) continue;
    for (const controller of controllersServing(device) ?? [])
      if (valueOf(controller.facts.implementation) === 'spdk' && isNvme(media))
        add(functionsBehind(media), controller, placeOfFact(device.facts.media, device));
  }
  return owners;
}

/** Which of the things it lists a controller takes from everyone else. */
function takenBy(controller: Controller): ((target: Entity) => boolean) | undefined {
  if (controller.controllerKind === 'vios') return (target) => target.kind !== 'volume';
  if (controller.controllerKind !== 'vhost-user') return undefined;
  const by = valueOf(controller.facts.implementation);
  if (by === 'spdk') return isNvme;
  // Another program may reach a single namespace through the kernel; a whole drive that it lists is its own.
  return by === undefined ? (target) => target.kind !== 'namespace' && isNvme(target) : undefined;
}

function isNvme(target: Entity): boolean {
  if (target.kind === 'function') return target.device.deviceKind === 'nvme';
  if (target.kind === 'namespace') return target.device.deviceKind === 'nvme';
  return target.kind === 'device' && target.deviceKind === 'nvme';
}
