import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { poolOf } from '../../core/model/assign.js';
import { type PhysicalFunction, virtualFunction } from '../../core/model/function.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { assignments } from './assignments.js';
import { lacksSriov } from './obstacles.js';
import { fixOf, setting } from './text.js';

/** VFs of a function that nobody has. */
export function freeVfs(topology: Topology, fn: PhysicalFunction): number {
  const given = assignments(topology);
  let free = 0;
  for (let i = 0; i < Math.min(fn.numVfs, MAX_VFS_LISTED); i++) {
    const vf = virtualFunction(fn, i);
    if (vf !== undefined && given.of(vf).length === 0) free++;
  }
  return free;
}

/** Functions of other cards of the same kind that have a VF left for every copy of a device. */
export function functionsElsewhere(device: VirtualDevice, topology: Topology): PhysicalFunction[] {
  if (device.technique?.takes !== 'vf') return [];
  const own = new Set(poolOf(device).map((fn) => fn.device));
  const kinds = new Set([...own].map(({ deviceKind }) => deviceKind));
  return device.guest.host.devices
    .filter((other) => !own.has(other) && kinds.has(other.deviceKind))
    .flatMap((other) => other.functions)
    .filter((fn) => !lacksSriov(fn) && freeVfs(topology, fn) >= device.guest.count);
}

/** As a reference names a function. */
export function referenceTo(fn: PhysicalFunction): string {
  return `${fn.device.id}/${fn.port?.id ?? fn.id}`;
}

/** The offer to take a VF of another card. */
export function moveElsewhere(device: VirtualDevice, topology: Topology, willDo: (fn: PhysicalFunction) => boolean = () => true): Fix[] {
  const fn = functionsElsewhere(device, topology).find(willDo);
  if (fn === undefined) return [];
  const from = referenceTo(fn);
  return fixOf('Take a VF of {from} for {device}', { from, device: device.path }, setting(device, ['from'], from));
}
