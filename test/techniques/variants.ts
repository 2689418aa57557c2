import type { LoadShape } from '../../src/techniques/technique.js';
import type { Surroundings } from '../support/designs.js';

export interface Variant extends Surroundings {
  readonly device: object;
  readonly load?: Partial<LoadShape>;
}

const container = { kind: 'container' };
const posted = { iommu: { state: 'on', mode: 'passthrough', postedInterrupts: true } };
const lazy = { iommu: { state: 'on', mode: 'translated' } };
const strict = { iommu: { state: 'on', mode: 'translated', strict: true } };
const NIC = { connect: 'br0' };
const PORT = { connect: 'nic0/p0' };
const DISK = { media: 'ssd0/ns1' };
const TC = { limit: { rate: '1 Gbit/s', by: 'tc' } };

const virtioDisk = (technique: string): Variant[] => [
  { device: { technique, ...DISK } },
  { device: { technique, ...DISK, controller: 'io2', driver: 'poll-mode' } },
  { device: { technique, ...DISK, controller: 'io1', io: 'threads', format: 'qcow2' }, host: posted },
  { device: { technique, ...DISK, cache: 'writethrough' }, load: { cacheHitRatio: 0.5 } },
  { device: { technique, ...DISK }, guest: { kind: 'microvm' } },
  { device: { technique, ...DISK, backend: 'vhost-kernel' } },
  { device: { technique, ...DISK, backend: 'vhost-user', limit: { iops: '10k IOPS', by: 'spdk' } } },
  { device: { technique, ...DISK, backend: 'vdpa' } },
  { device: { technique, ...DISK, controller: 'io3' } },
  { device: { technique, ...DISK, controller: 'vios0' } },
  { device: { technique, ...DISK, controller: 'card' } },
];

const assigned: Variant['device'][] = [{ from: 'nic0/p0' }, { from: 'nic0/p0', driver: 'poll-mode' }];

const hypervisorNic = (technique: string, hypervisor: string): Variant[] => [
  { device: { technique, ...NIC, ...TC }, host: { hypervisor } },
  { device: { technique, ...PORT }, host: { hypervisor, ...lazy } },
  { device: { technique, ...PORT }, host: { hypervisor, ...strict } },
  { device: { technique, ...NIC }, host: { hypervisor, ...posted } },
];

const hypervisorDisk = (technique: string, hypervisor: string): Variant[] => [
  { device: { technique, ...DISK }, host: { hypervisor } },
  { device: { technique, ...DISK }, host: { hypervisor, ...posted } },
];

const onPort = (technique: string): Variant[] => [
  { device: { technique, ...PORT, ...TC }, guest: container },
  { device: { technique, ...PORT }, guest: container, host: lazy },
  { device: { technique, ...PORT }, guest: container, host: strict },
];

