import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDeviceFacts } from '../../core/model/facts.generated.js';
import type { Switch } from '../../core/model/switch.js';
import { controllersOf, namedControllers, type VirtualDevice, type VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { union } from '../../core/units/cpu-set.js';
import type { Thread, ThreadRole } from '../stage.js';
import { switchKinds } from '../switches/index.js';
import { switchThread } from '../switches/switch-kind.js';
import { clockOf, controllerThread, vcpus } from './cpu.js';

/** The vSwitch a virtual device is connected to. */
export function switchOf(instance: VirtualDeviceInstance): Switch | undefined {
  return valueOf(instance.decl.facts.connect)?.as('switch');
}

/** Kind of the first controller that the document names for a device. */
export function namedControllerKind(device: VirtualDevice): string | undefined {
  return namedControllers(device)[0]?.as('controller')?.controllerKind;
}

/** The thread that serves a device. Queues of a device with several controllers are spread over them: they act as one of their joint width. */
export function servingThread(instance: VirtualDeviceInstance): Thread {
  const [first, ...others] = controllersOf(instance).map(controllerThread);
  if (first === undefined) return vcpus(instance);
  const thread = others.reduce(jointly, first);
  return valueOf(instance.decl.facts.vhostPolls) === true ? { ...thread, polls: true } : thread;
}

function jointly(one: Thread, other: Thread): Thread {
  return {
    ...one,
    id: `${one.id}+${other.entity.slice(other.entity.lastIndexOf('/') + 1)}`,
    cpus: one.cpus === undefined || other.cpus === undefined ? undefined : union(one.cpus, other.cpus),
    width: one.width + other.width,
    polls: one.polls && other.polls,
    clockHz: Math.min(one.clockHz, other.clockHz),
  };
}

/** vhost-user rings are served by the user-space switch itself, or by the process that the device names. */
export function vhostUserThread(instance: VirtualDeviceInstance): Thread {
  const entity = switchOf(instance);
  if (entity !== undefined && switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space') return switchThread(entity, 'user-space');
  return servingThread(instance);
}

export function isServedByUserSpaceSwitch(facts: VirtualDeviceFacts): boolean {
  const entity = valueOf(facts.connect)?.as('switch');
  return entity !== undefined && switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space';
}

/**
 * The thread behind a device that hypervisors start for it without being asked and that no controller of the language
 * stands for: netback in dom0, the vSwitch worker of Hyper-V, a network world of ESXi, virtiofsd. A controller that the
 * document names takes its place.
 */
export function ownWorker(instance: VirtualDeviceInstance, name: string, role: ThreadRole): Thread {
  const controller = controllersOf(instance)[0];
  if (controller !== undefined) return controllerThread(controller);
  const { host } = instance.decl.guest;
  return {
    id: `${instance.path}#${name}`,
    role,
    host,
    entity: instance.path,
    cpus: undefined,
    width: Math.max(1, valueOf(instance.decl.facts.queues) ?? 1),
    polls: false,
    weight: 100,
    clockHz: clockOf(host, valueOf(host.facts.hostCpus)),
    isHostWork: true,
  };
}

/** The physical device that `from` names, whichever part of it the document means. */
export function sourceDevice(device: VirtualDevice): Device | undefined {
  const target = valueOf(device.facts.from)?.as('device', 'function', 'vf', 'nic-port', 'partition', 'mediated-type');
  return target === undefined || target.kind === 'device' ? target : target.device;
}
