import { ASSIGNED_COSTS, assignedCompute, assignedNetwork, assignedStorage } from '../path/assigned.js';
import { needsIommu, needsKey } from '../path/needs.js';
import { TCP_COSTS, TCP_FRAME_COSTS } from '../path/tcp.js';
import { defineTechnique } from '../technique.js';

export const sriovVf = defineTechnique({
  name: 'sriov-vf',
  title: 'SR-IOV virtual function',
  family: 'hardware',
  carries: ['network', 'storage', 'compute'],
  takes: 'vf',
  fromKinds: ['nic', 'nvme', 'gpu', 'accelerator', 'dpu'],
  keys: [
    'from',
    'mac',
    'vlan',
    'vlanMode',
    'vlanQos',
    'vlanProto',
    'trunks',
    'spoofCheck',
    'trust',
    'promisc',
    'linkState',
    'minRate',
    'maxRate',
    'msix',
    'queues',
    'queueSize',
    'migratable',
    'mtu',
    'weight',
    'priority',
    'limit',
    'driver',
    'hostDriver',
    'rss',
    'offloads',
    'segment',
    'coalesce',
    'failoverFor',
    'bondedWith',
    'bondMode',
    'connect',
    'media',
    'protected',
  ],
  help: `A virtual function of a NIC, NVMe drive or accelerator, given to the guest through VFIO; for containers moved into the network namespace.

The data path does not touch the host: no copies, no exits but for interrupts (and none with posted interrupts). What is shared is in the card: its ports, its switch, its firmware. \`from\` names the physical function or port; a VF that is not named is assigned from its pool.

Take it for packet rate and latency near those of the bare card. Think twice where guests must move while they run, where memory is overcommitted, or where security groups are expected: the host does not see the traffic, unless the card is in switchdev mode.`,
  needs: [
    needsKey('a function to take a VF from (`from`)', 'from'),
    { what: 'a device with SR-IOV', rule: 'sriov-not-supported' },
    { what: 'VFs that are enabled and left', rule: 'vf-pool-exhausted' },
    needsIommu,
  ],
  network: assignedNetwork(true),
  storage: assignedStorage,
  compute: assignedCompute,
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary:
      'The guest drives DMA of its own; IOMMU and ACS keep it apart. VFs share the firmware, switch, ports and PCIe link of the card, and the PF driver answers their requests.',
  },
  operability: {
    liveMigration: {
      verdict: 'depends',
      why: 'Only with a variant driver that saves the state of the VF, or with a virtio device as failover partner.',
    },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug through VFIO.' },
    snapshot: { verdict: 'no', why: 'The state of the VF is in the card.' },
    memoryOvercommit: { verdict: 'no', why: 'All guest memory is pinned for DMA.' },
  },
  forms: {
    libvirt: '<interface type="hostdev" managed="yes"><source><address type="pci" …/></source></interface>',
    qemu: '-device vfio-pci,host={bdf}',
  },
  costs: [
    'guest.vf-pmd',
    ...TCP_COSTS,
    ...TCP_FRAME_COSTS,
    'guest.nic-kernel',
    'guest.nic-pmd',
    'guest.nvme',
    'guest.spdk',
    'gpu.submit',
    'vf.latency',
    'nvme-vf.latency',
    ...ASSIGNED_COSTS,
    'wake.thread',
  ],
  sources: ['Linux Documentation/PCI/pci-iov-howto', 'Dong et al., HPCA 2010', 'Linux Documentation/driver-api/vfio'],
});
