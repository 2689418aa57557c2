import { perPass, work } from '../path/cpu.js';
import { hostReceive, hostTransmit, IDLE_COSTS } from '../path/host-nic.js';
import { optionTerms } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const linuxBridge = defineSwitchKind({
  name: 'linux-bridge',
  title: 'Linux bridge',
  help: 'The bridge of the Linux kernel. Forwards by MAC address in the context of whoever brings the packet: a vhost worker on the way out, a softirq on the way in. VLANs and port isolation are options of the bridge.',
  runsIn: 'kernel',
  needs: [],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'One forwarding table and one kernel for all ports; without VLAN filtering or port isolation all ports are one segment.',
  },
  costs: [
    'linux-bridge.packet',
    'conntrack.packet',
    'tunnel.packet',
    'policer.packet',
    'host-nic.kernel',
    'host-nic.latency',
    ...IDLE_COSTS,
    'iommu.map-lazy',
    'iommu.map-strict',
  ],
  sources: ['Linux Documentation/networking/bridge', 'Høiland-Jørgensen et al., CoNEXT 2018'],
  forward: (context, entity, carrier) => [
    work(context, carrier, 'bridge', [perPass(context, 'linux-bridge.packet'), ...optionTerms(context, entity, 'kernel')]),
  ],
  uplinkTransmit: (context, entity, carrier) => hostTransmit(context, entity.host, carrier),
  uplinkReceive: (context, entity) => hostReceive(context, switchThread(entity, 'kernel')),
});
