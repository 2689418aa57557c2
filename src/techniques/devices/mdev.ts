import { sourceDevice } from '../path/backend.js';
import { clockOf, delay, vcpus, work } from '../path/cpu.js';
import { deliver, isPollMode } from '../path/guest-side.js';
import { needsKey, needsSource, needsVm } from '../path/needs.js';
import type { Thread } from '../stage.js';
import { defineTechnique, type PathContext } from '../technique.js';

export const mdev = defineTechnique({
  name: 'mdev',
  title: 'mediated device',
  family: 'hardware',
  carries: ['compute', 'storage', 'structure'],
  takes: 'mediated-type',
  fromKinds: ['gpu', 'accelerator', 'nvme', 'other'],
  keys: ['from', 'type', 'uuid', 'isolation', 'framebuffer', 'weight', 'priority', 'model', 'media', 'driver', 'coalesce'],
  help: `A part of a device that its host driver makes up: the guest's accesses to registers are mediated, its data path goes to the hardware. Most are vGPUs; \`type\` is the type as the driver names it, \`from\` the device or one of its \`mediatedTypes\`.

Meant for devices that have no SR-IOV. Who keeps DMA of guests apart is the vendor driver (\`"isolation": "vendor"\`), not the IOMMU: a mistake in it is everybody's. vGPUs take turns on the engines, in slices of milliseconds, so one guest's long jobs are another one's latency; hardware partitions (\`mig\`) do not.`,
  needs: [
    needsVm,
    needsKey('a device or mediated type (`from`)', 'from'),
    needsSource('a device whose driver mediates', 'gpu', 'accelerator', 'nvme', 'other'),
    { what: 'instances of the type that are left', rule: 'gpu-partition-exceeds-device' },
  ],
  compute: {
    submit: (context) => [
      work(context, vcpus(context.instance), 'guest driver', ['gpu.submit']),
      work(context, mediator(context, false), 'vendor driver', ['mdev.mediate']),
    ],
    complete: (context) => deliver(context, 'completion', []),
  },
  // Mediated NVMe: shadow queues that a thread of the host polls.
  storage: {
    via: () => 'guest',
    submit: (context) => [
      work(context, vcpus(context.instance), 'guest block layer and driver', [isPollMode(context) ? 'guest.spdk' : 'guest.nvme']),
      work(context, mediator(context, true), 'mediation', ['mdev-nvme.io']),
    ],
    complete: (context) => [
      ...(isPollMode(context) ? [] : [delay(context, 'interrupt path', 'nvme-vf.latency')]),
      ...deliver(context, 'completion', []),
    ],
  },
  sharing: {
    parsedBy: 'vendor-driver',
    guestDrivesDma: true,
    summary:
      'The vendor driver of the host mediates for all guests and, unless the IOMMU does, keeps their DMA apart; they share the engines and firmware of the device.',
  },
  operability: {
    liveMigration: { verdict: 'depends', why: 'Where vendor driver, type and versions on both hosts support it (NVIDIA vGPU does).' },
    hotplug: { verdict: 'depends', why: 'Mediated devices are created at any time; few guest drivers take a GPU while running.' },
    snapshot: { verdict: 'depends', why: 'As live migration: the vendor driver must save the state.' },
    memoryOvercommit: { verdict: 'no', why: 'Pages that the device uses are pinned; in practice all guest memory.' },
  },
  forms: {
    libvirt: '<hostdev mode="subsystem" type="mdev" model="vfio-pci"><source><address uuid="{uuid}"/></source></hostdev>',
    qemu: '-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/{uuid}',
  },
  costs: [
    'gpu.submit',
    'mdev.mediate',
    'guest.nvme',
    'guest.spdk',
    'mdev-nvme.io',
    'nvme-vf.latency',
    'irq.inject',
    'irq.posted',
    'wake.vcpu',
  ],
  sources: ['Linux Documentation/driver-api/vfio-mediated-device', 'Peng et al., MDev-NVMe, USENIX ATC 2018'],
});

/** One thread of the host driver for all mediated devices of one parent. */
function mediator({ instance }: PathContext, polls: boolean): Thread {
  const { host } = instance.decl.guest;
  const device = sourceDevice(instance.decl);
  return {
    id: `${device?.path ?? instance.path}#mediator`,
    role: polls ? 'poll' : 'process',
    host,
    entity: device?.path ?? instance.path,
    cpus: undefined,
    width: 1,
    polls,
    weight: 100,
    clockHz: clockOf(host, undefined),
    isHostWork: true,
  };
}
