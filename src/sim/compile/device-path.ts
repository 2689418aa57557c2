import type { Device, Namespace, Partition } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import type { Volume } from '../../core/model/volume.js';
import { techniques } from '../../techniques/index.js';
import { hostBlockKernel, work } from '../../techniques/path/cpu.js';
import type { Stage, Station, Thread, User } from '../../techniques/stage.js';
import type { PathContext, StorageStages } from '../../techniques/technique.js';
import { gpuStages } from './hardware/gpu.js';
import { mediumStages } from './hardware/media.js';
import type { NoPath } from './network-path.js';
import { limitStages } from './shaper.js';

type Medium = Namespace | Device | Volume;

/** The stages of an I/O or a job of a virtual device: to the medium or accelerator, and back into the guest. */
export function devicePath(context: PathContext): Stage[] | NoPath {
  const { instance } = context;
  const technique = techniques.get(instance.decl.technique?.name ?? '');
  if (technique === undefined) return { reason: `${instance.path} has no technique` };
  if (technique.takes === 'vf' && instance.vf === undefined) return { reason: `no virtual function is left for ${instance.path}` };
  const target = physicalDevice(instance);
  const isCompute = target !== undefined && (target.deviceKind === 'gpu' || target.deviceKind === 'accelerator');
  if (isCompute && technique.compute !== undefined) {
    const { submit, complete } = technique.compute;
    return [...submit(context), ...gpuStages(context, target, partitionOf(instance), userOf(context)), ...complete(context)];
  }
  if (technique.storage !== undefined) return storagePath(context, technique.storage, mediumOf(instance) ?? target);
  if (technique.compute !== undefined) return [...technique.compute.submit(context), ...technique.compute.complete(context)];
  return { reason: `${instance.path} carries no I/O worth simulating (${technique.title})` };
}

/** Slots, the guest's driver, limits, the back end, the block layer in between, the medium, and the way back. */
function storagePath(context: PathContext, storage: StorageStages, medium: Medium | undefined): Stage[] {
  const { instance } = context;
  const via = storage.via(context);
  const submit = storage.submit(context);
  const [first, ...rest] = submit;
  const carrier = submit.findLast((stage) => stage.thread !== undefined)?.thread;
  const media = medium === undefined ? [] : mediumStages(context, medium, userOf(context), via === 'host-kernel');
  const path = [
    ...(first === undefined ? [] : [first]),
    ...limitStages(instance, 'storage'),
    ...rest,
    ...(medium === undefined || carrier === undefined ? [] : blockLayer(context, via, carrier)),
    ...media,
    ...storage.complete(context),
  ];
  const outstanding = storage.outstanding?.(context);
  return outstanding === undefined || outstanding >= MANY ? path : withSlots(`${instance.path}:slots`, instance.path, outstanding, path);
}

/** What lies between the back end and the drive: the block layer of the host, or a driver in user space. */
function blockLayer(context: PathContext, via: 'host-kernel' | 'user-space' | 'guest', carrier: Thread): Stage[] {
  if (via === 'guest') return [];
  const isKernel = via === 'host-kernel';
  // A process of a container makes the system call itself; for guests, QEMU's figures hold it and threads of the kernel do the rest.
  const isOwn = valueOf(context.instance.decl.guest.facts.kind) === 'container';
  const thread = isKernel && !isOwn ? hostBlockKernel(context.instance.decl.guest.host) : carrier;
  const stage = work(context, thread, isKernel ? 'host block layer' : 'user-space NVMe driver', [
    isKernel ? 'host-block.submit' : 'spdk.nvme',
  ]);
  return [{ ...stage, serviceSec: (operation) => (operation.isCached === true ? 0 : stage.serviceSec(operation)) }];
}

/** An IDE disk takes one command at a time, AHCI 32, a virtqueue as many as it has entries: the rest waits in the guest. */
export function withSlots(id: string, entity: string, outstanding: number, path: Stage[]): Stage[] {
  const station: Station = {
    id,
    kind: 'slots',
    entity,
    servers: Math.max(1, Math.round(outstanding)),
    discipline: 'fifo',
  };
  const none = { serviceSec: () => 0, costs: [], station };
  return [{ ...none, label: 'wait for a free slot', slot: 'take' }, ...path, { ...none, label: 'slot given back', slot: 'give-back' }];
}

/** Queues this long are never what limits a guest. */
const MANY = 4096;

export function mediumOf(instance: VirtualDeviceInstance) {
  return valueOf(instance.decl.facts.media)?.as('namespace', 'volume', 'device');
}

/** The device whose function or part the guest has for itself. */
function physicalDevice(instance: VirtualDeviceInstance): Device | undefined {
  if (instance.vf !== undefined) return instance.vf.device;
  const from = valueOf(instance.decl.facts.from)?.as('device', 'function', 'vf', 'partition', 'mediated-type', 'nic-port');
  return from === undefined || from.kind === 'device' ? from : from.device;
}

function partitionOf(instance: VirtualDeviceInstance): Partition | undefined {
  return valueOf(instance.decl.facts.from)?.as('partition');
}

/** How the medium tells guests apart: by submission queue, and so by virtual device. */
function userOf({ instance, load }: PathContext): User {
  const { weight, priority } = instance.decl.facts;
  return { id: instance.path, weight: valueOf(weight) ?? 1, priority: load.priority ?? valueOf(priority) ?? 0 };
}
