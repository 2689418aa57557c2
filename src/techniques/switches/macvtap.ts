import { uplinksOf } from '../../core/model/switch.js';
import { delay, work } from '../path/cpu.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const macvtap = defineSwitchKind({
  name: 'macvtap',
  title: 'macvtap',
  help: 'Taps stacked directly on a physical port, without a bridge. `mode` decides whether siblings reach each other: bridge, vepa, private, passthru. The host itself cannot reach them through the port.',
  runsIn: 'kernel',
  needs: [{ what: 'one port to stack on (`uplinks`)', isMet: (entity) => uplinksOf(entity).length === 1 }],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Siblings share the port and the kernel; in bridge mode they share a segment.',
  },
  costs: ['macvtap.packet', 'host-nic.kernel', 'host-nic.latency'],
  sources: ['libvirt formatdomain: interface type direct', 'Linux drivers/net/macvlan.c'],
  forward: (context, _entity, carrier) => [work(context, carrier, 'macvtap', ['macvtap.packet'])],
  uplinkTransmit: (context, _entity, carrier) => [work(context, carrier, 'host driver', ['host-nic.kernel'])],
  uplinkReceive: (context, entity) => [
    delay(context, 'interrupt moderation', 'host-nic.latency'),
    work(context, switchThread(entity, 'kernel'), 'host driver and softirq', ['host-nic.kernel']),
  ],
});
