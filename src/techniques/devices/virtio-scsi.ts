import { impliedDiskController, VIRTIO_DISK_COSTS, virtioDisk } from '../path/disk.js';
import { isPollMode } from '../path/guest-side.js';
import { needsKey, needsSharedMemory, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioScsi = defineTechnique({
  name: 'virtio-scsi',
  title: 'virtio SCSI disk',
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
    'model',
    'vhostPolls',
  ],
  help: `A disk on a paravirtual SCSI adapter. One adapter holds hundreds of disks, and SCSI commands can go through to the drive (\`"presentedAs": "lun"\`): persistent reservations for clusters, discard, tape.

Back ends: the device model in its main loop or an \`iothread\`; \`vhost-kernel\`, where the SCSI target of the Linux kernel answers (vhost-scsi); \`vhost-user\`, where SPDK does. On PowerVM a virtual SCSI disk is one with a \`vios\` controller.

Somewhat more work per I/O than \`virtio-blk\`; take it for many disks or for SCSI itself. With vhost-scsi there is no migration and no booting.`,
  needs: [
    needsVm,
    needsKey('a medium for its data (`media`), or a device to pass commands to (`path`)', 'media', 'path'),
    needsSharedMemory,
  ],
  impliedController: impliedDiskController,
  storage: virtioDisk((context) => [isPollMode(context) ? 'guest.spdk' : 'guest.virtio-blk'], ['virtio-scsi.io']),
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary:
      'The device model, the kernel target (vhost-scsi) or SPDK interprets SCSI commands. Commands that are passed through reach the firmware of the drive.',
  },
  operability: {
    liveMigration: {
      verdict: 'depends',
      why: 'Yes with the device model and with vhost-user; vhost-scsi keeps state in the kernel target and blocks it; passed-through LUNs need shared storage.',
    },
    hotplug: { verdict: 'yes', why: 'Disks come and go on the adapter without a PCI slot.' },
    snapshot: { verdict: 'depends', why: 'Yes with the device model; not with vhost-scsi or commands passed through.' },
    memoryOvercommit: { verdict: 'depends', why: 'Nothing is pinned; vhost-user needs memory that is shared.' },
  },
  forms: {
    libvirt: '<controller type="scsi" model="virtio-scsi"><driver iothread="{controller}"/></controller><disk><target bus="scsi"/></disk>',
    qemu: '-device virtio-scsi-pci,iothread={controller} -device scsi-hd',
  },
  costs: ['guest.virtio-blk', 'guest.spdk', 'virtio-scsi.io', ...VIRTIO_DISK_COSTS],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.6', 'Linux drivers/vhost/scsi.c', 'SPDK vhost documentation'],
});
