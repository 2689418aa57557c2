import { valueOf } from '../../core/model/fact.js';
import { servingThread } from '../path/backend.js';
import { delay, vcpus, work } from '../path/cpu.js';
import { flush, hostCache, pageCache, qemuBlockLayer } from '../path/disk.js';
import { accessRegisters, REGISTER_COSTS, type RegisterAccesses } from '../path/emulation.js';
import { deliver } from '../path/guest-side.js';
import { needsVm } from '../path/needs.js';
import { defineTechnique, type PathContext } from '../technique.js';

interface Bus extends RegisterAccesses {
  /** Commands outstanding at once. */
  readonly depth: number;
}

/**
 * IDE writes the task file port by port, 6 to 10 accesses, and holds one command a channel. AHCI takes commands from lists in
 * memory, up to 32. LSI runs a script, USB storage one transfer after the other. Floppies are as old as IDE.
 */
const BUSES = {
  ide: { count: 8, space: 'port', work: ['emulated-disk.ide'], depth: 1 },
  sata: { count: 4, space: 'memory', work: ['emulated-disk.ahci'], depth: 32 },
  scsi: { count: 4, space: 'memory', work: ['emulated-disk.scsi'], depth: 32 },
  usb: { count: 6, space: 'memory', work: ['emulated-disk.usb'], depth: 1 },
  fdc: { count: 8, space: 'port', work: ['emulated-disk.ide'], depth: 1 },
} satisfies Record<string, Bus>;

/** Names of controllers and drives whose bus the document leaves to the model. Source: QEMU device names. */
const MODELS: readonly (readonly [RegExp, keyof typeof BUSES])[] = [
  [/ahci|sata/i, 'sata'],
  [/lsi|53c|scsi|sas|buslogic/i, 'scsi'],
  [/usb|[ex]hci/i, 'usb'],
  [/fdc|floppy/i, 'fdc'],
];

export const emulatedDisk = defineTechnique({
  name: 'emulated-disk',
  title: 'emulated disk',
  family: 'emulated',
  carries: ['storage'],
  keys: [
    'bus',
    'model',
    'media',
    'limit',
    'weight',
    'priority',
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
    'presentedAs',
  ],
  help: `A disk on an imitated controller: \`bus\` is ide, sata (AHCI), scsi (LSI and others) or usb. Every system can boot from it.

On IDE a command costs six to ten exits to the device model, and the next one starts when it is done: the queue depth of the guest is worth nothing. AHCI takes 32 commands with fewer exits. Good for installation media and for guests without virtio drivers; for anything else \`virtio-blk\` or \`virtio-scsi\`.`,
  needs: [
    needsVm,
    {
      what: 'a medium for its data (`media`), but for drives that may be empty: CD-ROM and floppy',
      isMet: ({ facts }) => facts.media.state !== 'unknown' || ['cdrom', 'floppy'].includes(valueOf(facts.presentedAs) ?? 'disk'),
    },
  ],
  impliedController: () => 'qemu-main-loop',
  storage: {
    via: () => 'host-kernel',
    outstanding: (context) => busOf(context).depth,
    hostCache,
    submit: (context) => {
      const { instance } = context;
      const deviceModel = servingThread(instance);
      const bus = busOf(context);
      return [
        work(context, vcpus(instance), 'guest block layer and driver', ['guest.emulated-disk']),
        ...accessRegisters(context, deviceModel, { ...bus, work: [...bus.work, ...qemuBlockLayer(context, deviceModel)] }),
        ...pageCache(context, deviceModel),
      ];
    },
    complete: (context) => [
      ...flush(context),
      delay(context, 'device model latency', 'emulated-disk.latency'),
      ...deliver(context, 'completion', [], true),
    ],
  },
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model of the guest interprets its commands; disks on one medium share it, whatever serves them.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The device model keeps all state; the medium must be reachable from both hosts.' },
    hotplug: { verdict: 'depends', why: 'SCSI and USB disks can be plugged, SATA in principle, IDE and floppies not.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model and the image.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {
    libvirt: '<disk><target bus="{bus}"/></disk>',
    qemu: '-device ide-hd,drive=d0 (ahci, lsi53c895a + scsi-hd, usb-storage)',
  },
  costs: [
    'guest.emulated-disk',
    'emulated-disk.ide',
    'emulated-disk.ahci',
    'emulated-disk.scsi',
    'emulated-disk.usb',
    'emulated-disk.latency',
    ...REGISTER_COSTS,
    'qemu-blk.io',
    'qemu-blk.byte',
    'qemu-blk.threads',
    'qcow2.io',
    'vmm-blk.io',
    'page-cache.hit',
    'copy.dram',
    'host-block.flush',
    'irq.inject',
    'wake.vcpu',
  ],
  sources: ['ATA-6 and AHCI 1.3 specifications, from memory', 'QEMU hw/ide', 'kvm-unit-tests vmexit figures'],
});

function busOf(context: PathContext): Bus {
  const { bus, model } = context.instance.decl.facts;
  if (bus.state === 'known') return BUSES[bus.value];
  const named = MODELS.find(([pattern]) => pattern.test(valueOf(model) ?? ''))?.[1];
  return BUSES[named ?? valueOf(bus) ?? 'ide'];
}
