import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { assignedTarget } from '../../core/model/mapping.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { nicSetting } from './l2.js';

const VFIO: ReadonlySet<string> = new Set(['sriov-vf', 'passthrough', 'mdev', 'mig', 'nvme-namespace']);

/** A device that a virtual machine has through VFIO: the whole guest is pinned, and its state is in hardware. */
export function isVfioDevice(device: VirtualDevice): boolean {
  if (valueOf(device.guest.facts.kind) === 'container') return false;
  const name = device.technique?.name ?? '';
  // A namespace that SPDK serves is no device of the guest.
  return VFIO.has(name) && !(name === 'nvme-namespace' && valueOf(device.facts.backend) === 'vhost-user');
}

export function isVdpa(device: VirtualDevice): boolean {
  return device.technique?.name === 'vdpa-hw';
}

export function vfioDevices(guest: Guest): VirtualDevice[] {
  return guest.devices.filter(isVfioDevice);
}

/** Its state can be saved: a variant driver is there, and nothing says that it is not used. */
export function canMigrate(device: VirtualDevice): boolean {
  if (device.technique?.takes !== 'vf') return false;
  const target = assignedTarget(device);
  const physical = target === undefined || target.kind === 'device' ? target : target.device;
  const hasDriver = physical !== undefined && valueOf(physical.facts.sriov.liveMigration) === true;
  return hasDriver || valueOf(nicSetting(device, 'migratable')) === true;
}

/** A virtio device of the guest takes over while the function is unplugged. */
export function standbyFor(device: VirtualDevice): VirtualDevice | undefined {
  return device.guest.devices.find((other) => other !== device && valueOf(other.facts.failoverFor)?.target === device);
}
