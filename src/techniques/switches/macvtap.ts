import { uplinksOf } from '../../core/model/switch.js';
import { perPass, work } from '../path/cpu.js';
import { hostReceive, hostTransmit, IDLE_COSTS } from '../path/host-nic.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const macvtap = defineSwitchKind({
  name: 'macvtap',
  title: 'macvtap',
  help: 'Taps stacked directly on a physical port, without a bridge. `mode` decides whether siblings reach each other: bridge, vepa, private, passthru. The host itself cannot reach them through the port. A single device may also name the port in its own `connect`.',
  runsIn: 'kernel',
  needs: [{ what: 'one port to stack on (`uplinks`)', isMet: (entity) => uplinksOf(entity).length === 1 }],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Siblings share the port and the kernel; in bridge mode they share a segment.',
  },
  costs: ['macvtap.packet', 'host-nic.kernel', 'host-nic.latency', ...IDLE_COSTS, 'iommu.map-lazy', 'iommu.map-strict'],
  sources: ['libvirt formatdomain: interface type direct', 'Linux drivers/net/macvlan.c'],
  forward: (context, _entity, carrier) => [work(context, carrier, 'macvtap', [perPass(context, 'macvtap.packet')])],
  uplinkTransmit: (context, entity, carrier) => hostTransmit(context, entity.host, carrier),
  uplinkReceive: (context, entity) => hostReceive(context, switchThread(entity, 'kernel')),
});
