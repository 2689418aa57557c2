import type { CostId } from '../../catalog/costs/index.js';
import type { Stage } from '../stage.js';
import type { NetworkStages, PathContext, StorageStages } from '../technique.js';
import { ownWorker } from './backend.js';
import { delay, perPass, type Terms, vcpus, work } from './cpu.js';
import { deliver, kick, wakeOf } from './guest-side.js';
import { hostReceive, hostTransmit, IDLE_COSTS, isOnPort, softirqOf } from './host-nic.js';
import { packetLimit } from './limits.js';
import { streams, TCP_COSTS, tcpSend } from './tcp.js';

/** The worker of a hypervisor that is not KVM: in a privileged domain, the parent partition or the hypervisor itself. */
interface Worker {
  /** As it names threads: `netback`. */
  readonly name: string;
  /** As a breakdown shows its work. */
  readonly label: string;
  readonly cost: CostId;
  /** Whether it copies data, where its cost does not say so already. */
  readonly copies: boolean;
}

/**
 * A paravirtual NIC of such a hypervisor: rings like those of virtio, a worker in place of vhost. The guest's driver and the
 * notifications are taken to cost what they cost with virtio; nobody published figures that would tell them apart.
 */
export function hypervisorNetwork(worker: Worker): NetworkStages {
  const terms = (context: PathContext): Terms => [perPass(context, worker.cost), ...(worker.copies ? (['copy.llc'] as const) : [])];
  const driver = (context: PathContext): Terms => [perPass(context, 'guest.virtio-kernel')];
  return {
    transmit(context) {
      const { instance } = context;
      const thread = ownWorker(instance, worker.name, 'process');
      return [
        work(context, streams(context, vcpus(instance)), 'guest driver', [...driver(context), ...tcpSend(context)]),
        ...kick(context, thread),
        work(context, thread, worker.label, terms(context), wakeOf(context, thread)),
        delay(context, 'back end latency', 'hypervisor-net.latency'),
        ...packetLimit(context, thread),
        ...(isOnPort(context) ? hostTransmit(context, instance.decl.guest.host, thread) : []),
      ];
    },
    receive(context) {
      const thread = ownWorker(context.instance, worker.name, 'process');
      return [
        ...(isOnPort(context) ? hostReceive(context, softirqOf(context)) : []),
        work(context, thread, worker.label, terms(context), wakeOf(context, thread)),
        delay(context, 'back end latency', 'hypervisor-net.latency'),
        ...deliver(context, 'guest driver', driver(context)),
      ];
    },
  };
}

export function hypervisorStorage(worker: Worker): StorageStages {
  return {
    via: () => 'host-kernel',
    submit(context): Stage[] {
      const { instance } = context;
      const thread = ownWorker(instance, worker.name, 'process');
      return [
        work(context, vcpus(instance), 'guest block layer and driver', ['guest.virtio-blk']),
        ...kick(context, thread),
        work(context, thread, worker.label, [worker.cost, ...(worker.copies ? (['copy.llc'] as const) : [])], wakeOf(context, thread)),
      ];
    },
    complete: (context) => [delay(context, 'back end latency', 'hypervisor-blk.latency'), ...deliver(context, 'completion', [])],
  };
}

const NOTIFICATION_COSTS = ['kick.guest', 'wake.thread', 'wake.vcpu', 'irq.inject', 'irq.posted'] as const;

/** Costs on which these stages draw, beside that of the worker. */
export const HYPERVISOR_NET_COSTS = [
  ...TCP_COSTS,
  ...IDLE_COSTS,
  'guest.virtio-kernel',
  ...NOTIFICATION_COSTS,
  'hypervisor-net.latency',
  'tc.shaper',
  'host-nic.kernel',
  'host-nic.latency',
  'iommu.map-lazy',
  'iommu.map-strict',
] as const;

export const HYPERVISOR_BLK_COSTS = ['guest.virtio-blk', ...NOTIFICATION_COSTS, 'hypervisor-blk.latency'] as const;
