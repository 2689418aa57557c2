import {
  byId,
  count,
  cpuSet,
  either,
  flag,
  fraction,
  list,
  mac,
  number,
  object,
  oneOfWords,
  type Props,
  pciAddress,
  quantity,
  reference,
  type Schema,
  text,
  use,
} from './dsl.js';

const vlanId = count('VLAN id.', { minimum: 0, maximum: 4094, examples: [100] });

/** What administrators set on a VF; a virtual device that takes the VF may set the same. */
export const vfAttributes: Props = {
  mac: mac('Administrative MAC address.', '52:54:00:12:34:56'),
  vlan: vlanId,
  vlanMode: oneOfWords('Who tags frames.', {
    vst: 'The switch: frames of the guest are tagged with `vlan` and it cannot choose another.',
    guest: 'The guest tags; trunks pass.',
    none: 'Untagged.',
  }),
  vlanQos: count('802.1p priority with which the switch tags frames into `vlan`.', { maximum: 7, examples: [3] }),
  vlanProto: oneOfWords('Tag the switch uses for `vlan`.', { '802.1q': 'A customer tag.', '802.1ad': 'A service tag (QinQ).' }),
  spoofCheck: flag('Frames with another source MAC than the administrative one are dropped.'),
  trust: flag('The VF may change its MAC, enter promiscuous mode and join any multicast group.'),
  promisc: flag('The VF receives frames that are not for it.'),
  linkState: oneOfWords(
    'Link as the VF sees it.',
    {
      auto: 'Follows the physical port.',
      enable: 'Always up: VFs talk to each other while the cable is out.',
      disable: 'Always down.',
    },
    { default: 'auto' },
  ),
  minRate: quantity('bit-rate', 'Least transmit rate the NIC keeps for the VF, where it can.', { examples: ['1 Gbit/s'] }),
  maxRate: quantity('bit-rate', 'Most the VF may transmit.', { examples: ['10 Gbit/s'] }),
  msix: count('MSI-X vectors of the VF.', { examples: [8] }),
  queues: count('Queue pairs.', { minimum: 1, examples: [4] }),
  migratable: flag('The VF can take part in live migration (a variant driver saves its state).'),
};

export const vf: Schema = object('Settings of one virtual function, or of a range of them.', {
  ...vfAttributes,
  bdf: pciAddress('PCI address of the VF as read off the host.', '0000:3b:02.1'),
  driver: use('pci-driver'),
  group: count('IOMMU group as read off the host.', { examples: [42] }),
  pool: text('Resource pool the VF belongs to: a device-plugin resource or libvirt network.', 'sriov_blue'),
  title: text('A name for people.', 'DPDK port of the firewall'),
});

const sriovFacts: Props = {
  supported: flag('The function has the SR-IOV capability.'),
  vfs: count('Virtual functions enabled on each physical function.', { examples: [16] }),
  totalVfs: count('Most VFs one physical function offers (TotalVFs).', { examples: [64] }),
  maxVfsPerDevice: count('Most VFs of the whole controller, over all its functions.', { examples: [128] }),
  offset: count('First VF Offset: routing ids from the PF to VF 0.', { examples: [16] }),
  stride: count('VF Stride: routing ids from one VF to the next.', { minimum: 1, examples: [1] }),
  vfBarSize: quantity('size', 'Memory that the BARs of one VF take together.', { examples: ['64 KiB'] }),
  vfTotalMsix: count('MSI-X vectors that all VFs of a PF share (`sriov_vf_total_msix`).', { examples: [1024] }),
  eswitch: oneOfWords('Mode of the switch inside the NIC.', {
    legacy: 'VEB with MAC and VLAN filters; no representors.',
    switchdev: 'Flows are offloaded; each VF has a representor on the host.',
  }),
  eswitchModes: list({ type: 'string', enum: ['legacy', 'switchdev'] }, 'Modes that hardware and driver can do.', ['legacy', 'switchdev']),
  embeddedSwitch: oneOfWords(
    'What the legacy switch does with frames between VFs.',
    {
      veb: 'Virtual Ethernet Bridge: they are looped back inside the NIC.',
      vepa: 'Virtual Ethernet Port Aggregator: they go out and come back from the physical switch.',
    },
    { default: 'veb' },
  ),
  minRate: oneOfWords('What a minimum rate of a VF means on this NIC.', {
    unsupported: 'It is refused.',
    absolute: 'A guaranteed rate.',
    share: 'A weight: rates are normalised against each other.',
  }),
  maxRate: flag('A maximum rate of a VF is enforced.'),
  truePromisc: flag('A promiscuous VF receives all frames of the port, not only those that no other VF takes.'),
  liveMigration: flag('VFs can be migrated by a variant driver.'),
  migrationDriver: text('VFIO driver that saves and restores the state of a VF.', 'mlx5_vfio_pci'),
};

