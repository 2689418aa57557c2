import {
  busRange,
  byId,
  count,
  cpuSet,
  either,
  flag,
  list,
  object,
  oneOfWords,
  pciAddress,
  quantity,
  reference,
  type Schema,
  text,
  use,
} from './dsl.js';

export const iommu: Schema = object('The IOMMU of the host: what keeps DMA and interrupts of assigned devices apart.', {
  state: oneOfWords('Whether DMA is remapped.', {
    on: 'Active: the kernel has IOMMU groups.',
    off: 'Present, but not enabled in firmware or kernel.',
    absent: 'The platform has none.',
  }),
  kind: oneOfWords('The hardware.', {
    'intel-vtd': 'Intel VT-d (DMAR).',
    'amd-vi': 'AMD-Vi (IVRS).',
    'arm-smmu': 'Arm SMMUv2 or SMMUv3 (IORT).',
    'power-tce': 'IBM POWER translation tables.',
    's390-pci': 's390 zPCI.',
  }),
  mode: oneOfWords(
    'What devices that the host itself drives go through.',
    {
      translated: 'Host devices are translated as well.',
      passthrough: 'Host devices bypass translation (`iommu=pt`); assigned devices are translated all the same.',
    },
    { default: 'translated', source: 'default of Linux unless iommu=pt is given' },
  ),
  strict: flag('Unmapped pages are invalidated at once (strict), or in batches (lazy), which is faster and leaves a window.'),
  interruptRemapping: flag('Interrupts of devices are checked by remapping hardware.'),
  postedInterrupts: flag('Interrupts of assigned devices reach a running vCPU without an exit.'),
  pageSize: quantity('size', 'Page size in which guest memory is mapped. Large pages let the IOTLB reach further.', {
    default: '4 KiB',
    source: 'base page; larger where guest memory is backed by huge pages',
  }),
  iotlbEntries: count('Effective number of IOTLB entries.', {
    default: 64,
    minimum: 1,
    source: 'fitted to pcie-bench measurements of Haswell and Broadwell hosts (SIGCOMM 2018)',
  }),
});

export const firmware: Schema = object('Switches of the BIOS or UEFI that decide what devices may do.', {
  sriov: flag('SR-IOV is enabled in firmware.'),
  above4G: flag('Memory windows of devices may lie above 4 GiB.'),
});

export const kernel: Schema = object('Boot parameters of the host that change isolation or I/O.', {
  acsOverride: oneOfWords(
    '`pcie_acs_override=`: pretends that ports isolate. A patch some distributions carry.',
    {
      none: 'Not set.',
      downstream: 'Downstream ports are taken to have ACS.',
      multifunction: 'Functions of one device are taken to be isolated.',
      'downstream,multifunction': 'Both.',
    },
    { default: 'none' },
  ),
  disableAcsRedir: list(
    reference(['pcie-port'], 'A port whose redirect bits are cleared.', 'rp0'),
    '`pci=disable_acs_redir=` or `config_acs=`: ports whose ACS redirect is switched off.',
    ['rp0'],
  ),
  noats: flag('`pci=noats`: Address Translation Services are off.', false),
  realloc: flag('`pci=realloc`: the kernel may lay out bridge windows anew.', false),
  version: text('Kernel version, where rules depend on it.', '6.12'),
});

export const vfio: Schema = object('Module parameters of VFIO.', {
  noiommu: flag('`enable_unsafe_noiommu_mode`: devices are handed out without an IOMMU.', false),
  allowUnsafeInterrupts: flag('`allow_unsafe_interrupts`: assignment without interrupt remapping.', false),
  disableDenylist: flag('`disable_denylist`: devices with exploitable errata may be assigned.', false),
});

export const numaNode: Schema = object('A NUMA node: its CPUs, clock and memory.', {
  cpus: cpuSet('Logical CPUs of the node.', '0-31', '0-15,32-47'),
  threadsPerCore: count('Hardware threads of one core (SMT); 1 where it is off.', { minimum: 1, maximum: 8, examples: [2] }),
  threadNumbering: oneOfWords(
    'Which CPUs of the node are threads of one core.',
    {
      parts:
        'The list falls into as many equal parts as a core has threads; the first of each part are a core: of `0-17,36-53`, 0 and 36. So on most x86 servers.',
      neighbours: 'CPUs beside each other: 0 and 1, 2 and 3.',
    },
    { default: 'parts' },
  ),
  clock: quantity('frequency', 'Clock at which its cores run under load. Costs in cycles scale with it.', {
    default: '3.0 GHz',
    source: 'assumed, not measured',
  }),
  memory: quantity('size', 'Memory of the node.', { examples: ['256 GiB'] }),
  memoryBandwidth: quantity('byte-rate', 'Memory bandwidth of the node. Copies and DMA share it.', { examples: ['170 GB/s'] }),
  cache: quantity('size', 'Last-level cache of the node. Buffers that cycle within it are read and written there (DDIO).', {
    examples: ['25 MiB'],
  }),
  hugepages: {
    type: 'object',
    description: 'Huge pages set aside on this node: how many, by page size.',
    additionalProperties: { type: 'integer', minimum: 0 },
    propertyNames: { type: 'string', enum: ['64 KiB', '2 MiB', '16 MiB', '32 MiB', '512 MiB', '1 GiB', '16 GiB'] },
    examples: [{ '1 GiB': 64 }],
  },
  socket: count('Package (socket) the node belongs to.', { examples: [0] }),
  distances: {
    type: 'object',
    description: 'Distance to other nodes as the firmware tells it (SLIT); 10 is local.',
    additionalProperties: { type: 'integer', minimum: 10 },
    propertyNames: { $ref: '#/$defs/id' },
    examples: [{ n1: 21 }],
  },
});

