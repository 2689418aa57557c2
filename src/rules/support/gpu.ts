import type { Device, MediatedType } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { MigInstanceFacts } from '../../core/model/facts.generated.js';
import { readFacts } from '../../core/model/facts.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { child } from '../../core/text/tree.js';
import { getOrMake } from './maps.js';

/** A kind of MIG instance as the device or its profile lists it. */
export function migInstance(device: Device, type: string): MigInstanceFacts | undefined {
  const node = child(device.node, 'gpu', 'migInstances', type);
  return node === undefined ? undefined : readFacts('mig-instance', node, []);
}

export function migTypes(device: Device): string[] {
  const node = child(device.node, 'gpu', 'migInstances');
  return node?.type === 'object' ? node.properties.map(({ key }) => key) : [];
}

/** Virtual devices by the device that they take a partition, a mediated device or all of. */
export interface GpuUsers {
  readonly mig: readonly VirtualDevice[];
  readonly mediated: readonly VirtualDevice[];
  readonly whole: readonly VirtualDevice[];
}

const NOBODY: GpuUsers = { mig: [], mediated: [], whole: [] };
const usersOf = new WeakMap<Topology, ReadonlyMap<Device, GpuUsers>>();

export function gpuUsers(topology: Topology, device: Device): GpuUsers {
  let users = usersOf.get(topology);
  if (users === undefined) {
    users = collect(topology);
    usersOf.set(topology, users);
  }
  return users.get(device) ?? NOBODY;
}

function collect(topology: Topology): Map<Device, GpuUsers> {
  const users = new Map<Device, { mig: VirtualDevice[]; mediated: VirtualDevice[]; whole: VirtualDevice[] }>();
  for (const user of topology.virtualDevices) {
    const takes = user.technique?.takes;
    const target = valueOf(user.facts.from)?.as('device', 'partition', 'mediated-type', 'function');
    if (takes === undefined || target === undefined) continue;
    const device = target.kind === 'device' ? target : target.device;
    const own = getOrMake(users, device, () => ({ mig: [], mediated: [], whole: [] }));
    if (takes === 'partition') own.mig.push(user);
    else if (takes === 'mediated-type') own.mediated.push(user);
    else if (takes === 'function' || takes === 'device-or-function') own.whole.push(user);
  }
  return users;
}

/** The mediated type a virtual device is of: named by `from`, or by `type` among those of the device. */
export function mediatedTypeOf(user: VirtualDevice): MediatedType | undefined {
  const target = valueOf(user.facts.from)?.as('mediated-type', 'device');
  if (target?.kind === 'mediated-type') return target;
  const type = valueOf(user.facts.type);
  return target?.mediatedTypes.find(({ id }) => id === type);
}

/** Instances of a MIG type: those that exist, and those that guests want beyond them. */
export function migDemand(topology: Topology, device: Device): ReadonlyMap<string, number> {
  const demand = new Map<string, number>();
  const add = (type: string | undefined, n: number) => {
    if (type !== undefined) demand.set(type, (demand.get(type) ?? 0) + n);
  };
  const existing = new Map<string, number>();
  for (const { facts } of device.partitions) {
    const type = valueOf(facts.type);
    if (type !== undefined) existing.set(type, (existing.get(type) ?? 0) + 1);
  }
  // A guest that names a type takes an instance of it that exists, or wants one made.
  for (const user of gpuUsers(topology, device).mig) {
    if (valueOf(user.facts.from)?.target?.kind === 'device') add(valueOf(user.facts.type), user.guest.count);
  }
  for (const [type, n] of existing) demand.set(type, Math.max(n, demand.get(type) ?? 0));
  return demand;
}