export const sriov: Schema = object('Single Root I/O Virtualization.', sriovFacts);

export const nicPort: Schema = object('A physical port of a NIC: the uplink to the network.', {
  rate: quantity('bit-rate', 'Line rate.', { examples: ['25 Gbit/s'] }),
  mtu: count('Largest payload of a frame.', { minimum: 68, maximum: 65535, default: 1500 }),
  packetRate: quantity('packet-rate', 'Most packets per second and direction, where it is less than the wire carries.', {
    examples: ['37 Mpps'],
  }),
  flowControl: flag('Link-level flow control (802.3x pause frames) is on.'),
  linkState: oneOfWords('Whether a cable is in.', { up: 'Up.', down: 'Down.' }, { default: 'up' }),
  accessVlan: count(
    'VLAN into which the physical switch puts untagged frames of the port: its access or native VLAN. The host is taken to have the default VLAN, 1, where it is left out; for a port that a guest has for itself it is open.',
    {
      minimum: 1,
      maximum: 4094,
      examples: [100],
    },
  ),
  trafficClasses: list(
    object('One traffic class.', {
      priority: list(count('An 802.1p priority.', { minimum: 0, maximum: 7, examples: [5] }), 'Priorities of the class.', [5]),
      mode: oneOfWords(
        'How it is scheduled.',
        { strict: 'Before all classes behind it.', ets: 'Shares what strict classes leave, by bandwidth.' },
        { default: 'ets' },
      ),
      bandwidth: fraction('Share of an ETS class.', { examples: [0.5] }),
    }),
    'Enhanced Transmission Selection: classes of the port, the most urgent first.',
    [{ priority: [5], mode: 'strict' }],
  ),
  netdev: text('Name of the interface on the host.', 'ens1f0'),
  macAddress: mac('MAC address of the port.', '3c:fd:fe:a1:b2:c3'),
});

export const fn: Schema = object('A physical function of the device.', {
  index: count('Function number.', { maximum: 255, examples: [0] }),
  bdf: pciAddress('PCI address.', '0000:3b:00.0'),
  port: text('Port of the device that the function drives.', 'p0'),
  class: text('PCI class and subclass, hexadecimal.', '0200'),
  pciId: {
    type: 'string',
    pattern: '^[0-9a-f]{4}:[0-9a-f]{4}$',
    description: 'PCI vendor and device id of the function, where it is not that of the device.',
    examples: ['10de:1aef'],
  },
  sriov: use('sriov'),
  vfs: {
    type: 'object',
    description: 'Settings of virtual functions: `vf3`, or a range `vf8-15`.',
    additionalProperties: { $ref: '#/$defs/vf' },
    propertyNames: { type: 'string', pattern: '^vf\\d+(-\\d+)?$' },
    examples: [{ vf0: { vlan: 100, spoofCheck: true } }],
  },
  driver: use('pci-driver'),
  vfToken: text('VF token of a PF bound to vfio-pci: VF users must present it.', '14d63f20-8445-11ea-8900-1f9ce7d5650d'),
  role: use('function-role'),
  group: count('IOMMU group as read off the host.', { examples: [23] }),
  ats: flag('Address Translation Services are enabled.'),
  pri: flag('Page Request Interface is enabled.'),
  acs: flag('The function has ACS towards its siblings, or a kernel quirk says it is isolated from them.'),
  reset: use('reset-methods'),
  title: text('A name for people.', 'HDMI audio of the GPU'),
});

export const namespace: Schema = object('An NVMe namespace, or a LUN of a disk or HBA.', {
  nsid: count('Namespace id.', { minimum: 1, examples: [1] }),
  size: quantity('size', 'Size.', { examples: ['1.9 TB'] }),
  blockSize: quantity('size', 'Logical block size.', { default: '4 KiB' }),
  shared: flag('More than one controller may attach it.', false),
  scheduler: use('block-scheduler'),
  ioCost: flag('io.cost of Linux divides the time of the medium by the `weight` of the virtual devices (`io.weight`).', false),
  nvmSet: text('NVM set or endurance group: sets do not share media.', 'set1'),
});

