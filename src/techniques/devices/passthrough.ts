import { ASSIGNED_COSTS, assignedCompute, assignedNetwork, assignedStorage } from '../path/assigned.js';
import { needsIommu, needsKey } from '../path/needs.js';
import { TCP_COSTS, TCP_FRAME_COSTS } from '../path/tcp.js';
import { defineTechnique } from '../technique.js';

export const passthrough = defineTechnique({
  name: 'passthrough',
  title: 'device passthrough',
  family: 'hardware',
  carries: ['network', 'storage', 'compute', 'structure'],
  takes: 'device-or-function',
  fromKinds: ['nic', 'nvme', 'hba', 'disk', 'gpu', 'accelerator', 'dpu', 'usb', 'audio', 'other'],
  keys: [
    'from',
    'hostDriver',
    'driver',
    'queues',
    'mac',
    'mtu',
    'rss',
    'offloads',
    'segment',
    'coalesce',
    'media',
    'weight',
    'priority',
    'failoverFor',
    'bondedWith',
    'bondMode',
  ],
  help: `A whole device, or one physical function of it, handed to one guest through VFIO: a NIC, an NVMe drive, a GPU, an HBA, a USB controller. \`from\` names it.

The guest drives it as if it were bare metal, at bare-metal speed. In return nobody else can use it, all memory of the guest is pinned, and neither migration nor snapshots are possible. The whole IOMMU group goes along: a GPU takes its audio function with it, and a board without ACS may put half its slots into one group.

Right for a GPU, for an HBA under a storage guest, for a card that cannot be divided. Where the card has SR-IOV, \`sriov-vf\` serves more guests; a guest of a stranger should not get whole devices, for it could rewrite their firmware.`,
  needs: [
    needsKey('a device or function to hand over (`from`)', 'from'),
    needsIommu,
    { what: 'the rest of its IOMMU group to go along', rule: 'iommu-group-incomplete' },
    { what: 'a device that can be reset between guests', rule: 'device-lacks-reset' },
    { what: 'an endpoint that VFIO accepts', rule: 'vfio-unassignable-function' },
  ],
  network: assignedNetwork(false),
  storage: assignedStorage,
  compute: assignedCompute,
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary:
      'The guest drives DMA of its own; IOMMU and ACS keep it apart. Nobody shares the device at the same time, but its firmware and flash stay as the guest leaves them.',
  },
  operability: {
    liveMigration: {
      verdict: 'no',
      why: 'The state of the device cannot be read out; a NIC may have a virtio device as failover partner.',
    },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug through VFIO; not every guest driver survives it.' },
    snapshot: { verdict: 'no', why: 'The state of the device is in the device.' },
    memoryOvercommit: { verdict: 'no', why: 'All guest memory is pinned for DMA.' },
  },
  forms: {
    libvirt: '<hostdev mode="subsystem" type="pci" managed="yes"><source><address …/></source></hostdev>',
    qemu: '-device vfio-pci,host={bdf}',
  },
  costs: [
    ...TCP_COSTS,
    ...TCP_FRAME_COSTS,
    'guest.nic-kernel',
    'guest.nic-pmd',
    'guest.nvme',
    'guest.spdk',
    'virtio-scsi.io',
    'gpu.submit',
    'nvme-vf.latency',
    ...ASSIGNED_COSTS,
    'wake.thread',
  ],
  sources: [
    'Linux Documentation/driver-api/vfio',
    'Gordon et al., ELI: Bare-Metal Performance for I/O Virtualization, ASPLOS 2012',
    'libvirt formatdomain: hostdev',
  ],
});
