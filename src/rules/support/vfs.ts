import { poolOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { push } from './maps.js';
import { placeOfFact } from './text.js';

export function devicesOf(topology: Topology): Device[] {
  return topology.hosts.flatMap((host) => host.devices);
}

/**
 * Functions that state settings of their own, one for each text: functions that a document does not list all have what the
 * device says, and the first of them speaks for the rest.
 */
export function statingFunctions(device: Device): readonly PhysicalFunction[] {
  return device.functions.some((fn) => fn.isDeclared) ? device.functions : device.functions.slice(0, 1);
}

/** A function as a message names it: the device, where it speaks for all of its functions. */
export function nameOfFunction(fn: PhysicalFunction): string {
  return fn.isDeclared ? fn.path : fn.device.path;
}

/** A function or VF as a person would name it: by what the text says, not by functions that nobody listed. */
export function nameOf(member: PhysicalFunction | VirtualFunction): string {
  if (member.kind === 'vf') return `${nameOf(member.fn)}/${member.id}`;
  if (member.isDeclared) return member.path;
  return member.device.functions.length === 1 ? member.device.path : (member.port ?? member).path;
}

export function placeOfVfCount(fn: PhysicalFunction): Place {
  return placeOfFact(fn.facts.sriov.vfs, subjectOf(fn));
}

/** The entity whose text says what a function is. */
export function subjectOf(fn: PhysicalFunction): PhysicalFunction | Device {
  return fn.isDeclared ? fn : fn.device;
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
