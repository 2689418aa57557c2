import { uplinksOf } from '../../core/model/switch.js';
import { delay } from '../path/cpu.js';
import { defineSwitchKind } from './switch-kind.js';

export const eswitchVeb = defineSwitchKind({
  name: 'eswitch-veb',
  title: 'NIC e-switch, legacy (VEB or VEPA)',
  help: 'The switch inside an SR-IOV NIC in legacy mode. It forwards by MAC and VLAN between VFs, PF and wire; anti-spoofing and a VLAN for each VF are all the policy it has.',
  runsIn: 'nic',
  needs: [{ what: 'a NIC port to belong to (`uplinks`)', isMet: (entity) => uplinksOf(entity).length > 0 }],
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary: 'All VFs of the NIC share its firmware, its switch and its ports.',
  },
  costs: ['eswitch.latency'],
  sources: ['Linux Documentation/networking/sriov', 'Linux Documentation/networking/representors'],
  forward: (context) => [delay(context, 'e-switch', 'eswitch.latency')],
  uplinkTransmit: () => [],
  uplinkReceive: () => [],
});
