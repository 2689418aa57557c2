/** For each technique that carries something: a guest device, and the workload that runs over it. */
interface TechniqueCase {
  readonly hypervisor?: string;
  readonly guest?: Readonly<Record<string, unknown>>;
  readonly device: Readonly<Record<string, unknown>>;
  readonly workload: Readonly<Record<string, unknown>>;
}

const network = { from: 'g[*]/d', to: 'tor', size: '1500 B', rate: '500 Mbit/s' };
const received = { from: 'tor', to: 'g[*]/d', size: '1500 B', rate: '500 Mbit/s' };
const storage = { on: 'g[*]/d', size: '4 KiB', read: 0.7, depth: 8 };
const job = { on: 'g[*]/d', work: '1 ms', transfer: '1 MiB', depth: 2 };
const container = { kind: 'container' };

export const techniqueCases: Readonly<Record<string, readonly TechniqueCase[]>> = {
  'virtio-net': [
    ...['qemu', 'vhost-net'].map((backend) => ({ device: { backend, connect: 'br0' }, workload: network })),
    { device: { backend: 'vhost-net', connect: 'br0' }, workload: received },
    { device: { backend: 'vhost-user', connect: 'dpdk0', driver: 'poll-mode' }, workload: received },
    { device: { backend: 'vhost-user', connect: 'dpdk0' }, workload: network },
    { device: { backend: 'vhost-net', connect: 'nic0/p1', mode: 'bridge' }, workload: received },
    { device: { backend: 'vhost-net', connect: 'tap0' }, workload: network },
    { device: { backend: 'vhost-net', connect: 'ovs0' }, workload: { ...network, protocol: 'tcp', rate: 'saturate' } },
  ],
  'virtio-blk': [
    { device: { media: 'ssd0/ns1', controller: 'io0' }, workload: storage },
    { device: { media: 'images', cache: 'writeback', format: 'qcow2' }, workload: { ...storage, cacheHit: 0.5 } },
    { device: { media: 'mirror', backend: 'vhost-user', controller: 'spdk0' }, workload: storage },
    { device: { media: 'remote' }, workload: storage },
    { device: { media: 'disk0' }, workload: { ...storage, access: 'sequential', size: '1 MiB' } },
  ],
  'virtio-scsi': [
    { device: { media: 'ssd0/ns1' }, workload: storage },
    { device: { media: 'ssd0/ns1', backend: 'vhost-user', controller: 'spdk0' }, workload: storage },
    { device: { media: 'ssd0/ns1', backend: 'vhost-kernel' }, workload: storage },
  ],
  'virtio-fs': [{ device: { media: 'images', path: '/srv/share' }, workload: storage }],
  'virtio-gpu': [{ device: {}, workload: job }],
  'sriov-vf': [
    { device: { from: 'nic0/p0' }, workload: network },
    { device: { from: 'nic0/p0', driver: 'poll-mode', maxRate: '2 Gbit/s' }, workload: { ...received, rate: 'saturate' } },
    { device: { from: 'ssdvf' }, workload: storage },
    { guest: container, device: { from: 'nic0/p0' }, workload: received },
  ],
  'vdpa-hw': [{ device: { from: 'nic0/p0' }, workload: network }],
  'dpu-virtio': [
    { device: { controller: 'dpuctl', connect: 'dpu0/p0' }, workload: network },
    { device: { controller: 'dpuctl', media: 'remote' }, workload: storage },
  ],
  'nvme-namespace': [{ device: { media: 'ssd0/ns1' }, workload: storage }],
  passthrough: [
    { guest: { count: 1 }, device: { from: 'nic1' }, workload: network },
    { guest: { count: 1 }, device: { from: 'ssd1' }, workload: storage },
    { guest: { count: 1 }, device: { from: 'gpu0' }, workload: job },
  ],
  mdev: [{ device: { from: 'gpu1/nvidia-232' }, workload: job }],
  mig: [{ guest: { count: 1 }, device: { from: 'gpu2/g0' }, workload: job }],
  veth: [{ guest: container, device: { connect: 'br0' }, workload: network }],
  macvlan: [{ guest: container, device: { connect: 'nic0/p1' }, workload: network }],
  ipvlan: [{ guest: container, device: { connect: 'nic0/p1', mode: 'l3' }, workload: received }],
  'block-volume': [{ guest: container, device: { media: 'ssd0/ns1' }, workload: storage }],
  'xen-netfront': [{ hypervisor: 'xen', device: { connect: 'br0' }, workload: network }],
  'xen-blkfront': [{ hypervisor: 'xen', device: { media: 'ssd0/ns1' }, workload: storage }],
  netvsc: [{ hypervisor: 'hyperv', device: { connect: 'br0' }, workload: received }],
  storvsc: [{ hypervisor: 'hyperv', device: { media: 'ssd0/ns1' }, workload: storage }],
  vmxnet3: [{ hypervisor: 'esxi', device: { connect: 'br0' }, workload: network }],
  pvscsi: [{ hypervisor: 'esxi', device: { media: 'ssd0/ns1' }, workload: storage }],
  'emulated-nic': [
    { device: { model: 'e1000', connect: 'br0' }, workload: { ...network, rate: '100 Mbit/s' } },
    { device: { model: 'rtl8139', connect: 'br0' }, workload: { ...received, rate: '50 Mbit/s' } },
  ],
  'emulated-disk': [
    { device: { bus: 'ide', media: 'disk0' }, workload: { ...storage, depth: 1 } },
    { device: { bus: 'sata', media: 'ssd0/ns1' }, workload: storage },
  ],
  'emulated-gpu': [{ device: {}, workload: job }],
};

