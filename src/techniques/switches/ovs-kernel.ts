import { delay, work } from '../path/cpu.js';
import { optionTerms, upcallTerms } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const ovsKernel = defineSwitchKind({
  name: 'ovs-kernel',
  title: 'Open vSwitch, kernel datapath',
  help: 'Open vSwitch with its cache of megaflows in the Linux kernel. A packet that hits the cache never leaves the kernel; one that misses takes an upcall to ovs-vswitchd. `missRatio` says how often that happens. With `hwOffload` flows move into a switchdev NIC.',
  runsIn: 'kernel',
  needs: [],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'One kernel datapath and one ovs-vswitchd for all ports of the host.',
  },
  costs: ['ovs-kernel.packet', 'ovs.upcall', 'conntrack.packet', 'tunnel.packet', 'host-nic.kernel', 'host-nic.latency'],
  sources: ['Open vSwitch documentation', 'Open vSwitch commit f7dc6d34b'],
  forward: (context, entity, carrier) => [
    work(context, carrier, 'kernel datapath', ['ovs-kernel.packet', ...optionTerms(entity), ...upcallTerms(entity)]),
  ],
  uplinkTransmit: (context, _entity, carrier) => [work(context, carrier, 'host driver', ['host-nic.kernel'])],
  uplinkReceive: (context, entity) => [
    delay(context, 'interrupt moderation', 'host-nic.latency'),
    work(context, switchThread(entity, 'kernel'), 'host driver and softirq', ['host-nic.kernel']),
  ],
});