const acsControls: Schema = object('Single ACS controls. One that is left out is unknown.', {
  sourceValidation: flag('SV: the requester ID is checked.'),
  translationBlocking: flag('TB: requests that claim to be translated are blocked.'),
  requestRedirect: flag('RR: peer-to-peer requests go up to the IOMMU.'),
  completionRedirect: flag('CR: peer-to-peer completions go up as well.'),
  upstreamForwarding: flag('UF: requests aimed at the port itself go up.'),
  egressControl: flag('EC: the port filters peer-to-peer by a vector.'),
});

const acs: Schema = either(
  'Access Control Services of the port. `true` stands for what Linux enables: source validation, request and completion redirect, upstream forwarding; not translation blocking.',
  [{ type: 'boolean' }, use('acs-controls')],
  true,
);

export const pciePort: Schema = object('A port or bridge of the PCIe tree, with the link below it.', {
  kind: oneOfWords(
    'What the port is.',
    {
      'root-port': 'A port of the root complex.',
      'switch-upstream': 'The upstream port of a PCIe switch.',
      'switch-downstream': 'A downstream port of a PCIe switch.',
      'pcie-to-pci-bridge': 'A bridge to conventional PCI. What lies below shares one requester ID.',
      'pci-bridge': 'A conventional PCI bridge.',
      'root-complex-integrated': 'Not a port: endpoints integrated in the root complex sit here.',
      'nvlink-bridge': 'A host bridge that is not PCIe (NVLink, OpenCAPI).',
    },
    { default: 'root-port' },
  ),
  at: reference(['pcie-port'], 'The port above. A root port has none.', 'up0'),
  numa: reference(['numa-node'], 'NUMA node of the root port; ports below inherit it.', 'n0'),
  link: use('pcie-link', 'What the link below the port can do: the slot.', 'gen4 x16'),
  acs,
  ari: flag('Alternative Routing-ID forwarding: more than 8 functions below.'),
  bdf: pciAddress('PCI address of the port.', '0000:00:1c.0'),
  multifunction: flag('The port shares its slot number with other functions, as root ports of client chipsets do.'),
  busRange: busRange('Secondary to subordinate bus.', '40-47'),
  mmioWindow: quantity('size', 'Size of the prefetchable 64-bit window that firmware gave the port.', { examples: ['64 GiB'] }),
  hotplug: flag('Devices can be exchanged while the host runs.', false),
  group: count('IOMMU group of the port itself as read off the host.', { examples: [14] }),
  title: text('A name for people: the slot as labelled on the board.', 'Slot 3'),
});

export const volume: Schema = object('Storage on top of devices: a filesystem, a volume group, a RAID, or a remote image store.', {
  kind: oneOfWords('What it is.', {
    filesystem: 'A filesystem that holds image files.',
    lvm: 'A volume group; guests get logical volumes.',
    zfs: 'A ZFS pool.',
    raid0: 'Stripes over its members.',
    raid1: 'Mirrors its members; reads go to all of them.',
    multipath: 'One LUN that is reached over each of its members.',
    partition: 'A partition of a disk.',
    remote: 'Not on this host: Ceph RBD, iSCSI, NFS, NBD.',
  }),
  on: either(
    'What it is made of.',
    [
      reference(['namespace', 'device', 'volume'], 'One member.', 'ssd0/ns1'),
      list(reference(['namespace', 'device', 'volume'], 'A member.', 'ssd0'), 'Several members.', ['ssd0', 'ssd1']),
    ],
    'ssd0/ns1',
    ['ssd0', 'ssd1'],
  ),
  size: quantity('size', 'Usable size.', { examples: ['3.8 TB'] }),
  readFrom: oneOfWords(
    'RAID 1: which members serve reads.',
    { all: 'Reads are spread over all members.', first: 'Reads go to the first member.' },
    { default: 'all' },
  ),
  scheduler: use('block-scheduler'),
  ioCost: flag('io.cost of Linux divides the time of the medium by the `weight` of the virtual devices (`io.weight`).', false),
  protocol: oneOfWords('How a remote store is reached.', {
    rbd: 'Ceph RADOS block device.',
    iscsi: 'iSCSI.',
    nvmeof: 'NVMe over fabrics.',
    nfs: 'Network File System.',
    nbd: 'Network block device.',
    http: 'HTTP or HTTPS.',
    gluster: 'GlusterFS.',
    ssh: 'SSH.',
  }),
  latency: quantity('duration', 'Remote: time for one small read.', { examples: ['500 us'] }),
  rate: quantity('data-rate', 'Remote: the most it delivers.', { examples: ['10 Gbit/s'] }),
  title: text('A name for people.', 'VM images'),
});

