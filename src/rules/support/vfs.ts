import { poolOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { push } from './maps.js';
import { isInDocument, placeOfFact } from './text.js';

export function devicesOf(topology: Topology): Device[] {
  return topology.hosts.flatMap((host) => host.devices);
}

/** Whether the author lists a function; others follow from the ports of a device or from its profile. */
export function isListed(fn: PhysicalFunction): boolean {
  return fn.isDeclared && isInDocument(fn.at);
}

/** The entity whose text says what a function is. What a device says holds for all functions that are not listed. */
export function subjectOf(fn: PhysicalFunction): PhysicalFunction | Device {
  return isListed(fn) ? fn : fn.device;
}

/** A function, or the device that speaks for it, as a message about settings names it. */
export function nameOfSetting(fn: PhysicalFunction): string {
  return subjectOf(fn).path;
}

/** A function or VF as a person would name it: by what the text says, not by functions that nobody listed. */
export function nameOf(member: PhysicalFunction | VirtualFunction): string {
  if (member.kind === 'vf') return `${nameOf(member.fn)}/${member.id}`;
  if (isListed(member)) return member.path;
  return member.device.functions.length === 1 ? member.device.path : (member.port ?? member).path;
}

export function placeOfVfCount(fn: PhysicalFunction): Place {
  return placeOfFact(fn.facts.sriov.vfs, subjectOf(fn));
}

/** What mutes and is muted by findings about the VFs of a function: the function and the device that speaks for it. */
export function vfSubjects(fn: PhysicalFunction): string[] {
  return [`VFs of ${fn.path}`];
}

/** Declared virtual devices that take VFs, by the functions they may take them from. */
export function takersByFunction(topology: Topology): ReadonlyMap<PhysicalFunction, readonly VirtualDevice[]> {
  let takers = takersOf.get(topology);
  if (takers === undefined) {
    const map = new Map<PhysicalFunction, VirtualDevice[]>();
    for (const device of topology.virtualDevices) {
      for (const fn of device.technique?.takes === 'vf' ? poolOf(device) : []) push(map, fn, device);
    }
    takers = map;
    takersOf.set(topology, takers);
  }
  return takers;
}

const takersOf = new WeakMap<Topology, ReadonlyMap<PhysicalFunction, readonly VirtualDevice[]>>();

/** Hosts on which VFs are enabled, with the functions that do so. */
export function sriovFunctions(host: Host): PhysicalFunction[] {
  return host.devices.flatMap((device) => device.functions).filter((fn) => fn.numVfs > 0);
}
