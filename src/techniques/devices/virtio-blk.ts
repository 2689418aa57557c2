import { valueOf } from '../../core/model/fact.js';
import { servingThread, vhostUserThread } from '../path/backend.js';
import { delay, type Terms, vcpus, work } from '../path/cpu.js';
import { deliver, isPollMode, kick, wakeOf } from '../path/guest-side.js';
import { needsKey, needsVm } from '../path/needs.js';
import type { Stage } from '../stage.js';
import { defineTechnique, type PathContext } from '../technique.js';

export const virtioBlk = defineTechnique({
  name: 'virtio-blk',
  title: 'virtio block device',
  family: 'paravirtual',
  carries: ['storage'],
  keys: [
    'backend',
    'media',
    'controller',
    'limit',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'packed',
    'eventIdx',
    'driver',
    'coalesce',
    'cache',
    'io',
    'format',
    'image',
    'size',
    'discard',
    'readonly',
    'shareable',
    'serial',
    'path',
    'socketMode',
    'presentedAs',
    'vhostPolls',
  ],
  help: `The paravirtual disk: one queue or several, no SCSI in between.

Who serves it decides its cost: the QEMU main loop (default), an \`iothread\` named as \`controller\`, a kernel vhost worker, or a polling SPDK process (\`"backend": "vhost-user"\` with a \`vhost-user\` controller), which takes a core and saves the rest.`,
  needs: [
    needsVm,
    needsKey('a medium for its data (`media`)', 'media'),
    { what: 'guest memory that is shared, for a vhost-user back end', rule: 'vhost-user-memory-not-shared' },
  ],
  impliedController: (facts) => {
    switch (valueOf(facts.backend) ?? 'qemu') {
      case 'vhost-kernel':
        return 'vhost-kernel';
      case 'vhost-user':
        return 'vhost-user';
      case 'vdpa':
        return undefined;
      default:
        return 'qemu-main-loop';
    }
  },
  storage: {
    via: (context) => (valueOf(context.instance.decl.facts.backend) === 'vhost-user' ? 'user-space' : 'host-kernel'),
    submit,
    complete: (context) => [delay(context, 'back end latency', latencyOf(context)), ...deliver(context, 'completion', [])],
  },
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model or the process behind it reads the requests; disks on one medium share it, whatever serves them.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The device model keeps all state; the medium must be reachable from both hosts.' },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device; each disk takes a slot.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model and the image.' },
    memoryOvercommit: {
      verdict: 'depends',
      why: 'Any back end but vdpa works with memory that is not pinned; vhost-user needs it shared.',
    },
  },
  forms: {
    libvirt: '<disk><driver name="qemu" iothread="{controller}"/><target bus="virtio"/></disk>',
    qemu: '-device virtio-blk-pci,iothread={controller}',
  },
  costs: [
    'guest.virtio-blk',
    'guest.spdk',
    'kick.guest',
    'wake.thread',
    'wake.vcpu',
    'irq.inject',
    'irq.posted',
    'qemu-blk.io',
    'qemu-blk.io-polled',
    'qemu-blk.byte',
    'qemu-blk.latency',
    'qcow2.io',
    'vhost-blk.io',
    'vhost-blk.latency',
    'spdk.vhost',
    'spdk.bdev',
    'spdk.latency',
  ],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.2', 'QEMU commits dd67c1d7e7, fc73548e44', 'SPDK vhost documentation'],
});

function submit(context: PathContext): Stage[] {
  const { instance } = context;
  const driver = work(context, vcpus(instance), 'guest block layer and driver', [isPollMode(context) ? 'guest.spdk' : 'guest.virtio-blk']);
  const backend = valueOf(instance.decl.facts.backend) ?? 'qemu';
  const thread = backend === 'vhost-user' ? vhostUserThread(instance) : servingThread(instance);
  return [
    driver,
    ...kick(context, thread),
    work(context, thread, 'back end', backendTerms(context, backend, thread.polls), wakeOf(context, thread)),
  ];
}

function backendTerms(context: PathContext, backend: string, polls: boolean): Terms {
  const image: Terms = valueOf(context.instance.decl.facts.format) === 'qcow2' ? ['qcow2.io'] : [];
  if (backend === 'vhost-user') return ['spdk.vhost', 'spdk.bdev'];
  if (backend === 'vhost-kernel') return ['vhost-blk.io'];
  return [polls ? 'qemu-blk.io-polled' : 'qemu-blk.io', 'qemu-blk.byte', ...image];
}

function latencyOf(context: PathContext) {
  const backend = valueOf(context.instance.decl.facts.backend) ?? 'qemu';
  return backend === 'vhost-user' ? 'spdk.latency' : backend === 'vhost-kernel' ? 'vhost-blk.latency' : 'qemu-blk.latency';
}
