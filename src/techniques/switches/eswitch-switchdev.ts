import { uplinksOf } from '../../core/model/switch.js';
import { offloadedForward } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const eswitchSwitchdev = defineSwitchKind({
  name: 'eswitch-switchdev',
  title: 'NIC e-switch, switchdev',
  help: 'The switch inside an SR-IOV NIC in switchdev mode. Every VF has a representor on the host; flows are programmed through it (tc flower, OVS hardware offload). Packets without an offloaded flow (`missRatio`) take the slow path through the host.',
  runsIn: 'nic',
  needs: [{ what: 'a NIC port to belong to (`uplinks`)', isMet: (entity) => uplinksOf(entity).length > 0 }],
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary: 'All VFs share firmware and switch; policy sits on representors of the host.',
  },
  costs: ['eswitch.latency', 'host-nic.kernel', 'ovs-kernel.packet', 'ovs.upcall'],
  sources: ['Linux Documentation/networking/switchdev', 'Linux Documentation/networking/representors'],
  forward: (context, entity) => offloadedForward(context, entity, switchThread(entity, 'kernel')),
  uplinkTransmit: () => [],
  uplinkReceive: () => [],
});
