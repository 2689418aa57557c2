import { ownWorker } from '../path/backend.js';
import { vcpus, work } from '../path/cpu.js';
import { hostCache, pageCache } from '../path/disk.js';
import { deliver, kick, wakeOf } from '../path/guest-side.js';
import { needsKey, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioFs = defineTechnique({
  name: 'virtio-fs',
  title: 'shared directory over virtio',
  family: 'paravirtual',
  carries: ['filesystem', 'storage'],
  keys: [
    'backend',
    'path',
    'media',
    'controller',
    'cache',
    'limit',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'eventIdx',
    'readonly',
    'shareable',
  ],
  help: `A directory of the host as a file system of the guest: FUSE requests over virtqueues, answered by a virtiofsd process for each device. \`path\` is the directory, \`media\` what it lies on. It behaves like a local file system: the guests that share a directory see each other's changes at once.

For source trees, configuration, container images. Databases and virtual disks are faster on a block device. What one guest writes another one can read: a directory is shared by everybody who mounts it.`,
  needs: [
    needsVm,
    needsKey('a directory (`path`) or what it lies on (`media`)', 'path', 'media'),
    { what: 'guest memory that is shared with virtiofsd', rule: 'vhost-user-memory-not-shared' },
  ],
  storage: {
    via: () => 'host-kernel',
    hostCache,
    submit: (context) => {
      const daemon = ownWorker(context.instance, 'virtiofsd', 'process');
      return [
        work(context, vcpus(context.instance), 'guest file system and driver', ['guest.virtio-blk']),
        ...kick(context, daemon),
        work(context, daemon, 'virtiofsd', ['virtio-fs.request'], wakeOf(context, daemon)),
        ...pageCache(context, daemon),
      ];
    },
    complete: (context) => deliver(context, 'completion', []),
  },
  sharing: {
    parsedBy: 'host-process',
    guestDrivesDma: false,
    summary: 'virtiofsd, one for each device, interprets the requests in a sandbox; guests with the same directory share its files.',
  },
  operability: {
    liveMigration: { verdict: 'depends', why: 'With virtiofsd 1.11 or later and a directory that both hosts have.' },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device.' },
    snapshot: { verdict: 'depends', why: 'Internal state sits in virtiofsd; background snapshots and hibernation do not include it.' },
    memoryOvercommit: { verdict: 'depends', why: 'Memory must be shared, not pinned; huge pages are usual.' },
  },
  forms: {
    libvirt: '<filesystem type="mount"><driver type="virtiofs"/><source dir="{path}"/></filesystem>',
    qemu: '-chardev socket,id=c0,path=… -device vhost-user-fs-pci,chardev=c0,tag=…',
  },
  costs: [
    'guest.virtio-blk',
    'virtio-fs.request',
    'kick.guest',
    'wake.thread',
    'wake.vcpu',
    'irq.inject',
    'irq.posted',
    'page-cache.hit',
    'copy.dram',
  ],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.11', 'Linux Documentation/filesystems/virtiofs', 'libvirt kbase/virtiofs'],
});
