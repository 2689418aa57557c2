import { describe, expect, test } from 'vitest';
import { controllerKinds } from '../../src/techniques/controllers/index.js';
import { techniques } from '../../src/techniques/index.js';
import { switchKinds } from '../../src/techniques/switches/index.js';
import { probe, type Surroundings } from '../support/designs.js';
import { variants } from './variants.js';

/** What the device's technique says of its needs, by the first words of each. */
async function needsOf(device: object, surroundings: Surroundings = {}): Promise<Record<string, boolean | undefined>> {
  const { technique, context } = await probe(device, surroundings);
  return Object.fromEntries(
    technique.needs.flatMap(({ what, isMet }) => (isMet === undefined ? [] : [[what, isMet(context.instance.decl)]])),
  );
}

const unmet = async (device: object, surroundings?: Surroundings) =>
  Object.entries(await needsOf(device, surroundings)).flatMap(([what, met]) => (met === false ? [what] : []));
const unknown = async (device: object, surroundings?: Surroundings) =>
  Object.entries(await needsOf(device, surroundings)).flatMap(([what, met]) => (met === undefined ? [what] : []));

const container = { guest: { kind: 'container' } };

describe.each([...techniques.keys()])('%s', (name) => {
  test('finds its needs met in designs that meet them', async () => {
    for (const { device, ...surroundings } of variants[name] ?? [])
      expect(await unmet(device, surroundings), JSON.stringify(device)).toEqual([]);
  });
});

test.each([
  ['a veth in a virtual machine', { technique: 'veth', connect: 'br0' }, {}, 'a container'],
  ['a virtio NIC in a container', { technique: 'virtio-net', connect: 'br0' }, container, 'a virtual machine, not a container'],
  ['a Xen front end on KVM', { technique: 'xen-netfront', connect: 'br0' }, {}, 'Xen'],
  ['a disk without a medium', { technique: 'virtio-blk' }, {}, 'a medium for its data (`media`)'],
  [
    'an emulated disk without a medium',
    { technique: 'emulated-disk', bus: 'ide' },
    {},
    'a medium for its data (`media`), but for drives that may be empty: CD-ROM and floppy',
  ],
  ['a MIG instance of a NIC', { technique: 'mig', from: 'nic0', type: '1g.5gb' }, {}, 'a GPU'],
  ['a mediated device of a NIC', { technique: 'mdev', from: 'nic0', type: 'x' }, {}, 'a device whose driver mediates'],
  [
    'a DPU device of an SSD',
    { technique: 'dpu-virtio', from: 'ssd0' },
    {},
    'a card with a virtual I/O controller in it: a DPU or SmartNIC',
  ],
  [
    'a DPU device served by an iothread',
    { technique: 'dpu-virtio', controller: 'io1' },
    {},
    'a card with a virtual I/O controller in it: a DPU or SmartNIC',
  ],
  ['an ipvlan in bridge mode', { technique: 'ipvlan', connect: 'nic0/p0', mode: 'bridge' }, container, 'mode l2 or l3'],
  ['an ipvlan on a bridge', { technique: 'ipvlan', connect: 'br0' }, container, 'a physical port'],
  [
    'an emulated NIC of a paravirtual model',
    { technique: 'emulated-nic', model: 'virtio', connect: 'br0' },
    {},
    /a model that is imitated/,
  ],
  [
    'vhost-user on a Linux bridge',
    { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0' },
    {},
    /something that polls its rings/,
  ],
  ['a namespace technique on a whole drive', { technique: 'nvme-namespace', media: 'ssd0' }, {}, 'an NVMe namespace as its medium'],
] as const)('%s does not get what it needs', async (_, device, surroundings, what) => {
  expect(await unmet(device, surroundings)).toContainEqual(typeof what === 'string' ? what : expect.stringMatching(what));
});

test('a drive that another user has cannot be taken by the driver inside QEMU, but by SPDK', async () => {
  const host = { volumes: { images: { kind: 'filesystem', on: 'ssd0/ns2' } } };
  const device = { technique: 'nvme-namespace', media: 'ssd0/ns1' };
  const what = 'the drive to itself, for the driver inside QEMU';
  expect(await unmet(device)).toEqual([]);
  expect(await unmet(device, { host })).toEqual([what]);
  expect(await unmet(device, { guest: { count: 2 } })).toEqual([what]);
  expect(await unmet({ ...device, backend: 'vhost-user' }, { host })).toEqual([]);
});

test('what cannot be told is not held against a design', async () => {
  const assumed = { host: { hypervisor: undefined } };
  expect(await unknown({ technique: 'netvsc', connect: 'br0' }, assumed)).toEqual(['Microsoft Hyper-V']);
  expect(await unknown({ technique: 'virtio-net', backend: 'vhost-user' })).toEqual([expect.stringMatching(/something that polls/)]);
  const nothing = { host: { devices: { gpu0: { kind: 'gpu' } } } };
  expect(await unknown({ technique: 'mig', from: 'gpu0', type: '1g.5gb' }, nothing)).toEqual(['a GPU that can be partitioned']);
  expect(
    await unmet({ technique: 'mig', from: 'gpu0' }, { host: { devices: { gpu0: { kind: 'gpu', gpu: { sharing: ['time-slice'] } } } } }),
  ).toEqual(['a GPU that can be partitioned']);
});

test('references that lead nowhere are reported once, not by every need that looks at them', async () => {
  for (const device of [
    { technique: 'nvme-namespace', media: 'nowhere' },
    { technique: 'mig', from: 'nowhere' },
    { technique: 'vdpa-hw', from: 'nowhere' },
    { technique: 'macvlan', connect: 'nowhere' },
    { technique: 'dpu-virtio', from: 'nowhere' },
  ]) {
    const guest = device.technique === 'macvlan' ? container : {};
    expect(await unmet(device, guest), device.technique).toEqual([]);
  }
});

test('switches say what they need of the host', async () => {
  const met = async (kind: string, facts: object, numa: object = {}) => {
    const host = { numa: { n0: { cpus: '0-15', ...numa } }, switches: { sw: { kind, ...facts } } };
    const { topology } = await probe({ technique: 'virtio-net' }, { host });
    const entity = topology.hosts[0]?.switches[0];
    if (entity === undefined) throw new Error('no switch');
    return switchKinds.get(kind)?.needs.map((need) => need.isMet(entity));
  };
  for (const kind of ['ovs-dpdk', 'vpp']) {
    expect(await met(kind, { cpus: '2' }, { hugepages: { '1 GiB': 4 } })).toEqual([true, true]);
    expect(await met(kind, { cpus: '2' }, { hugepages: { '1 GiB': 0 } })).toEqual([false, true]);
    expect(await met(kind, {})).toEqual([undefined, undefined]);
  }
  expect(await met('macvtap', {})).toEqual([false]);
  expect(await met('macvtap', { uplinks: ['nic0/p0'] })).toEqual([true]);
});

test('controllers say what they need', async () => {
  const met = async (kind: string, controller: object, host: object = {}) => {
    const { context } = await probe(
      { technique: 'virtio-blk', media: 'ssd0/ns1', controller: 'c0' },
      { host: { controllers: { c0: { kind, ...controller } }, ...host } },
    );
    return controllerKinds.get(kind)?.needs.flatMap((need) => (need.isMet === undefined ? [] : [need.isMet(context.instance.decl)]));
  };
  expect(await met('dpu', { device: 'dpu0' })).toEqual([true]);
  expect(await met('dpu', {})).toEqual([false]);
  expect(await met('vios', {})).toEqual([false]);
  expect(await met('vios', {}, { hypervisor: 'powervm' })).toEqual([true]);
});
