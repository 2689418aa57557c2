import type { Device, Partition } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';
import type { Stage, User } from '../../techniques/stage.js';
import type { PathContext } from '../../techniques/technique.js';
import { gpuStages } from './hardware/gpu.js';
import { mediumStages } from './hardware/media.js';
import type { NoPath } from './network-path.js';
import { limitStages } from './shaper.js';

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
    return [...submit(context), ...gpuStages(context, target, partitionOf(instance), userOf(instance)), ...complete(context)];
  }
  if (technique.storage !== undefined) {
    const { storage } = technique;
    const via = storage.via(context);
    const medium = mediumOf(instance) ?? target;
    const [first, ...rest] = storage.submit(context);
    const media = medium === undefined ? [] : mediumStages(context, medium, userOf(instance), via === 'host-kernel');
    return [...(first === undefined ? [] : [first]), ...limitStages(instance, 'storage'), ...rest, ...media, ...storage.complete(context)];
  }
  if (technique.compute !== undefined) return [...technique.compute.submit(context), ...technique.compute.complete(context)];
  return { reason: `${instance.path} carries no I/O worth simulating (${technique.title})` };
}

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
function userOf(instance: VirtualDeviceInstance): User {
  return { id: instance.path, weight: valueOf(instance.decl.facts.weight) ?? 1, priority: valueOf(instance.decl.facts.priority) ?? 0 };
}
