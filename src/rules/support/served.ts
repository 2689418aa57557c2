import { poolOf } from '../../core/model/assign.js';
import type { Controller } from '../../core/model/controller.js';
import type { Device, Namespace } from '../../core/model/device.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { mediaOf, type Volume } from '../../core/model/volume.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { fabric } from './l2.js';
import { push } from './maps.js';

/** A virtual device with its owner. */
export interface Owned {
  readonly device: VirtualDevice;
  readonly tenant: Tenant | undefined;
}

/** A process of the host that serves virtual devices: a switch in user space, or a controller of the document. */
export interface Process {
  readonly entity: Switch | Controller;
  readonly served: readonly Owned[];
}

const controllersServing = new WeakMap<Topology, ReadonlyMap<Controller, readonly Owned[]>>();

/** The virtual devices that each controller of the document serves. */
export function servedByControllers(topology: Topology): ReadonlyMap<Controller, readonly Owned[]> {
  let map = controllersServing.get(topology);
  if (map === undefined) {
    const made = new Map<Controller, Owned[]>();
    for (const device of topology.virtualDevices) {
      const named = namedControllers(device);
      for (let i = 0; i < named.length; i++) {
        const controller = named[i]?.as('controller');
        // One that is named twice serves it once.
        if (controller === undefined || named.findIndex(({ target }) => target === controller) < i) continue;
        push(made, controller, { device, tenant: tenantOf(device.guest) });
      }
    }
    map = made;
    controllersServing.set(topology, map);
  }
  return map;
}

/** Processes in user space that map the memory of the guests they serve. */
export function userSpaceProcesses(topology: Topology): Process[] {
  const switches = [...fabric(topology).onSwitch].filter(([entity]) => switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space');
  const targets = [...servedByControllers(topology)].filter(([{ controllerKind }]) => controllerKind === 'vhost-user');
  return [...switches, ...targets].map(([entity, served]) => ({ entity, served }));
}

const storageUsers = new WeakMap<Topology, ReadonlyMap<Device, readonly StorageUser[]>>();

/** A virtual disk and the part of a physical device that its data lies on. */
export interface StorageUser extends Owned {
  readonly medium: Device | Namespace;
}

/** Virtual devices by the drives that their data lies on, through volumes. */
export function usersOfDrives(topology: Topology): ReadonlyMap<Device, readonly StorageUser[]> {
  let map = storageUsers.get(topology);
  if (map === undefined) {
    const made = new Map<Device, StorageUser[]>();
    for (const device of topology.virtualDevices) {
      const target = valueOf(device.facts.media)?.as('namespace', 'volume', 'device');
      const tenant = tenantOf(device.guest);
      for (const medium of target === undefined ? [] : mediaBelow(target)) {
        push(made, medium.kind === 'device' ? medium : medium.device, { device, tenant, medium });
      }
      if (device.technique?.takes !== 'vf' || target !== undefined) continue;
      // A VF of a drive reaches the media of the drive.
      const [fn] = poolOf(device);
      if (fn?.device.deviceKind === 'nvme') push(made, fn.device, { device, tenant, medium: fn.device });
    }
    map = made;
    storageUsers.set(topology, map);
  }
  return map;
}

const mediaByTarget = new WeakMap<Device | Namespace | Volume, readonly (Device | Namespace)[]>();

/** Many disks lie on one volume. */
function mediaBelow(target: Device | Namespace | Volume): readonly (Device | Namespace)[] {
  let media = mediaByTarget.get(target);
  if (media === undefined) {
    media = mediaOf(target);
    mediaByTarget.set(target, media);
  }
  return media;
}

/** Whether something keeps a virtual disk from taking all that its medium has. */
export function isLimited({ facts: { limit } }: VirtualDevice): boolean {
  return [limit.rate, limit.iops, limit.readIops, limit.writeIops, limit.readRate, limit.writeRate].some(({ state }) => state === 'known');
}
