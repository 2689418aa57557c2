import type { NetworkStages } from '../technique.js';
import { perPass, work } from './cpu.js';
import { deliver } from './guest-side.js';
import { hostReceive, hostTransmit, IDLE_COSTS, isOnPort, softirqOf } from './host-nic.js';
import { packetLimit } from './limits.js';
import { guestThread, TCP_COSTS, tcpSend } from './tcp.js';

/**
 * An interface of a container stacked on a physical port. Sending happens in the context of the process, sorting on
 * receive in the softirq that takes the packet from the port.
 */
export function stackedOnPort(kind: 'macvlan' | 'ipvlan'): NetworkStages {
  return {
    transmit(context) {
      const { instance } = context;
      const processes = guestThread(context);
      return [
        work(context, processes, `stack and ${kind}`, [
          perPass(context, 'guest.nic-kernel'),
          perPass(context, 'macvlan.packet'),
          ...tcpSend(context),
        ]),
        ...packetLimit(context, processes),
        ...(isOnPort(context) ? hostTransmit(context, instance.decl.guest.host, processes) : []),
      ];
    },
    receive(context) {
      const softirq = softirqOf(context);
      return [
        ...(isOnPort(context) ? hostReceive(context, softirq) : []),
        work(context, softirq, kind, [perPass(context, 'macvlan.packet')]),
        ...deliver(context, 'stack', [perPass(context, 'guest.nic-kernel')]),
      ];
    },
  };
}

/** Costs on which these stages draw. */
export const MACVLAN_COSTS = [
  ...TCP_COSTS,
  ...IDLE_COSTS,
  'guest.nic-kernel',
  'macvlan.packet',
  'tc.shaper',
  'wake.thread',
  'host-nic.kernel',
  'host-nic.latency',
  'iommu.map-lazy',
  'iommu.map-strict',
] as const;
