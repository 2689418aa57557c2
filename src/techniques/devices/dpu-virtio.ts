import { namedControllers } from '../../core/model/virtual-device.js';
import { ASSIGNED_COSTS, hardwareVirtioNetwork } from '../path/assigned.js';
import { sourceDevice } from '../path/backend.js';
import { delay, vcpus, work } from '../path/cpu.js';
import { virtioDisk } from '../path/disk.js';
import { deliverAssigned, isPollMode } from '../path/guest-side.js';
import { needsIommu, needsKey, needsVm } from '../path/needs.js';
import { TCP_COSTS } from '../path/tcp.js';
import { virtioNetwork } from '../path/virtio-nic.js';
import { defineTechnique, type NetworkStages, type PathContext, type StorageStages } from '../technique.js';

const hardwareNetwork = hardwareVirtioNetwork('dpu.latency');
const softwareStorage = virtioDisk((context) => [guestDriver(context)], []);

/** Processors of the card do the work where the document names them as `controller`; else its hardware does. */
const network: NetworkStages = {
  transmit: (context) => (isOnCores(context) ? virtioNetwork : hardwareNetwork).transmit(context),
  receive: (context) => (isOnCores(context) ? virtioNetwork : hardwareNetwork).receive(context),
};

const storage: StorageStages = {
  via: () => 'guest',
  submit: (context) =>
    isOnCores(context)
      ? softwareStorage.submit(context)
      : [work(context, vcpus(context.instance), 'guest block layer and driver', [guestDriver(context)])],
  complete: (context) =>
    isOnCores(context)
      ? softwareStorage.complete(context)
      : [delay(context, 'virtio data path', 'dpu.latency'), ...deliverAssigned(context, 'completion', [])],
};

export const dpuVirtio = defineTechnique({
  name: 'dpu-virtio',
  title: 'virtio device presented by a DPU',
  family: 'hardware',
  carries: ['network', 'storage'],
  fromKinds: ['dpu', 'nic'],
  keys: [
    'from',
    'controller',
    'connect',
    'media',
    'mac',
    'vlan',
    'trunks',
    'limit',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'packed',
    'eventIdx',
    'mtu',
    'rss',
    'offloads',
    'segment',
    'driver',
    'coalesce',
    'size',
    'readonly',
    'serial',
    'failoverFor',
    'bondedWith',
    'bondMode',
    'protected',
  ],
  help: `A virtio NIC or disk that is a PCI function of a DPU or SmartNIC (\`from\`): a hardware virtual I/O controller. The guest gets the function through VFIO and drives it with its own virtio driver; behind it the card switches packets or reaches storage over the network, and the host spends no CPU at all.

Without \`controller\` the hardware of the card moves the data. Name a \`dpu\` controller (its \`device\` is the card) where software on the card's own cores does, SPDK or Open vSwitch: then all guests of the card share those cores.

It is how large clouds keep their own code off the hosts they sell, bare metal included. For a few guests on one server the card rarely pays.`,
  needs: [
    needsVm,
    needsKey('a DPU or SmartNIC (`from`, or a `dpu` controller)', 'from', 'controller'),
    {
      what: 'a card with a virtual I/O controller in it: a DPU or SmartNIC',
      isMet: (device) => {
        const controllers = namedControllers(device).flatMap((reference) => reference.as('controller') ?? []);
        if (controllers.some((controller) => controller.controllerKind !== 'dpu')) return false;
        const card = sourceDevice(device);
        return card === undefined ? undefined : card.deviceKind === 'dpu' || card.deviceKind === 'nic';
      },
    },
    needsIommu,
  ],
  network,
  storage,
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary: 'Hardware, firmware and software of the card read the rings of all guests it serves; the host is outside of the data path.',
  },
  operability: {
    liveMigration: {
      verdict: 'depends',
      why: 'Where the card can stop a device and hand over its state; the virtio driver of the guest stays as it is.',
    },
    hotplug: { verdict: 'depends', why: 'Where the card can plug functions while the host runs.' },
    snapshot: { verdict: 'no', why: 'The state of the device is in the card.' },
    memoryOvercommit: { verdict: 'no', why: 'All guest memory is pinned for DMA.' },
  },
  forms: {
    libvirt: '<hostdev mode="subsystem" type="pci" managed="yes"><source><address …/></source></hostdev>',
    qemu: '-device vfio-pci,host={bdf}',
  },
  costs: [
    ...TCP_COSTS,
    'guest.virtio-kernel',
    'guest.virtio-pmd',
    'guest.virtio-blk',
    'guest.spdk',
    'dpu.packet',
    'dpu.io',
    'dpu.latency',
    ...ASSIGNED_COSTS,
  ],
  sources: [
    'Firestone et al., Azure Accelerated Networking, NSDI 2018',
    'Zhang et al., High-density Multi-tenant Bare-metal Cloud, ASPLOS 2020, from memory',
    'Li et al., LeapIO, ASPLOS 2020, from memory',
  ],
});

function isOnCores({ instance }: PathContext): boolean {
  return namedControllers(instance.decl).some((reference) => reference.as('controller')?.controllerKind === 'dpu');
}

function guestDriver(context: PathContext) {
  return isPollMode(context) ? 'guest.spdk' : 'guest.virtio-blk';
}
