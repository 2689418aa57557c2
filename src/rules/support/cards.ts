import { instancesOf } from '../../core/model/assign.js';
import type { Device, NicPort } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';

/** A physical way to the network: a port, or the function where nobody lists ports. */
export type Uplink = NicPort | PhysicalFunction;

/** The ports over which a virtual NIC reaches the network. */
export function uplinksOfDevice(device: VirtualDevice): Set<Uplink> {
  const found = new Set<Uplink>();
  if (device.technique?.carries.includes('network') !== true) return found;
  const add = (target: Entity | undefined) => {
    for (const uplink of target === undefined ? [] : uplinksBehind(target)) found.add(uplink);
  };
  if (device.technique.takes === 'vf') for (const { vf } of instancesOf(device)) add(vf);
  else add(valueOf(device.facts.from)?.target ?? valueOf(device.facts.connect)?.target);
  return found;
}

/** The ports behind an uplink of a switch, through switches that are patched together. */
export function uplinksBehind(target: Entity, seen: Set<Entity> = new Set()): Uplink[] {
  if (seen.has(target)) return [];
  seen.add(target);
  switch (target.kind) {
    case 'nic-port':
      return [target];
    case 'function':
      return [target.port ?? target];
    case 'vf':
      return [target.fn.port ?? target.fn];
    case 'device':
      return target.ports.length > 0 ? [...target.ports] : [...target.functions];
    case 'switch':
      return uplinksOf(target).flatMap((uplink) => (uplink.target === undefined ? [] : uplinksBehind(uplink.target, seen)));
    default:
      return [];
  }
}

export function cardOf(uplink: Uplink): Device {
  return uplink.device;
}
