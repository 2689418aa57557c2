import { valueOf } from '../../../core/model/fact.js';
import type { VirtualDevice } from '../../../core/model/virtual-device.js';
import { hostLanes } from '../host-lanes.js';
import type { View } from './view.js';

/** Who reaches whom: guests, vSwitches with their VLANs, NIC ports, physical networks. */
export const networkView: View = {
  name: 'network',
  title: 'Network',
  build: (context) =>
    hostLanes(context, {
      virtualDevice: isNetwork,
      hasIdleGuests: false,
      hasIdleControllers: false,
      hasSwitches: true,
      hasVlans: true,
      hasVolumes: false,
      hasNetworks: true,
      device: (device) => device.ports.length > 0 || device.deviceKind === 'nic' || device.deviceKind === 'dpu',
      isTree: false,
    }),
};

/** VFs are of anything; what they carry follows from the device they are taken from. */
function isNetwork(device: VirtualDevice): boolean {
  const carries = device.technique?.carries ?? [];
  if (!carries.includes('network')) return false;
  if (carries.length === 1) return true;
  const target = valueOf(device.facts.from)?.as('nic-port', 'function', 'vf', 'device');
  const card = target === undefined ? undefined : target.kind === 'device' ? target : target.device;
  return card === undefined || card.ports.length > 0;
}
