import { perPass, work } from '../path/cpu.js';
import { hostReceive, hostTransmit, IDLE_COSTS } from '../path/host-nic.js';
import { isOffloaded, offloadedForward, optionTerms, sharedStatistics, upcalls } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const ovsKernel = defineSwitchKind({
  name: 'ovs-kernel',
  title: 'Open vSwitch, kernel datapath',
  help: 'Open vSwitch with its cache of megaflows in the Linux kernel. A packet that hits the cache never leaves the kernel; one that misses takes an upcall to ovs-vswitchd. `missRatio` says how often that happens. With `hwOffload` the flows of VFs, whose representors are its ports, move into a switchdev NIC; taps stay in software.',
  runsIn: 'kernel',
  needs: [],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'One kernel datapath and one ovs-vswitchd for all ports of the host.',
  },
  costs: [
    'ovs-kernel.packet',
    'ovs.upcall',
    'ovs-kernel.shared-statistics',
    'conntrack.packet',
    'tunnel.packet',
    'policer.packet',
    'eswitch.latency',
    'host-nic.kernel',
    'host-nic.latency',
    ...IDLE_COSTS,
    'iommu.map-lazy',
    'iommu.map-strict',
  ],
  sources: ['Open vSwitch documentation', 'Open vSwitch commit f7dc6d34b'],
  forward: (context, entity, carrier) =>
    isOffloaded(context, entity)
      ? offloadedForward(context, entity, switchThread(entity, 'kernel'))
      : [
          work(context, carrier, 'kernel datapath', [perPass(context, 'ovs-kernel.packet'), ...optionTerms(context, entity, 'kernel')]),
          ...sharedStatistics(context, entity),
          ...upcalls(context, entity),
        ],
  uplinkTransmit: (context, entity, carrier) => (isOffloaded(context, entity) ? [] : hostTransmit(context, entity.host, carrier)),
  uplinkReceive: (context, entity) => (isOffloaded(context, entity) ? [] : hostReceive(context, switchThread(entity, 'kernel'))),
});
