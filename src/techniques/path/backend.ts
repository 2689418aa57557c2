import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import { controllersOf, type VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import type { Thread } from '../stage.js';
import { switchKinds } from '../switches/index.js';
import { switchThread } from '../switches/switch-kind.js';
import { controllerThread, vcpus } from './cpu.js';

/** The vSwitch a virtual device is connected to. */
export function switchOf(instance: VirtualDeviceInstance): Switch | undefined {
  return valueOf(instance.decl.facts.connect)?.as('switch');
}

/** The thread that serves a device; queues of a device with several controllers are spread, so any of them stands for all. */
export function servingThread(instance: VirtualDeviceInstance): Thread {
  const controller = controllersOf(instance)[0];
  return controller === undefined ? vcpus(instance) : controllerThread(controller);
}

/** vhost-user rings are served by the user-space switch itself, or by the process that the device names. */
export function vhostUserThread(instance: VirtualDeviceInstance): Thread {
  const entity = switchOf(instance);
  if (entity !== undefined && switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space') return switchThread(entity, 'user-space');
  return servingThread(instance);
}

export function isServedByUserSpaceSwitch(instance: VirtualDeviceInstance): boolean {
  const entity = switchOf(instance);
  return entity !== undefined && switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space';
}