export const partition: Schema = object('A hardware partition of a GPU (MIG instance).', {
  type: text('Instance type as the vendor names it.', '3g.20gb'),
});

export const mediatedType: Schema = object('A type of mediated device that the driver offers.', {
  title: text('A name for people.', 'GRID T4-4Q'),
  framebuffer: quantity('size', 'GPU memory of one instance.', { examples: ['4 GiB'] }),
  maxInstances: count('Most instances of the type.', { minimum: 1, examples: [4] }),
  available: count('Instances still free as read off the host.', { examples: [2] }),
  weight: number('Weight in the scheduler of the vendor driver.', { examples: [8] }),
});

const storageFacts: Schema = object('What the medium can do, as measured or as the data sheet says.', {
  readIops: quantity('io-rate', 'Random reads of 4 KiB, many outstanding.', { examples: ['930k IOPS'] }),
  writeIops: quantity('io-rate', 'Random writes of 4 KiB, steady state.', { examples: ['190k IOPS'] }),
  readBandwidth: quantity('byte-rate', 'Large reads.', { examples: ['7 GB/s'] }),
  writeBandwidth: quantity('byte-rate', 'Large writes.', { examples: ['4.2 GB/s'] }),
  readLatency: quantity('duration', 'Mean of one 4 KiB read, nothing else outstanding.', { examples: ['82 us'] }),
  writeLatency: quantity('duration', 'Mean of one 4 KiB write into the buffer.', { examples: ['15 us'] }),
  parallelism: count('Requests the medium serves at once. Derived from rate and latency if left out.', { minimum: 1, examples: [32] }),
  rotational: flag('A hard disk: random access costs a seek.', false),
  queues: count('I/O queue pairs of the controller.', { minimum: 1, examples: [128] }),
  queueDepth: count('Most entries of one queue.', { minimum: 1, examples: [4096] }),
  nvmSets: count('NVM sets or endurance groups that do not share media.', { minimum: 1, examples: [2] }),
  maxNamespaces: count('Most namespaces.', { minimum: 1, examples: [128] }),
  arbitration: list(
    { type: 'string', enum: ['rr', 'wrr'] },
    'Arbitration between submission queues: round robin, weighted round robin with urgent class.',
    ['rr', 'wrr'],
  ),
  vqFlexible: count('Flexible queue resources for VFs.', { examples: [256] }),
  viFlexible: count('Flexible interrupt resources for VFs.', { examples: [128] }),
  vqGranularity: count('Step in which queue resources are given.', { minimum: 1, examples: [2] }),
  viGranularity: count('Step in which interrupt resources are given.', { minimum: 1, examples: [1] }),
  vqMaxPerVf: count('Most queue resources of one VF.', { minimum: 1, examples: [9] }),
  viMaxPerVf: count('Most interrupt resources of one VF.', { minimum: 1, examples: [9] }),
  maxOpenZones: count('Zoned drives: most zones that may be open at once.', { minimum: 1, examples: [14] }),
});

const gpuFacts: Schema = object('What the GPU or accelerator can do and how it is divided.', {
  memory: quantity('size', 'Device memory.', { examples: ['80 GiB'] }),
  migSlices: count('Compute slices that instances are made of.', { minimum: 1, examples: [7] }),
  migInstances: {
    type: 'object',
    description: 'Instance types by name.',
    additionalProperties: { $ref: '#/$defs/mig-instance' },
    examples: [{ '3g.40gb': { slices: 3, memoryFraction: 0.5, max: 2 } }],
  },
  sharing: list({ type: 'string', enum: ['mig', 'time-slice', 'mps', 'vgpu'] }, 'Ways in which several guests can use it.', [
    'time-slice',
    'mps',
    'mig',
  ]),
  vgpuMax: count('Most vGPUs.', { minimum: 1, examples: [24] }),
  timeSlice: quantity('duration', 'Length of a time slice.', {
    default: '2 ms',
    source: 'NVIDIA vGPU default for up to 8 vGPUs, recalled and uncalibrated',
  }),
  contextSwitch: quantity('duration', 'Cost of changing from one client to the next.', { examples: ['100 us'] }),
  heterogeneousVgpu: flag('vGPUs of different framebuffer size may run side by side.'),
});

export const migInstance: Schema = object('A MIG instance type.', {
  slices: count('Compute slices it takes.', { minimum: 1, examples: [3] }),
  memoryFraction: fraction('Fraction of the device memory.', { examples: [0.5] }),
  max: count('Most instances of this type.', { minimum: 1, examples: [2] }),
});

