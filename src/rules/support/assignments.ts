import { instancesOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import { tenantOf } from '../../core/model/guest.js';
import { assignedTarget } from '../../core/model/mapping.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice, VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { techniques } from '../../techniques/index.js';
import { getOrMake, push } from './maps.js';
import { placeOfFact } from './text.js';

/** A function that one copy of a guest has for itself. */
export interface Assignment {
  readonly device: VirtualDevice;
  readonly instance: VirtualDeviceInstance;
  readonly member: PhysicalFunction | VirtualFunction;
  readonly tenant: Tenant | undefined;
  /**
   * DMA of the function goes by addresses of the guest, through VFIO. Always so for virtual machines; a container has a
   * function either this way or, as an interface in its namespace, with the driver of the host. Undefined where nobody says
   * which.
   */
  readonly isVfio: boolean | undefined;
}

export interface Assignments {
  readonly all: readonly Assignment[];
  /** Those through VFIO whose registers the guest itself writes. */
  readonly vfio: readonly Assignment[];
  /**
   * Those, and functions that a process programs for one guest alone: virtual queues in hardware, drives that QEMU drives
   * itself. All of them need their IOMMU group to themselves.
   */
  readonly held: readonly Assignment[];
  /** Each function once, in the order of `all`. */
  readonly members: Iterable<PhysicalFunction | VirtualFunction>;
  of(member: PhysicalFunction | VirtualFunction): readonly Assignment[];
  /** Functions of a physical device that all copies of a virtual device have together. */
  countOn(device: VirtualDevice, on: Device): number;
}

const assignmentsOf = new WeakMap<Topology, Assignments>();

/** Which functions are given to which guests. */
export function assignments(topology: Topology): Assignments {
  let known = assignmentsOf.get(topology);
  if (known === undefined) {
    const all = topology.virtualDevices.flatMap(assignedBy);
    const byMember = new Map<PhysicalFunction | VirtualFunction, Assignment[]>();
    const counts = new Map<VirtualDevice, Map<Device, number>>();
    for (const assignment of all) {
      const own = getOrMake(counts, assignment.device, () => new Map<Device, number>());
      own.set(assignment.member.device, (own.get(assignment.member.device) ?? 0) + 1);
      push(byMember, assignment.member, assignment);
    }
    const throughVfio = all.filter(({ isVfio }) => isVfio === true);
    known = {
      all,
      vfio: throughVfio.filter(({ device }) => device.technique?.name !== 'vdpa-hw'),
      held: [...throughVfio, ...topology.virtualDevices.flatMap(heldByQemu)],
      members: { [Symbol.iterator]: () => byMember.keys() },
      of: (member) => byMember.get(member) ?? [],
      countOn: (device, on) => counts.get(device)?.get(on) ?? 0,
    };
    assignmentsOf.set(topology, known);
  }
  return known;
}

function assignedBy(device: VirtualDevice): Assignment[] {
  const { technique } = device;
  if (technique?.takes === undefined || !TAKES_FUNCTIONS.has(technique.takes)) return [];
  const tenant = tenantOf(device.guest);
  const whole = technique.takes === 'vf' ? [] : functionsOf(device);
  const found: Assignment[] = [];
  const add = (instance: VirtualDeviceInstance, member: PhysicalFunction | VirtualFunction) => {
    found.push({ device, instance, member, tenant, isVfio: isVfio(device, member) });
  };
  for (const instance of instancesOf(device)) {
    if (instance.vf !== undefined && technique.takes === 'vf') add(instance, instance.vf);
    for (const member of whole) add(instance, member);
  }
  return found;
}

/** QEMU takes the whole drive of a namespace from the host, unless a vhost-user process serves it. Source: QEMU block/nvme.c. */
function heldByQemu(device: VirtualDevice): Assignment[] {
  if (device.technique?.name !== 'nvme-namespace' || valueOf(device.facts.backend) === 'vhost-user') return [];
  const drive = valueOf(device.facts.media)?.as('namespace')?.device;
  const tenant = tenantOf(device.guest);
  return instancesOf(device).flatMap((instance) =>
    (drive?.functions ?? []).map((member) => ({ device, instance, member, tenant, isVfio: true })),
  );
}

const TAKES_FUNCTIONS: ReadonlySet<string> = new Set(['vf', 'function', 'device-or-function']);

/** The functions a device is that takes whole ones: of a device all, of a port the one that drives it. */
function functionsOf(device: VirtualDevice): readonly (PhysicalFunction | VirtualFunction)[] {
  const target = assignedTarget(device);
  switch (target?.kind) {
    case 'device':
      return target.functions;
    case 'function':
    case 'vf':
      return [target];
    case 'nic-port':
      return target.fn === undefined ? [] : [target.fn];
    default:
      return [];
  }
}

/** Whether a virtual device takes a function through VFIO, be one left for it or not. */
export function wantsVfio(device: VirtualDevice): boolean {
  const target = assignedTarget(device);
  if (target === undefined || !TAKES_FUNCTIONS.has(device.technique?.takes ?? '')) return false;
  const member = target.kind === 'vf' || target.kind === 'function' ? target : undefined;
  return isVfio(device, member) === true;
}

function isVfio(device: VirtualDevice, member: PhysicalFunction | VirtualFunction | undefined): boolean | undefined {
  if (techniques.get(device.technique?.name ?? '')?.sharing.guestDrivesDma === false) return false;
  if ((valueOf(device.guest.facts.kind) ?? 'vm') !== 'container') return true;
  const driver = valueOf(device.facts.hostDriver) ?? (member && valueOf(member.facts.driver));
  return driver === undefined ? undefined : isUserSpaceDriver(driver);
}

/** VFIO and its variant drivers (mlx5_vfio_pci, nvgrace-gpu-vfio-pci). */
export function isVfioDriver(driver: string): boolean {
  return /vfio[-_]pci$/.test(driver);
}

/** Drivers that give a function to a process with no IOMMU in between. */
export function isUioDriver(driver: string): boolean {
  return driver === 'uio_pci_generic' || driver === 'igb_uio';
}

export function isUserSpaceDriver(driver: string): boolean {
  return isVfioDriver(driver) || isUioDriver(driver);
}

/** Drivers that hold a function so that nothing on the host uses it, and the absence of a driver. */
export function isIdleDriver(driver: string): boolean {
  return isVfioDriver(driver) || driver === 'pci-stub' || driver === 'xen-pciback' || driver === 'none';
}

/** Where a virtual device names what it takes. */
export function takenAt(device: VirtualDevice): Place {
  return placeOfFact(device.facts.from.state === 'known' ? device.facts.from : device.facts.media, device);
}

/** Guests that never run at the same time as others share nothing with them. */
export function isStandby(assignment: { readonly device: VirtualDevice }): boolean {
  return valueOf(assignment.device.guest.facts.standby) === true;
}

/** The owner as a message names it: the guest, and its tenant where known. */
export function ownerName({ instance, tenant }: Assignment): string {
  return tenant === undefined ? instance.guest.path : `${instance.guest.path} (${tenant.id})`;
}
