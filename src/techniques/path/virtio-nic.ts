import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDeviceFacts } from '../../core/model/facts.generated.js';
import type { Stage, Thread } from '../stage.js';
import type { NetworkStages, PathContext } from '../technique.js';
import { hardwareVirtioNetwork, virtioNic } from './assigned.js';
import { isServedByUserSpaceSwitch, namedControllerKind, servingThread, switchOf, vhostUserThread } from './backend.js';
import { delay, perPass, type Terms, vcpus, work } from './cpu.js';
import { deliver, deliverAssigned, kick, wakeOf } from './guest-side.js';
import { hostReceive, hostTransmit, IDLE_COSTS, isOnPort, softirqOf } from './host-nic.js';
import { packetLimit } from './limits.js';
import { streams, TCP_COSTS, tcpSend } from './tcp.js';

/** What serves the rings of a virtio NIC. */
export type NicBackend = 'qemu' | 'slirp' | 'vhost-net' | 'vhost-user' | 'vdpa' | 'vios' | 'dpu';

const BY_CONTROLLER: Readonly<Record<string, NicBackend>> = {
  'qemu-main-loop': 'qemu',
  iothread: 'qemu',
  'vhost-kernel': 'vhost-net',
  'vhost-user': 'vhost-user',
  vios: 'vios',
  dpu: 'dpu',
};

/** The controller that the document names decides, else `backend`, else the switch. */
export function nicBackend(context: PathContext): NicBackend {
  const { decl } = context.instance;
  return BY_CONTROLLER[namedControllerKind(decl) ?? ''] ?? statedBackend(decl.facts);
}

function statedBackend(facts: VirtualDeviceFacts): NicBackend {
  const backend = valueOf(facts.backend);
  switch (backend) {
    case 'qemu':
    case 'slirp':
    case 'vhost-net':
    case 'vhost-user':
    case 'vdpa':
      return backend;
    default:
      return isServedByUserSpaceSwitch(facts) ? 'vhost-user' : 'vhost-net';
  }
}

export function impliedNicController(facts: VirtualDeviceFacts): string | undefined {
  switch (statedBackend(facts)) {
    case 'qemu':
    case 'slirp':
      return 'qemu-main-loop';
    case 'vhost-net':
      return 'vhost-kernel';
    default:
      return undefined; // served by the switch, or by hardware
  }
}

/** A back end in software: what it does for one packet in each direction, and what time passes besides. */
interface Service {
  readonly transmit: { readonly label: string; readonly terms: Terms };
  readonly receive: { readonly label: string; readonly terms: Terms };
  readonly latency?: CostId;
}

function serviceOf(context: PathContext, backend: Exclude<NicBackend, 'vdpa' | 'dpu'>): Service {
  switch (backend) {
    case 'qemu': {
      const step = { label: 'device model', terms: [perPass(context, 'qemu-net.packet'), 'qemu-net.byte'] as Terms };
      return { transmit: step, receive: step, latency: 'qemu-net.latency' };
    }
    case 'slirp': {
      const step = { label: 'user-mode stack', terms: [perPass(context, 'qemu-net.packet'), 'qemu-net.byte', 'slirp.packet'] as Terms };
      return { transmit: step, receive: step, latency: 'qemu-net.latency' };
    }
    case 'vhost-net':
      return {
        transmit: {
          label: 'vhost transmit and copy',
          terms: [
            perPass(context, switchOf(context.instance)?.switchKind === 'xdp' ? 'vhost-net.tx-xdp' : 'vhost-net.tx-packet'),
            'copy.llc',
          ],
        },
        receive: { label: 'vhost receive and copy', terms: [perPass(context, 'vhost-net.rx-packet'), 'copy.llc'] },
        latency: 'vhost-net.latency',
      };
    case 'vhost-user':
      return {
        transmit: { label: 'vhost dequeue and copy', terms: ['vhost-user.dequeue', 'copy.l2'] },
        receive: { label: 'vhost enqueue and copy', terms: ['vhost-user.enqueue', 'copy.l2'] },
      };
    case 'vios': {
      const step = { label: 'VIOS partition', terms: [perPass(context, 'vios.packet'), 'copy.llc'] as Terms };
      return { transmit: step, receive: step, latency: 'hypervisor-net.latency' };
    }
  }
}