/** What is true of a kind of device: a profile states it, a device in the document may state it and then wins. */
export const deviceFacts: Props = {
  kind: oneOfWords('What the device is.', {
    nic: 'Network interface card.',
    nvme: 'NVMe solid-state drive.',
    hba: 'Host bus adapter: SAS, Fibre Channel, RAID.',
    disk: 'Disk behind an HBA or a chipset controller.',
    gpu: 'GPU.',
    accelerator: 'Crypto, compression or AI accelerator.',
    dpu: 'Data processing unit: a NIC with processors of its own.',
    usb: 'USB controller.',
    audio: 'Sound.',
    other: 'Anything else.',
  }),
  title: text('A name for people.', 'Intel X710-DA4'),
  pciId: { type: 'string', pattern: '^[0-9a-f]{4}:[0-9a-f]{4}$', description: 'PCI vendor and device id.', examples: ['8086:1572'] },
  vfPciId: {
    type: 'string',
    pattern: '^[0-9a-f]{4}:[0-9a-f]{4}$',
    description: 'PCI id of its virtual functions.',
    examples: ['8086:154c'],
  },
  link: use('pcie-link', 'What the device itself can do; its slot may do less.', 'gen3 x8'),
  maxPayload: quantity('size', 'PCIe Max_Payload_Size in use.', {
    default: '256 B',
    source: 'usual on servers; the published PCIe measurements ran with it',
  }),
  maxReadRequest: quantity('size', 'PCIe Max_Read_Request_Size in use.', {
    default: '512 B',
    source: 'usual on servers; the published PCIe measurements ran with it',
  }),
  ports: byId('nic-port', 'Network ports.', { p0: { rate: '25 Gbit/s' } }),
  functions: byId('function', 'Physical functions. A NIC has one for each port unless it says otherwise.', {
    f0: { index: 0, port: 'p0' },
  }),
  multifunction: flag('More than one function shares the slot.'),
  acs: flag('Functions of the device are isolated from each other by ACS or a kernel quirk.'),
  sriov: use('sriov'),
  maxQueuesPerVf: count('Most queue pairs of one VF.', { minimum: 1, examples: [16] }),
  queuesByVfs: {
    type: 'object',
    description: 'Most queue pairs of a VF where it shrinks with the number of VFs: "up to this many VFs" to queue pairs.',
    additionalProperties: { type: 'integer', minimum: 1 },
    propertyNames: { type: 'string', pattern: '^\\d+$' },
    examples: [{ '32': 4, '64': 2 }],
  },
  queuePool: count('Queue pairs of the device that PF and VFs share.', { minimum: 1, examples: [1536] }),
  packetRate: quantity('packet-rate', 'Most packets per second of the whole device.', { examples: ['110 Mpps'] }),
  receiveDescriptorBatch: count('Receive descriptors that the NIC fetches at once.', {
    minimum: 1,
    default: 1,
    source: 'pcie-bench/pcie-model, niantic.py: one by one',
  }),
  hairpinPacketRate: quantity('packet-rate', 'Most packets per second between functions of the device.', { examples: ['70 Mpps'] }),
  vdpa: flag('Its functions can work virtio rings themselves (vDPA in hardware), by firmware and kernel driver.'),
  totalRate: quantity('bit-rate', 'Most data per second and direction over all ports, where it is less than they add up to.', {
    examples: ['100 Gbit/s'],
  }),
  latency: quantity('duration', 'Time a packet spends in the device, one way.', { default: '500 ns', source: 'assumed, not measured' }),
  reset: use('reset-methods'),
  resetBroken: flag('The reset is known not to work.', false),
  vfioDenied: flag('vfio-pci refuses it because of exploitable errata.', false),
  dmaAlias: count('Function number whose requester ID it uses instead of its own.', { maximum: 255, examples: [0] }),
  ats: flag('Has Address Translation Services.'),
  kernelDriver: text('Linux driver of its physical functions.', 'ice', 'mlx5_core'),
  storage: use('storage'),
  gpu: use('gpu'),
  mediatedTypes: byId('mediated-type', 'Mediated device types that the host driver offers.', { 'nvidia-232': { maxInstances: 4 } }),
  cores: cpuSet('DPU: its own processors, numbered by themselves.', '0-7'),
  coreClock: quantity('frequency', 'DPU: clock of its processors.', { examples: ['2.5 GHz'] }),
};

