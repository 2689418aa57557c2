import { impliedDiskController, VIRTIO_DISK_COSTS, virtioDisk } from '../path/disk.js';
import { isPollMode } from '../path/guest-side.js';
import { needsKey, needsSharedMemory, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

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
  help: `The paravirtual disk: one queue or several, no SCSI in between. The usual choice for the disks of a virtual machine.

Who serves it decides its cost: the QEMU main loop (default), an \`iothread\` named as \`controller\`, a kernel vhost worker, or a polling SPDK process (\`"backend": "vhost-user"\` with a \`vhost-user\` controller), which takes a core and saves the rest. A \`vios\` or \`dpu\` controller serves it from a partition or a card of its own.

Each disk takes a PCI slot: for dozens of disks in one guest, or for SCSI commands that must reach the drive, take \`virtio-scsi\`.`,
  needs: [needsVm, needsKey('a medium for its data (`media`)', 'media'), needsSharedMemory],
  impliedController: impliedDiskController,
  storage: virtioDisk((context) => [isPollMode(context) ? 'guest.spdk' : 'guest.virtio-blk'], []),
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
  costs: ['guest.virtio-blk', 'guest.spdk', ...VIRTIO_DISK_COSTS],
  sources: [
    'Virtual I/O Device (VIRTIO) 1.3, section 5.2',
    'QEMU commits dd67c1d7e7, fc73548e44',
    'Zhadchenko, vhost-blk RFC, qemu-devel 2022',
    'SPDK vhost documentation',
  ],
});