/** For each technique designs that between them go through everything it can do. */
export const variants: Readonly<Record<string, readonly Variant[]>> = {
  'virtio-net': [
    { device: { technique: 'virtio-net', ...NIC } },
    { device: { technique: 'virtio-net', ...NIC, ...TC }, host: posted },
    { device: { technique: 'virtio-net', ...NIC, backend: 'qemu' } },
    { device: { technique: 'virtio-net', ...NIC, backend: 'slirp' } },
    { device: { technique: 'virtio-net', connect: 'dpdk0' } },
    { device: { technique: 'virtio-net', connect: 'dpdk0', backend: 'vhost-user', driver: 'poll-mode' } },
    { device: { technique: 'virtio-net', backend: 'vdpa', from: 'nic0/p0/vf1' } },
    { device: { technique: 'virtio-net', connect: 'xdp0' } },
    { device: { technique: 'virtio-net', ...NIC, controller: 'vios0' } },
    { device: { technique: 'virtio-net', ...NIC, controller: 'card' } },
    { device: { technique: 'virtio-net', ...PORT, mode: 'private' }, host: lazy },
    { device: { technique: 'virtio-net', ...PORT, mode: 'bridge' }, host: strict },
    { device: { technique: 'virtio-net', ...NIC, eventIdx: false, vhostPolls: true } },
  ],
  'virtio-blk': virtioDisk('virtio-blk'),
  'virtio-scsi': virtioDisk('virtio-scsi'),
  'virtio-fs': [
    { device: { technique: 'virtio-fs', path: '/srv', media: 'ssd0/ns1' }, load: { cacheHitRatio: 0.9 } },
    { device: { technique: 'virtio-fs', path: '/srv', cache: 'none' }, host: posted },
  ],
  'virtio-gpu': [{ device: { technique: 'virtio-gpu', from: 'gpu0' } }, { device: { technique: 'virtio-gpu' }, host: posted }],
  'virtio-vsock': [{ device: { technique: 'virtio-vsock', cid: 3 } }, { device: { technique: 'virtio-vsock', cid: 3 }, host: posted }],
  'virtio-console': [{ device: { technique: 'virtio-console', path: '/run/agent.sock' } }],
  'virtio-rng': [{ device: { technique: 'virtio-rng', path: '/dev/urandom' } }],
  'virtio-balloon': [{ device: { technique: 'virtio-balloon', model: 'virtio' } }],
  shmem: [{ device: { technique: 'shmem', path: 'relay', size: '32 MiB' } }],
  'sriov-vf': [
    ...assigned.map((device) => ({ device: { technique: 'sriov-vf', ...device } })),
    { device: { technique: 'sriov-vf', from: 'nic0/p0' }, host: posted },
    { device: { technique: 'sriov-vf', from: 'nic0/p0' }, guest: container },
  ],
  passthrough: [
    ...assigned.map((device) => ({ device: { technique: 'passthrough', ...device } })),
    { device: { technique: 'passthrough', from: 'ssd0' }, host: posted },
    { device: { technique: 'passthrough', from: 'hba0' } },
    { device: { technique: 'passthrough', from: 'gpu0' }, guest: container },
  ],
  'vdpa-hw': [
    { device: { technique: 'vdpa-hw', from: 'nic0/p0' } },
    { device: { technique: 'vdpa-hw', from: 'nic0/p0', driver: 'poll-mode' } },
    { device: { technique: 'vdpa-hw', from: 'nic0/p0' }, host: posted },
  ],
  'dpu-virtio': [
    { device: { technique: 'dpu-virtio', from: 'dpu0' } },
    { device: { technique: 'dpu-virtio', from: 'dpu0', driver: 'poll-mode' } },
    { device: { technique: 'dpu-virtio', controller: 'card' }, host: posted },
  ],
  'nvme-namespace': [
    { device: { technique: 'nvme-namespace', ...DISK } },
    { device: { technique: 'nvme-namespace', ...DISK, controller: 'io2', model: 'nvme' }, host: posted },
    { device: { technique: 'nvme-namespace', ...DISK, backend: 'vhost-user', driver: 'poll-mode', limit: { by: 'spdk' } } },
  ],
  mig: [
    { device: { technique: 'mig', from: 'gpu0/g0' } },
    { device: { technique: 'mig', from: 'gpu0', type: '3g.20gb' }, host: posted },
    { device: { technique: 'mig', from: 'gpu0/g0' }, guest: container },
  ],
  mdev: [
    { device: { technique: 'mdev', from: 'gpu0/nvidia-232' } },
    { device: { technique: 'mdev', from: 'ssd0', driver: 'poll-mode' } },
    { device: { technique: 'mdev', from: 'gpu0', type: 'nvidia-232' }, host: posted },
  ],
  veth: [{ device: { technique: 'veth', ...NIC, ...TC }, guest: container }],
  macvlan: onPort('macvlan'),
  ipvlan: onPort('ipvlan'),
  'block-volume': [
    { device: { technique: 'block-volume', ...DISK }, guest: container },
    { device: { technique: 'block-volume', ...DISK, driver: 'poll-mode', limit: { iops: '10k IOPS', by: 'spdk' } }, guest: container },
    {
      device: { technique: 'block-volume', ...DISK, driver: 'poll-mode', limit: { iops: '10k IOPS', by: 'spdk' } },
      guest: { ...container, vcpus: 1, cpus: '10' },
    },
    { device: { technique: 'block-volume', ...DISK }, guest: container, load: { cacheHitRatio: 0.5 } },
  ],
  'xen-netfront': hypervisorNic('xen-netfront', 'xen'),
  'xen-blkfront': hypervisorDisk('xen-blkfront', 'xen'),
  netvsc: hypervisorNic('netvsc', 'hyperv'),
  storvsc: hypervisorDisk('storvsc', 'hyperv'),
  vmxnet3: hypervisorNic('vmxnet3', 'esxi'),
  pvscsi: hypervisorDisk('pvscsi', 'esxi'),
  'emulated-nic': [
    { device: { technique: 'emulated-nic', ...NIC, model: 'e1000', ...TC } },
    { device: { technique: 'emulated-nic', ...NIC, model: 'rtl8139', backend: 'slirp' } },
    { device: { technique: 'emulated-nic', ...PORT, model: 'e1000e' }, host: lazy },
    { device: { technique: 'emulated-nic', ...PORT }, host: strict },
  ],
  'emulated-disk': [
    ...['ide', 'sata', 'scsi', 'usb', 'fdc'].map((bus) => ({ device: { technique: 'emulated-disk', ...DISK, bus } })),
    { device: { technique: 'emulated-disk', ...DISK, bus: 'sata', cache: 'writethrough', format: 'qcow2', io: 'threads' } },
    { device: { technique: 'emulated-disk', ...DISK, bus: 'sata' }, guest: { kind: 'microvm' } },
  ],
  'emulated-gpu': [{ device: { technique: 'emulated-gpu', model: 'std' } }],
};