const sources: Schema = {
  type: 'object',
  description: 'Where facts come from: dotted property to source, `*` for the rest, or the word "uncalibrated".',
  additionalProperties: { type: 'string' },
  examples: [{ 'sriov.maxVfsPerDevice': 'Intel X710 datasheet', '*': 'uncalibrated' }],
};

export const profile: Schema = object('A kind of device: facts that hold for every card of the kind.', {
  ...deviceFacts,
  extends: reference(['profile'], 'A profile to start from; own facts win.', 'intel-x710-4x10g'),
  sources,
  appliesTo: text('Versions of firmware, driver or kernel for which the facts hold.', 'ice driver, Linux 6.12'),
  versions: {
    type: 'object',
    description: 'Versions for which a single fact holds, where they differ from `appliesTo`: dotted property to versions.',
    additionalProperties: { type: 'string' },
    examples: [{ 'sriov.eswitchModes': 'switchdev since Linux 5.16' }],
  },
});

export const device: Schema = object('A physical device and how it is set up.', {
  profile: reference(
    ['profile'],
    'The kind of device. Facts come from the profile unless they are stated here.',
    'intel-x710-4x10g',
    'nvidia-connectx6dx-2x100g',
  ),
  ...deviceFacts,
  at: reference(['pcie-port', 'device'], 'Where it is plugged in: a PCIe port, or an HBA for disks.', 'rp0'),
  numa: reference(['numa-node'], 'NUMA node, where no PCIe port says it.', 'n0'),
  bdf: pciAddress('PCI address of its first function.', '0000:3b:00.0'),
  driver: use('pci-driver'),
  role: use('function-role'),
  group: count('IOMMU group as read off the host, for a device with one function.', { examples: [23] }),
  pri: flag('Page Request Interface is enabled.'),
  reassignable: flag('It goes to another guest when this one ends. `false` for a device that stays with its owner.', true),
  namespaces: byId('namespace', 'NVMe namespaces or LUNs.', { ns1: { size: '1.9 TB' } }),
  partitions: byId('partition', 'GPU instances (MIG) that exist.', { g0: { type: '3g.40gb' } }),
  sharing: oneOfWords(
    'How several guests use the GPU or accelerator.',
    {
      exclusive: 'One guest has all of it.',
      mig: 'Hardware partitions.',
      'time-slice': 'Clients take turns.',
      mps: 'Clients run side by side in one context.',
      vgpu: 'The vendor driver mediates (mdev or SR-IOV).',
    },
    { default: 'exclusive' },
  ),
  scheduler: either(
    'Scheduler: of the block layer for a disk, of the vendor driver for a GPU.',
    [{ type: 'string', enum: ['none', 'mq-deadline', 'bfq', 'kyber', 'best-effort', 'equal-share', 'fixed-share'] }],
    'none',
    'best-effort',
  ),
  ioCost: flag('io.cost of Linux divides the time of the medium by the `weight` of the virtual devices (`io.weight`).', false),
  arbitration: oneOfWords(
    'NVMe arbitration in use.',
    { rr: 'Round robin.', wrr: 'Weighted round robin with an urgent class.' },
    { default: 'rr' },
  ),
  size: quantity('size', 'Capacity of a disk without namespaces.', { examples: ['3.84 TB'] }),
});

export const functionRole: Schema = either(
  'What the host needs it for.',
  [
    { type: 'string', enum: ['management-nic', 'default-route', 'boot-disk', 'storage-uplink', 'vswitch-uplink', 'console'] },
    {
      type: 'array',
      items: { type: 'string', enum: ['management-nic', 'default-route', 'boot-disk', 'storage-uplink', 'vswitch-uplink', 'console'] },
    },
  ],
  'management-nic',
  ['management-nic', 'default-route'],
);

export const pciDriver: Schema = text('Driver bound on the host: a kernel driver, vfio-pci, or none.', 'mlx5_core', 'vfio-pci', 'none');

export const resetMethods: Schema = list(
  { type: 'string', enum: ['flr', 'af-flr', 'pm', 'bus', 'slot', 'device-specific'] },
  'Reset methods of the function: function-level reset, power management, bus, device-specific.',
  ['flr'],
  [],
);

export const deviceDefinitions: Record<string, Schema> = {
  device,
  profile,
  function: fn,
  vf,
  sriov,
  'nic-port': nicPort,
  namespace,
  partition,
  'mediated-type': mediatedType,
  storage: storageFacts,
  gpu: gpuFacts,
  'mig-instance': migInstance,
  'function-role': functionRole,
  'pci-driver': pciDriver,
  'reset-methods': resetMethods,
};
