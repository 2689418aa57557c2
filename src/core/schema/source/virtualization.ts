import { vfAttributes } from './device.js';
import {
  count,
  cpuSet,
  either,
  flag,
  list,
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
import type { Vocabulary } from './vocabulary.js';

const vlanId = count('VLAN id.', { minimum: 0, maximum: 4094, examples: [100] });

/** Rates and bursts that a shaper enforces. A virtual device may carry several at once. */
const limit: Schema = object('What a shaper or policer enforces on the device.', {
  rate: quantity('data-rate', 'Most data per second.', { examples: ['5 Gbit/s', '200 MB/s'] }),
  burst: quantity('size', 'Data that may pass at once after a pause.', { examples: ['1 MiB'] }),
  excessBurst: quantity('size', 'Policer: depth of the second bucket (EBS), which gets what the first cannot hold.', {
    examples: ['4 KiB'],
  }),
  peakRate: quantity('data-rate', 'Policer: peak rate of a two-rate marker (PIR); what is above `rate` passes up to it.', {
    examples: ['8 Gbit/s'],
  }),
  receiveRate: quantity('data-rate', 'Most data per second towards the guest. Unlimited if left out.', { examples: ['5 Gbit/s'] }),
  iops: quantity('io-rate', 'Most I/O operations per second.', { examples: ['20k IOPS'] }),
  iopsBurst: count('I/O operations that may pass at once after a pause.', { examples: [2000] }),
  readIops: quantity('io-rate', 'Most reads per second.', { examples: ['20k IOPS'] }),
  writeIops: quantity('io-rate', 'Most writes per second.', { examples: ['5k IOPS'] }),
  readRate: quantity('byte-rate', 'Most bytes read per second.', { examples: ['500 MB/s'] }),
  writeRate: quantity('byte-rate', 'Most bytes written per second.', { examples: ['200 MB/s'] }),
  packetRate: quantity('packet-rate', 'Most packets per second.', { examples: ['500 kpps'] }),
  ceil: quantity('data-rate', 'HTB: what the class may reach with what others of its `group` leave; `rate` is then its least share.', {
    examples: ['10 Gbit/s'],
  }),
  parentRate: quantity('data-rate', 'HTB: rate of the parent class that the devices of a `group` borrow from.', {
    examples: ['10 Gbit/s'],
  }),
  iopsSize: quantity('size', 'Larger requests count as several of this size.', { examples: ['4 KiB'] }),
  by: oneOfWords('Who enforces it.', {
    qemu: 'QEMU leaky bucket (`iotune`, throttle-group).',
    cgroup: 'Linux io.max or net_cls.',
    tc: 'Linux traffic control (HTB): a cap, or with `ceil` a class that borrows.',
    switch: 'Policer or shaper of the vSwitch.',
    nic: 'The NIC.',
    spdk: 'SPDK bdev quality of service: slices of 1 ms; at least 1000 IOPS and 1 MiB/s.',
  }),
  group: text('Devices with the same group share one bucket.', 'tenant-blue'),
});

const vswitch = (vocabulary: Vocabulary): Schema =>
  object('A virtual switch of the host.', {
    kind: oneOfWords('What switches the frames.', vocabulary.switchKinds),
    title: text('A name for people.', 'Tenant overlay'),
    uplinks: list(
      reference(['nic-port', 'function', 'vf', 'device', 'switch'], 'A physical port, a VF, or another switch (patch).', 'nic0/p0'),
      'Ports towards the physical network.',
      ['nic0/p0'],
    ),
    bond: object('How several uplinks act as one.', {
      mode: oneOfWords(
        'Bond mode.',
        { 'active-backup': 'One works, others wait.', 'balance-slb': 'Spread by source MAC and VLAN.', lacp: 'Aggregated with 802.3ad.' },
        { default: 'active-backup' },
      ),
    }),
    cpus: cpuSet('CPUs that poll: PMD threads of OVS-DPDK, workers of VPP. For kernel switches the CPUs that take interrupts.', '2-3'),
    rxQueues: count('Receive queues of each uplink.', { minimum: 1, default: 1 }),
    ringSize: count(
      'Receive ring of each queue of its uplinks. With many cores and long rings, frames leave the cache before they are read.',
      {
        minimum: 1,
        default: 1024,
        source: 'usual default of server NIC drivers',
      },
    ),
    rxqAffinity: {
      type: 'object',
      description: 'CPU that polls a queue: "port:queue" to CPU.',
      additionalProperties: { type: 'integer', minimum: 0 },
      examples: [{ 'nic0/p0:0': 2 }],
    },
    pmdRxqIsolate: flag('A CPU with a pinned queue polls no other.', true),
    emc: flag('OVS-DPDK: the exact-match cache is on.', true),
    subtables: number('OVS: subtables that a lookup visits on average.', { default: 1, minimum: 1, source: 'best case: one subtable' }),
    missRatio: number('Fraction of packets that miss all caches and take an upcall.', { default: 0 }),
    forwarding: oneOfWords(
      'VPP: what its graph does with a packet.',
      { bridge: 'An L2 bridge domain.', 'cross-connect': 'One port to another.', ipv4: 'Routing.', lisp: 'LISP encapsulation.' },
      { default: 'bridge' },
    ),
    routes: count('Routing: entries of the table. A full Internet table costs cache misses.', { minimum: 1, default: 1 }),
    policer: flag('Every packet passes a policer or meter of the switch.', false),
    conntrack: flag('Connection tracking is on the path (security groups, firewall).', false),
    tunnel: oneOfWords(
      'Encapsulation on the uplink.',
      { none: 'None.', vxlan: 'VXLAN.', geneve: 'Geneve.', gre: 'GRE.' },
      { default: 'none' },
    ),
    tunnelIds: {
      type: 'object',
      description:
        'Id of the tunnel (VNI, or key of GRE) by the VLAN of ports. Switches that tunnel to each other join what has the same id.',
      additionalProperties: { type: 'integer', minimum: 0, maximum: 16777215 },
      propertyNames: { type: 'string', pattern: '^\\d{1,4}$' },
      examples: [{ '100': 5100 }],
    },
    hwOffload: flag('Flows are offloaded to the NIC; its ports are representors.', false),
    representors: list(
      reference(['vf', 'virtual-device'], 'A VF whose representor is a port.', 'nic0/p0/vf1'),
      'VFs whose representors are ports of this switch.',
      ['nic0/p0/vf1'],
    ),
    socketMem: {
      type: 'object',
      description: 'DPDK memory by NUMA node.',
      additionalProperties: { $ref: '#/$defs/size' },
      propertyNames: { $ref: '#/$defs/id' },
      examples: [{ n0: '2 GiB' }],
    },
    perPortMemory: flag('Each port has a buffer pool of its own instead of one shared by all.', false),
    vhostIommu: flag('vhost-user ports go through a virtual IOMMU, so that the switch sees only what the guest mapped.', false),
    failMode: oneOfWords(
      'What the switch does without its controller.',
      { standalone: 'Learns and forwards like a plain switch.', secure: 'Forwards nothing new.' },
      { default: 'standalone' },
    ),
    controller: flag('Flows come from an SDN controller.', false),
    stp: flag('Spanning Tree Protocol is on.', false),
    vlanFiltering: flag('VLANs of ports are enforced.'),
    fdbEntries: flag('The NIC below was told the MAC addresses behind the switch (`bridge fdb add`), so that VFs reach them.'),
    isolatePorts: flag('Ports marked `isolated` do not reach each other.', false),
    mtu: count('Largest payload of a frame.', { minimum: 68, maximum: 65535, default: 1500 }),
    mode: oneOfWords(
      'macvtap: what siblings on one port may do.',
      {
        bridge: 'They reach each other directly.',
        vepa: 'Their frames go out and come back.',
        private: 'They never reach each other.',
        passthru: 'One child has the port.',
      },
      { default: 'bridge' },
    ),
  });

const controller = (vocabulary: Vocabulary): Schema =>
  object('A virtual I/O controller: the thread, process, partition or processor that serves virtual devices.', {
    kind: oneOfWords('What serves.', vocabulary.controllerKinds),
    title: text('A name for people.', 'SPDK target'),
    implementation: text('Program behind it.', 'spdk', 'dpdk', 'qemu-storage-daemon'),
    cpus: cpuSet('CPUs it runs on.', '5'),
    poll: oneOfWords('How it learns of work.', {
      always: 'It polls.',
      adaptive: 'It polls for a while, then sleeps.',
      never: 'It waits for notifications.',
    }),
    pollTime: quantity('duration', 'Longest time it polls before it sleeps.', {
      default: '32 us',
      source: 'poll-max-ns of QEMU iothreads',
    }),
    batch: count('Requests it takes up at once.', { minimum: 1, examples: [32] }),
    device: reference(['device'], 'DPU or adapter it runs on.', 'dpu0'),
    devices: list(
      reference(['device', 'function', 'nic-port', 'namespace', 'volume'], 'A device.', 'ssd0'),
      'Devices it owns and serves from.',
      ['ssd0', 'nic0/p0'],
    ),
    tenant: reference(['tenant'], 'Tenant that runs it. The platform if left out.', 'blue'),
    serverMode: flag('vhost-user: it listens on the socket, so that guests must be restarted with it.', false),
    memory: quantity('size', 'Memory set aside for it.', { examples: ['2 GiB'] }),
    hugepages: quantity('size', 'Page size of that memory.', { examples: ['1 GiB'] }),
    numa: reference(['numa-node'], 'NUMA node of its memory.', 'n0'),
  });

const guestMemory: Schema = object('Memory of a guest and how it is backed.', {
  size: quantity('size', 'What the guest has at start.', { examples: ['8 GiB'] }),
  requested: quantity('size', 'What the scheduler reserves, where it is less.', { examples: ['6 GiB'] }),
  shared: flag('Other processes may map it, as vhost-user and virtio-fs need.'),
  hugepages: quantity('size', 'Page size that backs it.', { examples: ['1 GiB'] }),
  nodes: either(
    'NUMA nodes it comes from.',
    [reference(['numa-node'], 'One node.', 'n0'), list(reference(['numa-node'], 'A node.', 'n0'), 'Several nodes.', ['n0', 'n1'])],
    'n0',
  ),
  mode: oneOfWords(
    'How strictly.',
    {
      strict: 'From these nodes only.',
      preferred: 'From these nodes if they have some.',
      interleave: 'Spread page by page.',
      restrictive: 'As the kernel decides, restricted to them.',
    },
    { default: 'strict' },
  ),
  locked: flag('It is never swapped out.', false),
  lockLimit: quantity('size', 'Most memory its process may lock (`hard_limit`). The hypervisor works it out if left out.', {
    examples: ['34 GiB'],
  }),
  balloon: flag('It can be reclaimed while the guest runs.'),
  max: quantity('size', 'Most it can grow to.', { examples: ['64 GiB'] }),
});

const guest = (): Schema =>
  object('A virtual machine or container, or several that are alike.', {
    extends: reference(['template'], 'A template to start from; own keys win.', 'small-vm'),
    title: text('A name for people.', 'Web front end'),
    description: text('What it is for.', 'nginx, TLS termination'),
    kind: oneOfWords(
      'How it is isolated.',
      { vm: 'A virtual machine.', container: 'A container on the host kernel.', microvm: 'A virtual machine of a minimal VMM.' },
      { default: 'vm' },
    ),
    count: count('How many there are: `name[0]` to `name[count-1]`.', { default: 1 }),
    tenant: reference(['tenant'], 'Owner.', 'blue'),
    vcpus: count('Virtual CPUs.', { minimum: 1, maximum: 4096, default: 1 }),
    cpus: either('Host CPUs the vCPUs run on.', [use('cpu-set'), list(use('cpu-set'), 'One set for each vCPU.', ['2', '3'])], '8-15', [
      '2',
      '3',
    ]),
    exclusiveCpus: flag('No other thread runs on its CPUs.', false),
    emulatorCpus: cpuSet('CPUs of the main loop of its device model.', '0-1'),
    cpuWeight: number('Weight of its vCPUs against other threads (cgroup cpu.weight).', { default: 100, minimum: 1 }),
    cpuQuota: number('Most CPUs its vCPUs may use together.', { examples: [2.5] }),
    memory: either('Memory of the guest.', [use('size'), use('guest-memory')], '8 GiB', {
      size: '8 GiB',
      hugepages: '1 GiB',
      shared: true,
    }),
    machine: text('Machine type.', 'q35', 'i440fx', 'virt'),
    cpuMode: text('CPU model the guest sees.', 'host-passthrough'),
    viommu: oneOfWords(
      'IOMMU inside the guest, for nested assignment or DPDK.',
      { none: 'None.', intel: 'Emulated VT-d.', amd: 'Emulated AMD-Vi.', smmuv3: 'Emulated SMMUv3.', virtio: 'virtio-iommu.' },
      { default: 'none' },
    ),
    viommuCachingMode: flag('Emulated VT-d reports every mapping, as nested assignment needs (`caching-mode=on`).'),
    splitIrqchip: flag('The interrupt controller is split between kernel and QEMU, as interrupt remapping in the guest needs.'),
    nestedAssignment: flag('It hands devices to guests of its own, or to programs of its own through VFIO.'),
    os: text('Operating system of the guest.', 'Debian 12', 'Windows Server 2022'),
    virtioDrivers: flag('Its operating system has virtio drivers.'),
    numaPolicy: oneOfWords('Whether its devices must be on its NUMA node.', {
      preferred: 'Where that can be had.',
      required: 'It is not started otherwise.',
    }),
    availability: oneOfWords('What it was promised. What its tenant was, if left out.', {
      standard: 'It may be down until something is repaired.',
      ha: 'No single failure may cut it off.',
    }),
    spread: oneOfWords(
      'Replicas: the smallest thing that two of them may not share.',
      { host: 'A host.', numa: 'A NUMA node.', card: 'A card.', port: 'A port or PF.' },
      { default: 'card' },
    ),
    migration: oneOfWords('What the operator intends.', {
      none: 'It stays.',
      cold: 'It moves while off.',
      live: 'It moves while it runs.',
    }),
    snapshot: flag('Snapshots with memory are intended.'),
    nested: flag('It runs guests of its own.', false),
    nestedMacs: flag('More MAC addresses than its own appear behind its ports (nested guests, containers).', false),
    features: list(text('A feature.', 'dpdk'), 'What it relies on.', ['dpdk']),
    haltPoll: quantity('duration', 'Longest time an idle vCPU is polled for before it is put to sleep (halt_poll_ns).', {
      default: '200 us',
      source: 'halt_poll_ns of Linux KVM on x86',
    }),
    placement: oneOfWords(
      'Where it can run at other times.',
      { pinned: 'On this host only.', rescheduled: 'Elsewhere as well, by a scheduler.' },
      { default: 'pinned' },
    ),
    replicaOf: text('Guests with the same name are replicas of one service and should not fail together.', 'database'),
    standby: flag('It does not run at the same time as the guests it stands in for.', false),
    hotplugPorts: count('Free PCIe ports into which devices can be plugged while it runs.', { examples: [4] }),
    devices: {
      type: 'object',
      description: 'Its virtual devices.',
      additionalProperties: { $ref: '#/$defs/virtual-device' },
      propertyNames: { $ref: '#/$defs/id' },
      examples: [{ eth0: { technique: 'virtio-net', backend: 'vhost-net', connect: 'br0' } }],
    },
    notModelled: list(
      text('A device as its source named it.', 'sound ich9'),
      'Devices of the source that carry no I/O worth modelling. Kept so that nothing is lost.',
      ['sound ich9'],
    ),
  });

/** Every key a virtual device may have. Each technique states which of them mean something for it. */
export const virtualDeviceProps = (vocabulary: Vocabulary): Props => ({
  extends: reference(['template'], 'A template to start from; own keys win.', 'fast-nic'),
  title: text('A name for people.', 'Management port'),
  technique: oneOfWords('How the device is realised.', vocabulary.techniques),
  backend: oneOfWords('What serves it, where the technique leaves a choice.', vocabulary.backends),
  connect: reference(['switch', 'nic-port', 'device', 'network'], 'vSwitch or physical port it is connected to.', 'br-int', 'nic0/p0'),
  from: reference(
    ['nic-port', 'function', 'vf', 'device', 'partition', 'mediated-type'],
    'Device, function, VF or partition it takes. A VF that is not named is assigned from the pool.',
    'nic0/p1',
    'nic0/p0/vf3',
    'gpu0',
  ),
  media: reference(['namespace', 'volume', 'device'], 'Where its data lies.', 'ssd0/ns1', 'images'),
  controller: either(
    'Virtual I/O controller that serves it. One of its own if left out.',
    [
      reference(['controller'], 'One controller.', 'io1'),
      list(reference(['controller'], 'A controller.', 'io1'), 'Several: queues are spread over them.', ['io1', 'io2']),
    ],
    'io1',
  ),
  ...vfAttributes,
  trunks: list(vlanId, 'Tagged VLANs that pass. All, where a trunk lists none.', [100, 200]),
  portMode: oneOfWords(
    'VLAN role of its switch port.',
    {
      access: 'One untagged VLAN.',
      trunk: 'Tagged VLANs.',
      'native-tagged': 'Trunk; `vlan` is native and tagged.',
      'native-untagged': 'Trunk; `vlan` is native and untagged.',
    },
    { default: 'access' },
  ),
  isolated: flag('Its switch port does not reach other isolated ports.', false),
  hairpin: flag('Its switch port may send a frame back where it came from.', false),
  mode: oneOfWords('macvtap and macvlan: what siblings may do. ipvlan: layer.', {
    bridge: 'Siblings reach each other directly.',
    vepa: 'Frames go out and come back.',
    private: 'Siblings never reach each other.',
    passthru: 'One child has the port.',
    l2: 'ipvlan on layer 2.',
    l3: 'ipvlan on layer 3.',
  }),
  limit: use('limit'),
  weight: number(
    'Share against other devices where a resource is shared by weight: BFQ, io.cost (`io.weight`), NVMe with `wrr`, ports of a NIC.',
    { default: 1 },
  ),
  priority: count('Traffic class or I/O priority; 0 is the most urgent.', { maximum: 7, examples: [0] }),
  queueSize: count('Entries of one queue.', { minimum: 1, maximum: 65536, default: 256, source: 'QEMU' }),
  mtu: count('Largest payload of a frame.', { minimum: 68, maximum: 65535, default: 1500 }),
  model: text('Model that an emulated device presents.', 'e1000', 'rtl8139', 'ide', 'ahci'),
  rss: flag('The guest spreads flows over queues by hash.'),
  packed: flag('Packed virtqueues.', false),
  eventIdx: flag('Notification suppression by event index.', true),
  offloads: list(
    { type: 'string', enum: ['csum', 'tso', 'gro', 'ufo', 'rss', 'arfs'] },
    'Offloads the guest may use. `arfs` steers a stream to the core of its application.',
    ['csum', 'tso', 'gro'],
    [],
  ),
  segment: quantity('size', 'Size in which the guest hands data to the device when it segments late (TSO, GRO).', { examples: ['64 KiB'] }),
  driver: oneOfWords(
    'Driver in the guest.',
    { kernel: 'The kernel driver, by interrupts.', 'poll-mode': 'A poll-mode driver (DPDK, SPDK).' },
    { default: 'kernel' },
  ),
  hostDriver: use('pci-driver', 'Driver of the function on the host while the guest has it.', 'vfio-pci'),
  coalesce: object('Interrupt coalescing.', {
    time: quantity('duration', 'Longest time an interrupt is held back.', { examples: ['50 us'] }),
    frames: count('Most completions it is held back for.', { minimum: 1, examples: [32] }),
  }),
  cache: oneOfWords('Host page cache.', {
    none: 'Bypassed (O_DIRECT).',
    writeback: 'Used for reads and writes.',
    writethrough: 'Used; writes wait for the disk.',
    directsync: 'Bypassed; writes wait for the disk.',
    unsafe: 'Used; flushes are ignored.',
  }),
  io: oneOfWords('How the device model submits.', { native: 'Linux AIO.', threads: 'A pool of threads.', io_uring: 'io_uring.' }),
  format: oneOfWords('Image format.', { raw: 'Raw.', qcow2: 'QEMU copy-on-write.', vmdk: 'VMware.', vhdx: 'Hyper-V.' }, { default: 'raw' }),
  image: text('Image file or volume, for people.', '/var/lib/libvirt/images/web.qcow2'),
  size: quantity('size', 'Size as the guest sees it.', { examples: ['40 GiB'] }),
  discard: flag('Trim reaches the medium.', false),
  readonly: flag('The guest cannot write.', false),
  shareable: flag('Several guests may have the medium at once.', false),
  bus: oneOfWords('Bus of an emulated disk.', {
    ide: 'IDE: one command at a time.',
    sata: 'AHCI.',
    scsi: 'An emulated SCSI adapter.',
    usb: 'USB storage.',
    fdc: 'Floppy.',
  }),
  presentedAs: oneOfWords(
    'What the guest takes it for.',
    { disk: 'Disk.', cdrom: 'CD-ROM.', lun: 'A SCSI device with commands passed through.', floppy: 'Floppy.' },
    { default: 'disk' },
  ),
  serial: text('Serial number the guest sees.', 'WD-1234'),
  type: text('Mediated device or instance type.', 'nvidia-232', '1g.10gb'),
  cid: count('Context id of a virtio socket; 0 to 2 are reserved, 2 is the host.', { minimum: 3, maximum: 4294967294, examples: [3] }),
  uuid: text('UUID of the mediated device.', '4b20d080-1b54-4048-85b3-a6a62d165c01'),
  isolation: oneOfWords(
    'Mediated devices: who keeps DMA apart.',
    { vendor: 'The vendor driver.', iommu: 'The IOMMU.' },
    { default: 'vendor' },
  ),
  framebuffer: quantity('size', 'GPU memory of the vGPU.', { examples: ['4 GiB'] }),
  path: text('Socket, directory or shared object behind it.', '/run/vhost/web0.sock', '/srv/share'),
  socketMode: oneOfWords(
    'vhost-user: which side of the socket the guest is.',
    { client: 'The guest connects.', server: 'The guest listens, so the back end can be restarted.' },
    { default: 'server' },
  ),
  bootOrder: count('Position in the boot order.', { minimum: 1, examples: [1] }),
  hotplug: flag('It is meant to be plugged while the guest runs.', false),
  guestAddress: pciAddress('PCI address inside the guest.', '0000:01:00.0'),
  failoverFor: reference(['virtual-device'], 'Stands by for this device of the same guest (virtio-net failover).', 'eth0'),
  bondedWith: reference(['virtual-device'], 'Bonded with this device inside the guest.', 'eth1'),
  bondMode: oneOfWords('Bond mode inside the guest.', { 'active-backup': 'One works, others wait.', lacp: '802.3ad.', balance: 'Spread.' }),
  protected: flag('Frames are filtered against MAC, IP and ARP spoofing.', false),
  requires: list(
    { type: 'string', enum: ['security-group', 'acl', 'mirror', 'flow-export', 'dscp', 'packet-rate', 'stateful-firewall'] },
    'What somebody must be able to do with its traffic.',
    ['security-group'],
  ),
  attachment: text('Container networks: type of the attachment that hands the device over.', 'sriov', 'host-device'),
  rdma: flag('It is used for RDMA.'),
  openZones: count('Zoned drives: zones it keeps open.', { minimum: 1, examples: [4] }),
  pool: text('Resource pool it is drawn from.', 'sriov_blue'),
  vhostPolls: flag('The guest kicks never; the back end polls.', false),
});

export const virtualizationDefinitions = (vocabulary: Vocabulary): Record<string, Schema> => ({
  limit,
  switch: vswitch(vocabulary),
  controller: controller(vocabulary),
  'guest-memory': guestMemory,
  guest: guest(),
  'virtual-device': object('A device as the guest sees it.', virtualDeviceProps(vocabulary)),
});