export const blockScheduler: Schema = oneOfWords(
  'Block-layer scheduler of the host.',
  {
    none: 'Requests go straight to the device.',
    'mq-deadline': 'Sorted with deadlines; one lock, about 0.7 us a request.',
    bfq: 'Weighted fair shares; one lock, about 1.9 us a request.',
    kyber: 'Latency targets by throttling.',
  },
  { default: 'none' },
);

export const host: Schema = object('A physical server: NUMA nodes, PCIe tree, devices, the virtualization layer and its guests.', {
  title: text('A name for people.', 'Rack 4, unit 12'),
  description: text('What the host is for.', 'NFV compute node'),
  hypervisor: oneOfWords(
    'What runs the guests.',
    {
      kvm: 'Linux KVM with QEMU or another VMM.',
      qemu: 'QEMU without hardware virtualization.',
      xen: 'Xen.',
      hyperv: 'Microsoft Hyper-V.',
      esxi: 'VMware ESXi.',
      powervm: 'IBM PowerVM.',
      container: 'No hypervisor: containers on Linux.',
    },
    { default: 'kvm' },
  ),
  orchestrator: oneOfWords('What places containers on the host and attaches their devices.', {
    kubernetes: 'Kubernetes: device plugins and CNI.',
    lxd: 'LXD or Incus: it attaches devices itself.',
    none: 'Nobody: they are started by hand or by a service manager.',
  }),
  reservedMemory: quantity('size', 'Memory that the host keeps for itself.', { examples: ['8 GiB'] }),
  arch: oneOfWords(
    'Instruction set of the host.',
    { x86_64: 'x86, 64 bit.', aarch64: 'Arm, 64 bit.', ppc64le: 'POWER.', s390x: 'IBM Z.', riscv64: 'RISC-V.', loongarch64: 'LoongArch.' },
    { default: 'x86_64' },
  ),
  cpuModel: text('CPU as the machine names it.', 'Intel Xeon Gold 6342'),
  iommu: use('iommu'),
  firmware: use('firmware'),
  kernel: use('kernel'),
  vfio: use('vfio'),
  numa: byId('numa-node', 'NUMA nodes of the host.', { n0: { cpus: '0-31', memory: '256 GiB' } }),
  interconnect: object('The link between sockets. DMA and copies to the other node cross it.', {
    bandwidth: quantity('byte-rate', 'Bandwidth of one direction.', { examples: ['41 GB/s'] }),
    latency: quantity('duration', 'What a crossing adds to a DMA access.', {
      default: '93 ns',
      source: 'pcie-bench, Broadwell, 64 B read of warm remote memory: 560 to 653 ns',
    }),
  }),
  pcie: byId('pcie-port', 'The PCIe tree: root ports, switches, bridges.', {
    rp0: { kind: 'root-port', numa: 'n0', link: 'gen4 x16', acs: true },
  }),
  devices: byId('device', 'Physical I/O devices.', { nic0: { profile: 'intel-x710-4x10g', at: 'rp0' } }),
  volumes: byId('volume', 'Storage built on devices, for image files and volumes of guests.', {
    images: { kind: 'filesystem', on: 'ssd0' },
  }),
  switches: byId('switch', 'Virtual switches.', { 'br-int': { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2-3' } }),
  controllers: byId('controller', 'Virtual I/O controllers: what serves virtual devices of guests.', {
    io1: { kind: 'iothread', cpus: '5' },
  }),
  guests: byId('guest', 'Virtual machines and containers.', { web: { kind: 'vm', tenant: 'blue', vcpus: 4, memory: '8 GiB' } }),
  hostCpus: cpuSet('CPUs on which unpinned threads of the host run. All CPUs if left out.', '0-1,32-33'),
});

export const hostDefinitions: Record<string, Schema> = {
  host,
  iommu,
  firmware,
  kernel,
  vfio,
  'numa-node': numaNode,
  'acs-controls': acsControls,
  'pcie-port': pciePort,
  volume,
  'block-scheduler': blockScheduler,
};