/** A host that has something of everything, three guests with the device, and the workload. */
export function techniqueDesign(technique: string, { hypervisor = 'kvm', guest = {}, device, workload }: TechniqueCase): string {
  return JSON.stringify({
    iovt: '1',
    tenants: { blue: {} },
    hosts: {
      h1: {
        hypervisor,
        iommu: { state: 'on', interruptRemapping: true, postedInterrupts: true },
        numa: { n0: { cpus: '0-31', clock: '3 GHz', memory: '256 GiB', memoryBandwidth: '170 GB/s', hugepages: { '1 GiB': 64 } } },
        pcie: Object.fromEntries(
          ['rp0', 'rp1', 'rp2', 'rp3', 'rp4', 'rp5', 'rp6', 'rp7', 'rp8', 'rp9'].map((id) => [
            id,
            { kind: 'root-port', numa: 'n0', link: 'gen4 x16', acs: true },
          ]),
        ),
        devices: {
          nic0: {
            kind: 'nic',
            at: 'rp0',
            link: 'gen3 x8',
            ports: { p0: { rate: '25 Gbit/s' }, p1: { rate: '25 Gbit/s' } },
            sriov: { vfs: 8, totalVfs: 64 },
          },
          nic1: { kind: 'nic', at: 'rp1', link: 'gen3 x8', ports: { p0: { rate: '10 Gbit/s' } } },
          ssd0: { profile: 'solidigm-p5510-3.84t', at: 'rp2', namespaces: { ns1: { size: '1 TB', scheduler: 'mq-deadline' } } },
          ssd1: { profile: 'solidigm-p5510-3.84t', at: 'rp3' },
          ssdvf: { profile: 'solidigm-p5510-3.84t', at: 'rp4', sriov: { supported: true, vfs: 4, totalVfs: 16 } },
          disk0: { kind: 'disk', at: 'hba0', storage: { rotational: true } },
          hba0: { kind: 'hba', at: 'rp5', link: 'gen3 x8' },
          gpu0: { kind: 'gpu', at: 'rp6', link: 'gen4 x16' },
          gpu1: { kind: 'gpu', at: 'rp7', link: 'gen4 x16', sharing: 'vgpu', mediatedTypes: { 'nvidia-232': { maxInstances: 4 } } },
          gpu2: {
            kind: 'gpu',
            at: 'rp8',
            link: 'gen4 x16',
            sharing: 'mig',
            gpu: { migSlices: 7 },
            partitions: { g0: { type: '3g.20gb' } },
          },
          dpu0: { kind: 'dpu', at: 'rp9', link: 'gen4 x16', ports: { p0: { rate: '100 Gbit/s' } }, cores: '0-7', coreClock: '2.5 GHz' },
        },
        volumes: {
          images: { kind: 'filesystem', on: 'ssd1' },
          mirror: { kind: 'raid1', on: ['ssd0', 'ssd1'] },
          remote: { kind: 'remote', protocol: 'rbd', rate: '10 Gbit/s', latency: '400 us' },
        },
        switches: {
          br0: { kind: 'linux-bridge', uplinks: ['nic0/p1'] },
          ovs0: { kind: 'ovs-kernel', uplinks: ['nic0/p1'] },
          dpdk0: { kind: 'ovs-dpdk', uplinks: ['nic0/p1'], cpus: '2-3' },
          tap0: { kind: 'macvtap', uplinks: ['nic0/p1'] },
        },
        controllers: {
          io0: { kind: 'iothread', cpus: '4' },
          spdk0: { kind: 'vhost-user', implementation: 'spdk', cpus: '5' },
          dpuctl: { kind: 'dpu', device: 'dpu0' },
        },
        guests: {
          g: {
            kind: 'vm',
            count: 3,
            tenant: 'blue',
            vcpus: 2,
            cpus: '8-15',
            memory: { size: '8 GiB', shared: true, hugepages: '1 GiB' },
            ...guest,
            devices: { d: { technique, ...device } },
          },
        },
      },
    },
    networks: { tor: { uplinks: ['h1/nic0/p0', 'h1/nic0/p1', 'h1/nic1/p0', 'h1/dpu0/p0'] } },
    workloads: { w: workload },
  });
}
