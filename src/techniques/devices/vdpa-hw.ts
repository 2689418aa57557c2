import { ASSIGNED_COSTS, hardwareVirtioNetwork } from '../path/assigned.js';
import { needsIommu, needsKey, needsSource, needsVdpaCard, needsVdpaMode, needsVm } from '../path/needs.js';
import { TCP_COSTS, TCP_FRAME_COSTS } from '../path/tcp.js';
import { defineTechnique } from '../technique.js';

export const vdpaHw = defineTechnique({
  name: 'vdpa-hw',
  title: 'vDPA in hardware',
  family: 'hardware',
  carries: ['network'],
  takes: 'vf',
  fromKinds: ['nic', 'dpu'],
  keys: [
    'from',
    'connect',
    'mac',
    'vlan',
    'vlanMode',
    'vlanQos',
    'vlanProto',
    'trunks',
    'spoofCheck',
    'trust',
    'linkState',
    'minRate',
    'maxRate',
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
    'path',
    'failoverFor',
    'bondedWith',
    'bondMode',
    'protected',
  ],
  help: `A function of a NIC whose rings are virtio rings: the guest keeps its virtio driver, the card reads and writes the rings itself, and the host only sets things up (virtio data path acceleration). \`from\` names the function or port; a VF that is not named is assigned from its pool.

Nearly the speed of \`sriov-vf\`, with one driver for every card and, where the parent driver supports it, live migration. The card must speak virtio and be in switchdev mode; memory is pinned as for every device that does DMA. \`virtio-net\` with \`"backend": "vdpa"\` says the same without naming the function.`,
  needs: [
    needsVm,
    needsKey('a function to take (`from`)', 'from'),
    needsSource('a NIC or DPU', 'nic', 'dpu'),
    { what: 'VFs that are enabled and left', rule: 'vf-pool-exhausted' },
    needsVdpaCard,
    needsVdpaMode,
    needsIommu,
  ],
  network: hardwareVirtioNetwork('vdpa.latency'),
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary:
      'The card reads the rings that the guest writes; functions share its firmware, switch, ports and PCIe link. The host mediates control only.',
  },
  operability: {
    liveMigration: {
      verdict: 'depends',
      why: 'Where the parent driver can stop the rings and report dirty pages, or with shadow virtqueues in the device model.',
    },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device.' },
    snapshot: { verdict: 'depends', why: 'As live migration: the state of the rings must be read back from the card.' },
    memoryOvercommit: { verdict: 'no', why: 'All guest memory is pinned for DMA, once for each such device.' },
  },
  forms: {
    libvirt: '<interface type="vdpa"><source dev="{path}"/></interface>',
    qemu: '-netdev vhost-vdpa,vhostdev={path},id=n0 -device virtio-net-pci,netdev=n0',
  },
  costs: [...TCP_COSTS, ...TCP_FRAME_COSTS, 'guest.virtio-kernel', 'guest.virtio-pmd', 'vdpa.latency', ...ASSIGNED_COSTS],
  sources: ['Linux drivers/vdpa', 'QEMU docs/system/devices/vhost-vdpa', 'libvirt formatdomain: interface type vdpa'],
});
