import type { Device, Partition } from '../../../core/model/device.js';
import { valueOf } from '../../../core/model/fact.js';
import { sourceDevice } from '../../../techniques/path/backend.js';
import { secondsOfCost } from '../../../techniques/path/cpu.js';
import type { Stage, Station, User } from '../../../techniques/stage.js';
import type { PathContext } from '../../../techniques/technique.js';
import { memoryAccess, type PcieBytes, readBytes, sizesOf, sum, transfer, writeBytes } from './pcie.js';

/** Jobs of a guest on a GPU or accelerator: data over PCIe, then the device or the part of it that the guest has. */
export function gpuStages(context: PathContext, device: Device, partition: Partition | undefined, user: User): Stage[] {
  const sizes = sizesOf(device);
  const { direction } = context.load;
  const reads = direction !== 'from-device';
  const writes = direction !== 'to-device';
  const none: PcieBytes = { up: 0, down: 0 };
  const bytes = (operation: { readonly sizeBytes: number }) =>
    sum(reads ? readBytes(operation.sizeBytes, sizes) : none, writes ? writeBytes(operation.sizeBytes, sizes) : none);
  return [
    ...memoryAccess(context, device, reads ? 'dma.read' : 'dma.write', (operation) => operation.sizeBytes * (reads && writes ? 2 : 1)),
    ...transfer(context, device, 'job data', bytes),
    partition === undefined ? wholeDevice(context, device, user) : ownPartition(context, device, partition),
  ];
}

/**
 * Time slices, MPS and vGPUs share the whole device. Slices go round the clients that have work, however many jobs each has;
 * a change of client costs time, so a client that is alone pays nothing.
 */
function wholeDevice(context: PathContext, device: Device, user: User): Stage {
  const sharing = valueOf(device.facts.sharing) ?? 'exclusive';
  const isSliced = sharing === 'time-slice' || sharing === 'vgpu';
  const slice = valueOf(device.facts.gpu.timeSlice) ?? 2e-3;
  const cost = context.cost('gpu.context-switch');
  const change = valueOf(device.facts.gpu.contextSwitch) ?? secondsOfCost(cost, 1);
  const parts = isSliced ? fixedParts(context, device) : 1;
  const changes = isSliced && (parts > 1 || clients(context, device) > 1);
  const overhead = changes ? 1 + change / slice : 1;
  const station: Station = {
    id: parts > 1 ? `${device.path}:compute/${user.id}` : `${device.path}:compute`,
    kind: 'gpu',
    entity: device.path,
    servers: 1,
    discipline: sharing === 'exclusive' || parts > 1 ? 'fifo' : isSliced ? 'fair' : 'shared',
    ...(isSliced && parts === 1 ? { chunkSec: slice } : {}),
  };
  return {
    label: isSliced ? 'GPU time slices' : 'GPU',
    station,
    user,
    serviceSec: () => context.load.workSec * overhead * parts,
    costs: changes ? [cost] : [],
  };
}

/** Copies of virtual devices of the GPU that have a workload. */
function clients({ topology }: PathContext, device: Device): number {
  const busy = new Map<string, number>();
  for (const { facts } of topology.workloads) {
    const on = valueOf(facts.on);
    const target = on?.as('virtual-device');
    if (on === undefined || target === undefined || sourceDevice(target) !== device) continue;
    const { copies } = on;
    if (typeof copies === 'number') busy.set(`${target.path} ${copies}`, 1);
    else busy.set(target.path, target.guest.count);
  }
  return [...busy.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * Best effort lets whoever has work use what others leave. Equal share divides the time among the vGPUs that exist, fixed
 * share among those that fit, used or not: each has a part of its own. Source: NVIDIA vGPU software, scheduling policies.
 */
function fixedParts(context: PathContext, device: Device): number {
  const scheduler = valueOf(device.facts.scheduler);
  if (scheduler !== 'equal-share' && scheduler !== 'fixed-share') return 1;
  const users = context.topology.virtualDevices.filter((other) => sourceDevice(other) === device);
  const existing = users.reduce((sum, other) => sum + other.guest.count, 0);
  if (scheduler === 'equal-share') return Math.max(1, existing);
  const type = valueOf(context.instance.decl.facts.from)?.as('mediated-type');
  const most = (type === undefined ? undefined : valueOf(type.facts.maxInstances)) ?? valueOf(device.facts.gpu.vgpuMax);
  return Math.max(1, most ?? existing);
}

/** A hardware partition has its slices of the device for itself. */
function ownPartition(context: PathContext, device: Device, partition: Partition): Stage {
  const type = valueOf(partition.facts.type);
  const total = valueOf(device.facts.gpu.migSlices) ?? 7;
  const slices = Number(/^(\d+)g\./.exec(type ?? '')?.[1] ?? 1);
  const station: Station = { id: `${partition.path}:compute`, kind: 'gpu', entity: partition.path, servers: 1, discipline: 'fifo' };
  return {
    label: `GPU instance ${type ?? ''}`.trim(),
    station,
    serviceSec: () => (context.load.workSec * total) / Math.min(total, Math.max(1, slices)),
    costs: [],
  };
}
