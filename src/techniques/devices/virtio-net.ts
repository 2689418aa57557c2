import { valueOf } from '../../core/model/fact.js';
import { isServedByUserSpaceSwitch, servingThread, vhostUserThread } from '../path/backend.js';
import { delay, perPass, vcpus, work } from '../path/cpu.js';
import { deliver, isPollMode, kick, wakeOf } from '../path/guest-side.js';
import { needsVm } from '../path/needs.js';
import type { Stage } from '../stage.js';
import { defineTechnique, type PathContext } from '../technique.js';

export const virtioNet = defineTechnique({
  name: 'virtio-net',
  title: 'virtio network device',
  family: 'paravirtual',
  carries: ['network'],
  keys: [
    'backend',
    'connect',
    'controller',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'isolated',
    'hairpin',
    'limit',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'mtu',
    'rss',
    'packed',
    'eventIdx',
    'offloads',
    'segment',
    'driver',
    'coalesce',
    'path',
    'socketMode',
    'failoverFor',
    'bondedWith',
    'bondMode',
    'protected',
    'model',
    'linkState',
    'from',
    'minRate',
    'mode',
    'vhostPolls',
  ],
  help: `The paravirtual NIC of KVM and others: guest and host share rings of descriptors (virtqueues).

| back end | who moves the packets |
| --- | --- |
| \`qemu\` | the device model, in its main loop or an iothread; slowest, needs nothing |
| \`vhost-net\` | a kernel thread for each device; the usual choice with a bridge or kernel OVS |
| \`vhost-user\` | a polling user-space process, usually OVS-DPDK or VPP; fastest in software, takes whole cores and shared guest memory |
| \`vdpa\` | hardware that speaks virtio; the guest keeps its virtio driver |`,
  needs: [
    needsVm,
    { what: 'guest memory that is shared, for a vhost-user back end', rule: 'vhost-user-memory-not-shared' },
    {
      what: 'something that polls its rings, for a vhost-user back end: a user-space switch or a vhost-user controller',
      isMet: (device) => {
        if (valueOf(device.facts.backend) !== 'vhost-user') return true;
        const kinds = [valueOf(device.facts.connect)?.as('switch')?.switchKind, controllerKind(device)];
        return kinds.some((kind) => kind === 'ovs-dpdk' || kind === 'vpp' || kind === 'vhost-user' || kind === 'dpu') || undefined;
      },
    },
  ],
  impliedController: (facts) => {
    switch (valueOf(facts.backend) ?? 'vhost-net') {
      case 'qemu':
        return 'qemu-main-loop';
      case 'vhost-net':
        return 'vhost-kernel';
      default:
        return undefined; // served by the switch, or by hardware
    }
  },
  network: { transmit, receive },
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary:
      'The back end reads rings that the guest writes: in the host kernel (vhost-net), in a process that maps the memory of all its guests (vhost-user), in the device model (qemu), or in the card (vdpa).',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The device model keeps all state; vhost and vhost-user log dirty pages.' },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model.' },
    memoryOvercommit: {
      verdict: 'depends',
      why: 'Any back end but vdpa works with memory that is not pinned; vhost-user needs it shared.',
    },
  },
  forms: {
    libvirt: '<interface><model type="virtio"/><driver name="vhost" queues="{queues}"/></interface>',
    qemu: '-netdev tap,vhost=on -device virtio-net-pci,mq=on',
  },
  costs: [
    'guest.virtio-kernel',
    'guest.virtio-pmd',
    'kick.guest',
    'wake.thread',
    'wake.vcpu',
    'irq.inject',
    'irq.posted',
    'qemu-net.packet',
    'qemu-net.byte',
    'qemu-net.latency',
    'vhost-net.tx-packet',
    'vhost-net.rx-packet',
    'vhost-net.latency',
    'copy.llc',
    'copy.l2',
    'vhost-user.dequeue',
    'vhost-user.enqueue',
    'vdpa.latency',
    'exit.user',
  ],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.1', 'Linux drivers/vhost/net.c', 'QEMU docs/interop/vhost-user'],
});

function controllerKind(device: Parameters<NonNullable<(typeof virtioNet)['needs'][number]['isMet']>>[0]): string | undefined {
  const value = valueOf(device.facts.controller);
  const reference = value === undefined ? undefined : 'text' in value ? value : value[0];
  return reference?.as('controller')?.controllerKind;
}

function backendOf(context: PathContext): string {
  const stated = valueOf(context.instance.decl.facts.backend);
  return stated ?? (isServedByUserSpaceSwitch(context.instance) ? 'vhost-user' : 'vhost-net');
}

function guestWork(context: PathContext) {
  return isPollMode(context) ? (['guest.virtio-pmd'] as const) : [perPass(context, 'guest.virtio-kernel')];
}

function transmit(context: PathContext): Stage[] {
  const { instance } = context;
  const driver = work(context, vcpus(instance), 'guest driver', guestWork(context));
  switch (backendOf(context)) {
    case 'qemu': {
      const thread = servingThread(instance);
      return [
        driver,
        ...kick(context, thread),
        work(context, thread, 'device model', [perPass(context, 'qemu-net.packet'), 'qemu-net.byte'], wakeOf(context, thread)),
        delay(context, 'device model latency', 'qemu-net.latency'),
      ];
    }
    case 'vhost-user': {
      const thread = vhostUserThread(instance);
      return [
        driver,
        ...kick(context, thread),
        work(context, thread, 'vhost dequeue and copy', ['vhost-user.dequeue', 'copy.l2'], wakeOf(context, thread)),
      ];
    }
    case 'vdpa':
      return [driver, delay(context, 'vDPA data path', 'vdpa.latency')];
    default: {
      const thread = servingThread(instance);
      return [
        driver,
        ...kick(context, thread),
        work(context, thread, 'vhost transmit and copy', [perPass(context, 'vhost-net.tx-packet'), 'copy.llc'], wakeOf(context, thread)),
        delay(context, 'vhost latency', 'vhost-net.latency'),
      ];
    }
  }
}

function receive(context: PathContext): Stage[] {
  const { instance } = context;
  const arrival = deliver(context, 'guest driver', guestWork(context));
  switch (backendOf(context)) {
    case 'qemu': {
      const thread = servingThread(instance);
      return [
        work(context, thread, 'device model', [perPass(context, 'qemu-net.packet'), 'qemu-net.byte'], wakeOf(context, thread)),
        delay(context, 'device model latency', 'qemu-net.latency'),
        ...arrival,
      ];
    }
    case 'vhost-user': {
      const thread = vhostUserThread(instance);
      return [work(context, thread, 'vhost enqueue and copy', ['vhost-user.enqueue', 'copy.l2'], wakeOf(context, thread)), ...arrival];
    }
    case 'vdpa':
      return [delay(context, 'vDPA data path', 'vdpa.latency'), ...arrival];
    default: {
      const thread = servingThread(instance);
      return [
        work(context, thread, 'vhost receive and copy', [perPass(context, 'vhost-net.rx-packet'), 'copy.llc'], wakeOf(context, thread)),
        delay(context, 'vhost latency', 'vhost-net.latency'),
        ...arrival,
      ];
    }
  }
}
