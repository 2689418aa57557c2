import type { Device } from './device.js';
import { valueOf } from './fact.js';
import { type PhysicalFunction, type VirtualFunction, virtualFunction } from './function.js';
import { instances } from './guest.js';
import type { Host } from './host.js';
import { uplinksOf } from './switch.js';
import type { VirtualDevice, VirtualDeviceInstance } from './virtual-device.js';

/** A pool that ran dry: so many copies of a device are left without a VF. */
export interface Shortage {
  readonly device: VirtualDevice;
  readonly functions: readonly PhysicalFunction[];
  readonly missing: number;
}

/**
 * Gives every copy of a device that takes a VF one: the VF it names, else the lowest free index of the functions it may
 * draw from. Named VFs are taken first, also those that the host itself works with, so that writing a name never changes who
 * else gets what.
 */
export function assignVfs(host: Host): Shortage[] {
  const takers = host.guests.flatMap((guest) => guest.devices).filter((device) => device.technique?.takes === 'vf');
  const used = new Map<PhysicalFunction, Set<number>>();
  const mark = (vf: VirtualFunction | undefined) => {
    if (vf === undefined) return;
    const indexes = used.get(vf.fn) ?? new Set<number>();
    used.set(vf.fn, indexes.add(vf.index));
  };
  for (const entity of host.switches) for (const uplink of uplinksOf(entity)) mark(uplink.as('vf'));
  for (const guest of host.guests) for (const device of guest.devices) mark(namedVf(device));
  const next = new Map<PhysicalFunction, number>();
  return takers.flatMap((device) => {
    const named = namedVf(device);
    const functions = poolOf(device);
    let missing = 0;
    for (const instance of instancesOf(device)) {
      instance.vf = named ?? takeFree(functions, used, next);
      if (instance.vf === undefined) missing++;
    }
    return missing > 0 && named === undefined && functions.length > 0 ? [{ device, functions, missing }] : [];
  });
}

export function instancesOf(device: VirtualDevice): VirtualDeviceInstance[] {
  const position = device.guest.devices.indexOf(device);
  return instances(device.guest).map((instance) => instance.devices[position] as VirtualDeviceInstance);
}

/** The VF a device names itself. */
export function namedVf(device: VirtualDevice): VirtualFunction | undefined {
  return valueOf(device.facts.from)?.as('vf');
}

/** Functions a device may draw a VF from. */
export function poolOf(device: VirtualDevice): readonly PhysicalFunction[] {
  const from = valueOf(device.facts.from);
  const target = from?.as('vf', 'function', 'nic-port', 'device');
  switch (target?.kind) {
    case 'vf':
      return [target.fn];
    case 'function':
      return [target];
    case 'nic-port':
      return target.fn === undefined ? [] : [target.fn];
    case 'device':
      return (target as Device).functions;
    default:
      return [];
  }
}

function takeFree(
  functions: readonly PhysicalFunction[],
  used: Map<PhysicalFunction, Set<number>>,
  next: Map<PhysicalFunction, number>,
): VirtualFunction | undefined {
  for (const fn of functions) {
    const taken = used.get(fn) ?? new Set<number>();
    let index = next.get(fn) ?? 0;
    while (taken.has(index)) index++;
    if (index >= fn.numVfs) continue;
    taken.add(index);
    used.set(fn, taken);
    next.set(fn, index + 1);
    return virtualFunction(fn, index);
  }
  return undefined;
}