/** The stages of a virtio NIC behind any of its back ends. */
export const virtioNetwork: NetworkStages = {
  transmit(context) {
    const { instance } = context;
    const backend = nicBackend(context);
    if (backend === 'vdpa') return hardwareVirtioNetwork('vdpa.latency').transmit(context);
    const thread = threadOf(context, backend);
    const driver = work(context, streams(context, vcpus(instance)), 'guest driver', [...virtioNic(context), ...tcpSend(context)]);
    if (backend === 'dpu') return [driver, ...onCard(context, thread)];
    const { transmit, latency } = serviceOf(context, backend);
    return [
      driver,
      ...kick(context, thread),
      work(context, thread, transmit.label, transmit.terms, wakeOf(context, thread)),
      ...besides(context, latency),
      ...packetLimit(context, thread),
      ...(isOnPort(context) ? [macvtap(context, thread), ...hostTransmit(context, instance.decl.guest.host, thread)] : []),
    ];
  },
  receive(context) {
    const backend = nicBackend(context);
    if (backend === 'vdpa') return hardwareVirtioNetwork('vdpa.latency').receive(context);
    const thread = threadOf(context, backend);
    if (backend === 'dpu') return [...onCard(context, thread), ...deliverAssigned(context, 'guest driver', virtioNic(context))];
    const { receive, latency } = serviceOf(context, backend);
    const softirq = softirqOf(context);
    return [
      ...(isOnPort(context) ? [...hostReceive(context, softirq), macvtap(context, softirq)] : []),
      work(context, thread, receive.label, receive.terms, wakeOf(context, thread)),
      ...besides(context, latency),
      ...deliver(context, 'guest driver', virtioNic(context)),
    ];
  },
};

/** Costs on which these stages draw. */
export const VIRTIO_NET_COSTS = [
  ...TCP_COSTS,
  'irq.moderation',
  ...IDLE_COSTS,
  'guest.virtio-kernel',
  'guest.virtio-pmd',
  'kick.guest',
  'wake.thread',
  'wake.vcpu',
  'irq.inject',
  'irq.posted',
  'irq.host',
  'qemu-net.packet',
  'qemu-net.byte',
  'qemu-net.latency',
  'slirp.packet',
  'vhost-net.tx-packet',
  'vhost-net.tx-xdp',
  'vhost-net.rx-packet',
  'vhost-net.latency',
  'copy.llc',
  'copy.l2',
  'vhost-user.dequeue',
  'vhost-user.enqueue',
  'vdpa.latency',
  'dpu.packet',
  'dpu.latency',
  'vios.packet',
  'hypervisor-net.latency',
  'tc.shaper',
  'macvtap.packet',
  'host-nic.kernel',
  'host-nic.latency',
  'iommu.map-lazy',
  'iommu.map-strict',
] as const;

function threadOf(context: PathContext, backend: NicBackend): Thread {
  return backend === 'vhost-user' ? vhostUserThread(context.instance) : servingThread(context.instance);
}

/** Software on the processors of a card: no host CPU, and the host is not asked. */
function onCard(context: PathContext, thread: Thread): Stage[] {
  return [work(context, thread, 'DPU', ['dpu.packet']), delay(context, 'virtio data path', 'dpu.latency')];
}

function besides(context: PathContext, latency: CostId | undefined): Stage[] {
  return latency === undefined ? [] : [delay(context, 'back end latency', latency)];
}

/** A tap stacked on the port takes the place of a switch. */
function macvtap(context: PathContext, thread: Thread): Stage {
  return work(context, thread, 'macvtap', [perPass(context, 'macvtap.packet')]);
}
