import { valueOf } from '../../core/model/fact.js';
import type { VirtualDeviceFacts } from '../../core/model/facts.generated.js';
import { namedControllers } from '../../core/model/virtual-device.js';
import type { Stage, Thread } from '../stage.js';
import type { HostCache, PathContext, StorageStages } from '../technique.js';
import { namedControllerKind, servingThread, vhostUserThread } from './backend.js';
import { delay, type Terms, vcpus, work } from './cpu.js';
import { deliver, deliverAssigned, kick, wakeOf } from './guest-side.js';
import { ioLimit } from './limits.js';

/** What serves a virtio disk. It decides the cost; the protocol in front of it hardly matters. */
export type DiskBackend = 'qemu' | 'vhost-kernel' | 'vhost-user' | 'vdpa' | 'vios' | 'dpu';

const BY_CONTROLLER: Readonly<Record<string, DiskBackend>> = {
  'qemu-main-loop': 'qemu',
  iothread: 'qemu',
  'vhost-kernel': 'vhost-kernel',
  'vhost-user': 'vhost-user',
  vios: 'vios',
  dpu: 'dpu',
};

/** The controller that the document names decides, else `backend`. */
export function diskBackend(context: PathContext): DiskBackend {
  const { decl } = context.instance;
  const named = BY_CONTROLLER[namedControllerKind(decl) ?? ''];
  if (named !== undefined) return named;
  const backend = valueOf(decl.facts.backend);
  return backend === 'vhost-kernel' || backend === 'vhost-user' || backend === 'vdpa' ? backend : 'qemu';
}

export function impliedDiskController(facts: VirtualDeviceFacts): string | undefined {
  switch (valueOf(facts.backend)) {
    case 'vhost-kernel':
      return 'vhost-kernel';
    case 'vhost-user':
      return 'vhost-user';
    case 'vdpa':
      return undefined;
    default:
      return 'qemu-main-loop';
  }
}

/**
 * The stages of a virtio disk: guest driver, notification, back end, completion.
 *
 * @param driver what the guest spends on one I/O
 * @param protocol what the protocol adds to the work of a back end in software
 */
export function virtioDisk(driver: (context: PathContext) => Terms, protocol: Terms): StorageStages {
  return {
    via: (context) => VIA[diskBackend(context)],
    submit: (context) => submit(context, driver(context), protocol),
    complete,
    outstanding: ({ instance: { decl } }) => (valueOf(decl.facts.queues) ?? 1) * (valueOf(decl.facts.queueSize) ?? 256),
    hostCache: (context) => (diskBackend(context) === 'qemu' ? hostCache(context) : NO_CACHE),
  };
}

/** Costs on which `virtioDisk` draws. */
export const VIRTIO_DISK_COSTS = [
  'kick.guest',
  'wake.thread',
  'wake.vcpu',
  'irq.inject',
  'irq.posted',
  'irq.host',
  'irq.moderation',
  'qemu-blk.io',
  'qemu-blk.io-polled',
  'qemu-blk.byte',
  'qemu-blk.threads',
  'qemu-blk.main-loop',
  'qemu-blk.unbatched',
  'spdk.qos',
  'qemu-blk.latency',
  'qcow2.io',
  'vmm-blk.io',
  'page-cache.hit',
  'copy.dram',
  'host-block.flush',
  'vhost-blk.io',
  'vhost-blk.latency',
  'spdk.vhost',
  'spdk.bdev',
  'spdk.qos-lock',
  'spdk.latency',
  'vdpa.latency',
  'vios.io',
  'hypervisor-blk.latency',
  'dpu.io',
  'dpu.latency',
] as const;

const VIA = {
  qemu: 'host-kernel',
  'vhost-kernel': 'host-kernel',
  vios: 'host-kernel',
  'vhost-user': 'user-space',
  // The card reaches the medium by itself; nothing of the host lies in between.
  vdpa: 'guest',
  dpu: 'guest',
} as const;

const LATENCY = {
  qemu: 'qemu-blk.latency',
  'vhost-kernel': 'vhost-blk.latency',
  vios: 'hypervisor-blk.latency',
  'vhost-user': 'spdk.latency',
  vdpa: 'vdpa.latency',
  dpu: 'dpu.latency',
} as const;

function submit(context: PathContext, driver: Terms, protocol: Terms): Stage[] {
  const { instance } = context;
  const backend = diskBackend(context);
  const guest = work(context, vcpus(instance), 'guest block layer and driver', driver);
  if (backend === 'vdpa') return [guest];
  const thread = backend === 'vhost-user' ? vhostUserThread(instance) : servingThread(instance);
  return [guest, ...kick(context, thread), ...serve(context, backend, thread, protocol), ...ioLimit(context, thread)];
}

