import { expect, test } from 'vitest';
import { rules } from '../../src/rules/index.js';
import { onHost } from '../../src/rules/support/examples.js';
import { techniques } from '../../src/techniques/index.js';
import { analyse } from '../support/check.js';

const shared = { memory: { size: '8 GiB', shared: false } };
const nic = (sriov: object = { vfs: 1 }, more: object = {}) => ({ nic0: { kind: 'nic', ports: { p0: {} }, sriov, ...more } });
const gpu = (more: object = {}) => ({ gpu0: { kind: 'gpu', partitions: { g0: { type: '3g.20gb' } }, ...more } });
const dev = (technique: string, more: object, guest: object = {}) => ({
  guests: { a: { ...guest, devices: { dev: { technique, ...more } } } },
});
const off = { iommu: { state: 'off' } };

/** For each technique and each rule that it leaves one of its needs to: a design that lacks what it needs. */
const lacking: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'assignment-needs-iommu': {
    'sriov-vf': { ...off, devices: nic(), ...dev('sriov-vf', { from: 'nic0' }) },
    'vdpa-hw': { ...off, devices: nic(), ...dev('vdpa-hw', { from: 'nic0' }) },
    passthrough: { ...off, devices: nic(), ...dev('passthrough', { from: 'nic0' }) },
    mig: { ...off, devices: gpu(), ...dev('mig', { from: 'gpu0/g0' }) },
    'dpu-virtio': { ...off, devices: { dpu0: { kind: 'dpu' } }, ...dev('dpu-virtio', { from: 'dpu0' }) },
    'nvme-namespace': {
      ...off,
      devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {} } } },
      ...dev('nvme-namespace', { media: 'ssd0/ns1' }),
    },
  },
  'vf-pool-exhausted': {
    'sriov-vf': { devices: nic(), ...dev('sriov-vf', { from: 'nic0' }, { count: 2 }) },
    'vdpa-hw': { devices: nic(), ...dev('vdpa-hw', { from: 'nic0' }, { count: 2 }) },
  },
  'sriov-not-supported': { 'sriov-vf': { devices: nic({ supported: false }), ...dev('sriov-vf', { from: 'nic0' }) } },
  'iommu-group-incomplete': {
    passthrough: {
      devices: nic({}, { acs: false, functions: { f0: {}, f1: { driver: 'ice' } } }),
      ...dev('passthrough', { from: 'nic0/f0' }),
    },
  },
  'device-lacks-reset': { passthrough: { devices: gpu({ resetBroken: true }), ...dev('passthrough', { from: 'gpu0' }) } },
  'vfio-unassignable-function': { passthrough: { devices: gpu({ vfioDenied: true }), ...dev('passthrough', { from: 'gpu0' }) } },
  'gpu-partition-exceeds-device': {
    mig: {
      devices: gpu({ gpu: { migSlices: 4, migInstances: { '3g.20gb': { slices: 3, memoryFraction: 0.5, max: 2 } } } }),
      ...dev('mig', { from: 'gpu0', type: '3g.20gb' }, { count: 2 }),
    },
    mdev: { devices: gpu({ mediatedTypes: { t: { maxInstances: 1 } } }), ...dev('mdev', { from: 'gpu0/t' }, { count: 2 }) },
  },
  'vhost-user-memory-not-shared': {
    'virtio-net': {
      switches: { br0: { kind: 'ovs-dpdk', cpus: '2' } },
      ...dev('virtio-net', { backend: 'vhost-user', connect: 'br0' }, shared),
    },
    'virtio-blk': {
      devices: { ssd0: { kind: 'nvme' } },
      controllers: { spdk0: { kind: 'vhost-user', cpus: '3' } },
      ...dev('virtio-blk', { backend: 'vhost-user', controller: 'spdk0', media: 'ssd0' }, shared),
    },
    'virtio-scsi': {
      devices: { ssd0: { kind: 'nvme' } },
      controllers: { spdk0: { kind: 'vhost-user', cpus: '3' } },
      ...dev('virtio-scsi', { backend: 'vhost-user', controller: 'spdk0', media: 'ssd0' }, shared),
    },
    'nvme-namespace': {
      devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {} } } },
      ...dev('nvme-namespace', { backend: 'vhost-user', media: 'ssd0/ns1' }, shared),
    },
    'virtio-fs': dev('virtio-fs', { path: '/srv' }, shared),
  },
  'balloon-with-passthrough': {
    'virtio-balloon': {
      devices: nic(),
      guests: {
        a: {
          memory: { size: '8 GiB', max: '16 GiB' },
          devices: { balloon: { technique: 'virtio-balloon' }, eth0: { technique: 'passthrough', from: 'nic0' } },
        },
      },
    },
  },
};

const needs = [...techniques.values()].flatMap(({ name, needs }) =>
  needs.flatMap(({ rule }) => (rule === undefined ? [] : [[name, rule] as const])),
);

test.each(needs)('%s: what it needs is watched over by %s', async (technique, rule) => {
  const design = lacking[rule]?.[technique];
  expect(design, 'add a design that lacks it').toBeDefined();
  const { diagnostics } = await analyse(onHost(design as Parameters<typeof onHost>[0]));
  expect(diagnostics.map(({ name }) => name)).toContain(rule);
  expect(rules.map(({ name }) => name)).toContain(rule);
});
