import type { Device } from '../../../core/model/device.js';
import { valueOf } from '../../../core/model/fact.js';
import type { VirtualDevice } from '../../../core/model/virtual-device.js';
import { hostLanes } from '../host-lanes.js';
import type { View } from './view.js';

/** Where data lies: guests, who serves their disks, volumes, media. */
export const storageView: View = {
  name: 'storage',
  title: 'Storage',
  build: (context) =>
    hostLanes(context, {
      virtualDevice: isStorage,
      hasIdleGuests: false,
      hasIdleControllers: false,
      hasSwitches: false,
      hasVlans: false,
      hasVolumes: true,
      hasNetworks: false,
      device: isMedium,
      isTree: false,
    }),
};

function isMedium(device: Device): boolean {
  return device.deviceKind === 'nvme' || device.deviceKind === 'disk' || device.deviceKind === 'hba' || device.namespaces.length > 0;
}

function isStorage(device: VirtualDevice): boolean {
  const carries = device.technique?.carries ?? [];
  if (!carries.includes('storage') && !carries.includes('filesystem')) return false;
  if (carries.length === 1) return true;
  const target = valueOf(device.facts.from)?.as('nic-port', 'function', 'vf', 'device');
  const card = target === undefined ? undefined : target.kind === 'device' ? target : target.device;
  return card !== undefined && isMedium(card);
}