function complete(context: PathContext): Stage[] {
  const backend = diskBackend(context);
  const isHardware = backend === 'vdpa' || backend === 'dpu';
  return [
    ...(backend === 'qemu' ? flush(context) : []),
    delay(context, 'back end latency', LATENCY[backend]),
    ...(isHardware ? deliverAssigned : deliver)(context, 'completion', []),
  ];
}

function serve(context: PathContext, backend: DiskBackend, thread: Thread, protocol: Terms): Stage[] {
  const wake = wakeOf(context, thread);
  switch (backend) {
    case 'qemu':
      return [
        work(context, thread, 'back end', [...qemuBlockLayer(context, thread), ...mainLoop(thread), ...protocol], wake),
        ...pageCache(context, thread),
      ];
    case 'vhost-user':
      return [work(context, thread, 'back end', ['spdk.vhost', 'spdk.bdev', ...protocol], wake)];
    case 'vhost-kernel':
      return [work(context, thread, 'back end', ['vhost-blk.io', ...protocol], wake)];
    case 'vios':
      return [work(context, thread, 'VIOS partition', ['vios.io'], wake)];
    default:
      return [work(context, thread, 'DPU', ['dpu.io'], wake)];
  }
}

/**
 * One I/O in the block layer of the device model. A minimal VMM has a shorter one. No published figure tells io_uring and
 * Linux AIO apart; a pool of threads costs two more context switches. QEMU uses the pool unless told otherwise, but those
 * who measure or run it for throughput do tell it, so an `io` left out counts as native.
 */
export function qemuBlockLayer(context: PathContext, thread: Thread): Terms {
  const { decl } = context.instance;
  if (valueOf(decl.guest.facts.kind) === 'microvm') return ['vmm-blk.io'];
  const { io, format } = decl.facts;
  return [
    thread.polls ? 'qemu-blk.io-polled' : 'qemu-blk.io',
    'qemu-blk.byte',
    ...(isUnbatched(context) ? (['qemu-blk.unbatched'] as const) : []),
    ...(valueOf(io) === 'threads' ? (['qemu-blk.threads'] as const) : []),
    ...((valueOf(format) ?? 'raw') === 'raw' ? [] : (['qcow2.io'] as const)),
  ];
}

/** Emulated disks have it in their own figures. */
function mainLoop(thread: Thread): Terms {
  return thread.role === 'main-loop' ? ['qemu-blk.main-loop'] : [];
}

/** The controller takes up one request at a time. */
function isUnbatched({ instance: { decl } }: PathContext): boolean {
  const controller = namedControllers(decl)[0]?.as('controller');
  return controller !== undefined && valueOf(controller.facts.batch) === 1;
}

const NO_CACHE: HostCache = { readHitRatio: 0, absorbsWrites: false };

/** The host page cache in front of the medium. QEMU uses it unless `cache` says otherwise. */
export function hostCache(context: PathContext): HostCache {
  const cache = valueOf(context.instance.decl.facts.cache);
  if (cache === 'none' || cache === 'directsync') return NO_CACHE;
  // Where nothing is said of it, writes count as limited by the medium, as they are in the long run.
  return { readHitRatio: context.load.cacheHitRatio, absorbsWrites: cache === 'writeback' || cache === 'unsafe' };
}

/** Data that passes through the page cache is copied once more; reads that it answers never reach the medium. */
export function pageCache(context: PathContext, thread: Thread): Stage[] {
  const cache = valueOf(context.instance.decl.facts.cache);
  const { readHitRatio } = hostCache(context);
  // What a minimal VMM spends on an I/O was measured with files in the page cache.
  if (valueOf(context.instance.decl.guest.facts.kind) === 'microvm') return [];
  const isUsed = readHitRatio > 0 || cache === 'writeback' || cache === 'writethrough' || cache === 'unsafe';
  if (!isUsed) return [];
  const reads = work(context, thread, 'page cache', [['page-cache.hit', readHitRatio], 'copy.dram']);
  const writes = work(context, thread, 'page cache', ['copy.dram']);
  return [{ ...reads, serviceSec: (operation) => (operation.kind === 'write' ? writes : reads).serviceSec(operation) }];
}

/** In these modes a write is not done before the drive has it for good. */
export function flush(context: PathContext): Stage[] {
  const cache = valueOf(context.instance.decl.facts.cache);
  if (cache !== 'writethrough' && cache !== 'directsync') return [];
  const stage = delay(context, 'flush', 'host-block.flush');
  return [{ ...stage, serviceSec: (operation) => (operation.kind === 'write' ? stage.serviceSec(operation) : 0) }];
}
