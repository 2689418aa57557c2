import { describe, expect, test } from 'vitest';
import { design, graded, guests, pairOf, text } from '../support/isolation.js';

/** Small designs graded by hand from the method: what must break, what fails with what, what can be taken away. */

const nic = (more: object = {}) => ({
  kind: 'nic',
  at: 'rp0',
  ats: false,
  ports: { p0: { rate: '100 Gbit/s' } },
  sriov: { vfs: 8, eswitch: 'legacy', minRate: 'absolute' },
  ...more,
});
const vf = (vlan: number, more: object = {}) => ({ e: { technique: 'sriov-vf', from: 'nic0/p0', vlan, spoofCheck: true, ...more } });
/** Capped in what comes in for it by the NIC. */
const both = (more: object) => vf(100, { limit: { receiveRate: '40 Gbit/s', by: 'nic' }, ...more });
const tap = (more: object = {}) => ({ e: { technique: 'virtio-net', connect: 'br0', ...more } });
const disk = (media: string, more: object = {}) => ({ d: { technique: 'virtio-blk', media, ...more } });

const withVfs = (a: object, b: object, host: object = {}) => design({ devices: { nic0: nic() }, guests: guests(a, b), ...host });
const withSwitch = (entity: object, a: object, b: object, more: object = {}) =>
  design({ devices: { nic0: nic() }, switches: { br0: { uplinks: ['nic0/p0'], ...entity } }, guests: guests(a, b), ...more });
const withDisks = (a: object, b: object, ssd: object = {}, host: object = {}) =>
  design({
    devices: {
      ssd0: {
        kind: 'nvme',
        at: 'rp1',
        storage: { readBandwidth: '4 GB/s', writeBandwidth: '2 GB/s' },
        namespaces: { ns1: { size: '1 TB', nvmSet: 's1' }, ns2: { size: '1 TB', nvmSet: 's2' }, ns3: { size: '1 TB' } },
        ...ssd,
      },
    },
    guests: guests(a, b),
    ...host,
  });

describe('a pair that shares', () => {
  test('nothing but the host is S0 F0 P0', async () => {
    expect(text((await pairOf(design({ guests: guests({}, {}) }))).grades)).toBe('S0 F0 P0');
  });

  test('nothing, on two hosts, is S0 F0 P0 and has no baseline', async () => {
    const guest = (tenant: string) => ({ guests: { g: { tenant, devices: {} } } });
    const pair = await pairOf({ iovt: '1', tenants: { blue: {}, red: {} }, hosts: { h1: guest('blue'), h2: guest('red') } });
    expect([text(pair.grades), pair.hosts.length]).toEqual(['S0 F0 P0', 0]);
  });

  test('only the IOMMU is S1: separate cards below separate ports', async () => {
    const gpu = (at: string) => ({ kind: 'gpu', at, ats: false, reset: ['flr'] });
    const own = (from: string) => ({ g: { technique: 'passthrough', from } });
    const pair = await pairOf(design({ devices: { gpu0: gpu('rp0'), gpu1: gpu('rp1') }, guests: guests(own('gpu0'), own('gpu1')) }));
    expect(text(pair.grades)).toBe('S1 F0 P4'); // the translation cache has no control
    expect(pair.controlled).toEqual({ best: 0, worst: 0 });
    expect(graded(pair, '#iommu')).toBe('S1 F0 P4');
    expect(graded(pair, '#interrupts')).toBe('S1 F0 P0');
  });

  test('a NUMA node shares its memory bandwidth, whatever one does', async () => {
    const pair = await pairOf(design({ guests: guests({}, {}, { red: { cpus: '4-7', memory: { nodes: 'n0' } } }) }));
    expect([text(pair.grades), pair.isTimingChannel, pair.controlled.worst]).toEqual(['S0 F0 P4', true, 0]);
  });
});

describe('VFs of one port', () => {
  test.each<[string, object, object, string]>([
    ['with a VLAN each and spoof check are kept apart by the device', vf(100), vf(200), 'S2 F2 P4'],
    ['in one VLAN are not apart', vf(100), vf(100), 'S5 F2 P4'],
    [
      'of which one may pretend: it can do to the other what the other cannot do to it',
      vf(100, { spoofCheck: false }),
      vf(200),
      'S4 F2 P4 / S2 F2 P4',
    ],
    ['of which one is trusted', vf(100), vf(200, { trust: true }), 'S2 F2 P4 / S4 F2 P4'],
    ['of which one tags its own frames, and may send pause frames', vf(100, { vlanMode: 'guest' }), vf(200), 'S4 F2..F3 P4 / S2 F2 P4'],
    [
      'of which nobody states the spoof check of one',
      vf(100),
      { e: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 200 } },
      'S2 F2 P4 / S2..S4 F2 P4',
    ],
    ['of which one is capped in what it sends: what comes in for it is not', vf(100, { maxRate: '40 Gbit/s' }), vf(200), 'S2 F2 P4'],
    ['of which one is capped both ways: the other keeps the rest', both({ maxRate: '40 Gbit/s' }), vf(200), 'S2 F2 P2 / S2 F2 P4'],
    ['of which one is capped at all there is', both({ maxRate: '100 Gbit/s' }), vf(200), 'S2 F2 P4'],
    ['with minimums that fit, for what they send', vf(100, { minRate: '30 Gbit/s' }), vf(200, { minRate: '30 Gbit/s' }), 'S2 F2 P4'],
    ['with minimums that fit and a cap on what comes in', both({}), vf(200, { minRate: '30 Gbit/s' }), 'S2 F2 P2 / S2 F2 P4'],
    ['with minimums that do not fit', both({ minRate: '80 Gbit/s' }), vf(200, { minRate: '80 Gbit/s' }), 'S2 F2 P4'],
  ])('%s', async (_, a, b, expected) => {
    expect(graded(await pairOf(withVfs(a, b)), 'nic0/f0')).toBe(expected);
  });

  test('whose minimum rates are shares of what is asked for are weighted', async () => {
    const host = { devices: { nic0: nic({ sriov: { vfs: 8, minRate: 'share' } }) } };
    const [a, b] = [both({ minRate: '1 Gbit/s' }), vf(200, { minRate: '1 Gbit/s' })];
    expect(graded(await pairOf(withVfs(a, b, host)), 'nic0/f0')).toBe('S2 F2 P3 / S2 F2 P4');
  });

  test('with a partner on another card recover when the port fails', async () => {
    const two = (vlan: number) => ({ ...vf(vlan), f: { technique: 'sriov-vf', from: 'nic1/p0', vlan, spoofCheck: true, bondedWith: 'e' } });
    const devices = { nic0: nic(), nic1: nic({ at: 'rp1' }) };
    expect(graded(await pairOf(design({ devices, guests: guests(two(100), vf(200)) })), 'nic0/f0')).toBe('S2 F2 P4 / S2 F1 P4');
  });

  test('below a port without ACS are one IOMMU group: nothing keeps them apart', async () => {
    const pair = await pairOf(withVfs(vf(100), vf(200), { pcie: { rp0: { kind: 'root-port', acs: false } } }));
    expect(text(pair.grades)).toBe('S5 F3 P4');
    expect(graded(pair, '#group:rp0') === 'not shared' ? graded(pair, '#group:h1/rp0') : '').toBe('S5 F3 P4');
  });

  test('below a port whose ACS nobody states may be one', async () => {
    const pair = await pairOf(withVfs(vf(100), vf(200), { pcie: { rp0: { kind: 'root-port' } } }));
    expect(text(pair.grades)).toBe('S2..S5 F2..F3 P4');
  });

  test('of which one tenant has the physical function', async () => {
    const pair = await pairOf(
      withVfs({ e: { technique: 'passthrough', from: 'nic0' } }, vf(200), { devices: { nic0: nic({ reset: ['flr'] }) } }),
    );
    expect(graded(pair, 'nic0/f0')).toBe('S4 F3 P4 / S2 F2 P4');
  });
});

describe('translated requests and interrupts', () => {
  const pair = (host: object, tenant: object = {}) =>
    pairOf({ ...withVfs(vf(100), { e: { technique: 'virtio-balloon' } }, host), tenants: { blue: tenant, red: {} } });

  test.each<[string, object, object, string]>([
    ['ATS of an untrusted tenant opens the memory of the host', { devices: { nic0: nic({ ats: true }) } }, {}, 'S4 F0 P0 / S0 F0 P0'],
    ['ATS of a trusted tenant does not', { devices: { nic0: nic({ ats: true }) } }, { trust: 'trusted' }, 'S1 F0 P0 / S0 F0 P0'],
    ['ATS that is switched off does not', { devices: { nic0: nic({ ats: true }) }, kernel: { noats: true } }, {}, 'S1 F0 P0 / S0 F0 P0'],
    ['ATS that nobody states leaves it open', { devices: { nic0: { ...nic(), ats: undefined } } }, {}, 'S1..S4 F0 P0 / S0 F0 P0'],
  ])('%s', async (_, host, tenant, expected) => {
    expect(graded(await pair(host, tenant), '#memory')).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['remapped interrupts stay where they belong', { iommu: { state: 'on', interruptRemapping: true } }, 'S1 F0 P0 / S0 F0 P0'],
    ['interrupts that are not remapped may go anywhere', { iommu: { state: 'on', interruptRemapping: false } }, 'S4 F0 P0 / S0 F0 P0'],
    [
      'nor those that are allowed to be unsafe',
      { iommu: { state: 'on', interruptRemapping: true }, vfio: { allowUnsafeInterrupts: true } },
      'S4 F0 P0 / S0 F0 P0',
    ],
    ['remapping that nobody states leaves it open', { iommu: { state: 'on' } }, 'S1..S4 F0 P0 / S0 F0 P0'],
  ])('%s', async (_, host, expected) => {
    expect(graded(await pair(host), '#interrupts')).toBe(expected);
  });

  test('a container that drives a function without an IOMMU reaches all memory', async () => {
    const fw = { kind: 'container' };
    const own = { e: { technique: 'sriov-vf', from: 'nic0/p0', hostDriver: 'vfio-pci' } };
    const host = { iommu: { state: 'off' }, vfio: { noiommu: true }, devices: { nic0: nic() } };
    expect(graded(await pairOf(design({ ...host, guests: guests(own, {}, { blue: fw }) })), '#memory')).toBe('S5 F0 P0 / S0 F0 P0');
  });
});

describe('peers below a PCIe switch', () => {
  const tree = (acs: boolean | undefined) => ({
    rp0: { kind: 'root-port', acs: true },
    up0: { kind: 'switch-upstream', at: 'rp0', link: 'gen4 x16' },
    dn0: { kind: 'switch-downstream', at: 'up0', ...(acs === undefined ? {} : { acs }) },
    dn1: { kind: 'switch-downstream', at: 'up0', ...(acs === undefined ? {} : { acs }) },
  });
  const gpus = {
    gpu0: { kind: 'gpu', at: 'dn0', ats: false, reset: ['flr'] },
    gpu1: { kind: 'gpu', at: 'dn1', ats: false, reset: ['flr'] },
  };
  const own = (from: string) => ({ g: { technique: 'passthrough', from } });
  const pair = (acs: boolean | undefined, host: object = {}) =>
    pairOf(design({ pcie: tree(acs), devices: gpus, guests: guests(own('gpu0'), own('gpu1')), ...host }));

  test.each<[string, boolean | undefined, object, string]>([
    ['are kept apart by ACS on all ports', true, {}, 'S1 F2 P4'],
    ['bypass the IOMMU without it', false, {}, 'S5 F2 P4'],
    ['may do so where nobody states it', undefined, {}, 'S1..S5 F2 P4'],
    ['are not proven apart under an override', true, { kernel: { acsOverride: 'downstream' } }, 'S4 F2 P4'],
  ])('%s', async (_, acs, host, expected) => {
    expect(graded(await pair(acs, host), 'up0')).toBe(expected);
  });
});

describe('a vSwitch', () => {
  const kernel = { kind: 'linux-bridge', vlanFiltering: true };
  test.each<[string, object, object, object, string]>([
    ['in the kernel with VLANs', kernel, tap({ vlan: 1 }), tap({ vlan: 2 }), 'S3k F2 P4'],
    ['that is flat', { kind: 'linux-bridge', vlanFiltering: false }, tap({ vlan: 1 }), tap({ vlan: 2 }), 'S5 F2 P4'],
    ['of which nobody states whether it filters', { kind: 'linux-bridge' }, tap({ vlan: 1 }), tap({ vlan: 2 }), 'S3k..S5 F2 P4'],
    [
      'with isolated ports in one segment',
      { kind: 'linux-bridge', vlanFiltering: false },
      tap({ isolated: true }),
      tap({ isolated: true }),
      'S3k F2 P4',
    ],
    ['with one isolated port', { kind: 'linux-bridge', vlanFiltering: false }, tap({ isolated: true }), tap(), 'S4 F2 P4'],
    ['in user space', { kind: 'ovs-dpdk', cpus: '4-5' }, tap({ vlan: 1 }), tap({ vlan: 2 }), 'S3u F2 P4'],
    [
      'in user space, whose guests find it again',
      { kind: 'ovs-dpdk', cpus: '4-5' },
      tap({ vlan: 1 }),
      tap({ vlan: 2, socketMode: 'server' }),
      'S3u F1 P4 / S3u F2 P4',
    ],
    ['that carries all VLANs to one port', { kind: 'ovs-kernel' }, tap(), tap({ vlan: 2 }), 'S4 F2 P4 / S3k F2 P4'],
    ['that fails open', { kind: 'ovs-kernel', controller: true, failMode: 'standalone' }, tap({ vlan: 1 }), tap({ vlan: 2 }), 'S4 F2 P4'],
    ['that fails closed', { kind: 'ovs-kernel', controller: true, failMode: 'secure' }, tap({ vlan: 1 }), tap({ vlan: 2 }), 'S3k F2 P4'],
    [
      'whose flow rules decide',
      { kind: 'ovs-kernel', controller: true, failMode: 'secure' },
      tap({ vlan: 1 }),
      tap({ vlan: 1 }),
      'S3k..S5 F2 P4',
    ],
    [
      'with a policer on what one sends',
      { kind: 'ovs-kernel' },
      tap({ vlan: 1, limit: { rate: '1 Gbit/s' } }),
      tap({ vlan: 2 }),
      'S3k F2 P4',
    ],
    [
      'with a policer on one for both directions',
      { kind: 'ovs-kernel' },
      tap({ vlan: 1, limit: { rate: '1 Gbit/s', receiveRate: '1 Gbit/s' } }),
      tap({ vlan: 2 }),
      'S3k F2 P2 / S3k F2 P4',
    ],
    ['that is a macvtap in private mode', { kind: 'macvtap', mode: 'private' }, tap(), tap(), 'S3k F2 P4'],
    ['that is a macvtap in bridge mode', { kind: 'macvtap', mode: 'bridge' }, tap(), tap(), 'S5 F2 P4'],
  ])('%s', async (_, entity, a, b, expected) => {
    expect(graded(await pairOf(withSwitch(entity, a, b)), 'br0')).toBe(expected);
  });

  test('folds what lies behind it and is no worse', async () => {
    const pair = await pairOf(withSwitch({ kind: 'linux-bridge', vlanFiltering: false }, tap(), tap()));
    expect(pair.shared.map(({ component }) => component.id)).toEqual(['h1/br0']);
    expect(pair.shared[0]?.behind.map(({ component }) => component.id).sort()).toEqual(['h1/nic0/f0', 'h1/nic0/p0', 'h1/rp0']);
  });

  test('of each tenant, on one wire in one VLAN, meets the other outside', async () => {
    const host = {
      devices: { nic0: nic(), nic1: nic({ at: 'rp1' }) },
      switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'] }, br1: { kind: 'ovs-kernel', uplinks: ['nic1/p0'] } },
    };
    const on = (vlan: number) => ({ e: { technique: 'virtio-net', connect: 'br1', vlan } });
    const networks = { tor: { uplinks: ['h1/nic0/p0', 'h1/nic1/p0'], rate: '100 Gbit/s' } };
    const pair = (vlan: number) => pairOf(design({ ...host, guests: guests(tap({ vlan: 7 }), on(vlan)) }, { networks }));
    expect([graded(await pair(7), 'tor'), graded(await pair(8), 'tor')]).toEqual(['S5 F2 P4', 'S1 F2 P4']);
  });

  test('with two bonded uplinks loses neither when one card fails', async () => {
    const devices = { nic0: nic(), nic1: nic({ at: 'rp1' }) };
    const bond = { kind: 'ovs-kernel', uplinks: ['nic0/p0', 'nic1/p0'], bond: { mode: 'active-backup' } };
    const pair = await pairOf(withSwitch(bond, tap({ vlan: 1 }), tap({ vlan: 2 }), { devices }));
    expect([graded(pair, 'nic0/f0'), graded(pair, 'br0')]).toEqual(['S2 F1 P4', 'S3k F2 P4']);
  });
});

describe('storage', () => {
  test.each<[string, object, object, string, string]>([
    ['namespaces of their own, in one set', disk('ssd0/ns3'), disk('ssd0/ns1'), 'ssd0', 'S3k F2 P4'],
    ['namespaces in sets of their own', disk('ssd0/ns1'), disk('ssd0/ns2'), 'ssd0', 'S3k F2 P0'],
    ['one namespace that both write', disk('ssd0/ns1'), disk('ssd0/ns1'), 'ssd0/ns1', 'S5 F2 P0'],
    [
      'one namespace that neither writes',
      disk('ssd0/ns1', { readonly: true }),
      disk('ssd0/ns1', { readonly: true }),
      'ssd0/ns1',
      'S2 F2 P0',
    ],
    [
      'images of their own on one namespace',
      disk('ssd0/ns1', { size: '1 GiB' }),
      disk('ssd0/ns1', { size: '1 GiB' }),
      'ssd0/ns1',
      'S3k F2 P0',
    ],
    ['one image', disk('ssd0/ns1', { image: 'a.raw' }), disk('ssd0/ns1', { image: 'a.raw' }), 'ssd0/ns1', 'S5 F2 P0'],
    ['a limit on one', disk('ssd0/ns1', { limit: { rate: '500 MB/s' } }), disk('ssd0/ns3'), 'ssd0', 'S3k F2 P2 / S3k F2 P4'],
  ])('%s', async (_, a, b, id, expected) => {
    expect(graded(await pairOf(withDisks(a, b)), id)).toBe(expected);
  });

  test('one process for both', async () => {
    const controllers = { spdk0: { kind: 'vhost-user', cpus: '4', devices: ['ssd0'] } };
    const served = (media: string) => disk(media, { backend: 'vhost-user', controller: 'spdk0' });
    const pair = await pairOf(withDisks(served('ssd0/ns1'), served('ssd0/ns2'), {}, { controllers }));
    expect([graded(pair, 'spdk0'), graded(pair, 'ssd0')]).toEqual(['S3u F2 P4', 'S3u F2 P0']);
  });

  test('weights of a scheduler', async () => {
    expect(graded(await pairOf(withDisks(disk('ssd0/ns3'), disk('ssd0/ns1'), { scheduler: 'bfq' })), 'ssd0')).toBe('S3k F2 P3');
  });

  test('a directory that both mount', async () => {
    const dir = (path: string, more: object = {}) => ({ f: { technique: 'virtio-fs', path, ...more } });
    const pair = (a: object, b: object) => pairOf(design({ guests: guests(a, b) }));
    expect(graded(await pair(dir('/srv'), dir('/srv')), '#dir:/srv')).toBe('S5 F2 P4');
    expect(graded(await pair(dir('/srv', { readonly: true }), dir('/srv', { readonly: true })), '#dir:/srv')).toBe('S4 F2 P4');
    expect(graded(await pair(dir('/srv'), dir('/opt')), '#dir:/srv')).toBe('not shared');
    expect(graded(await pair(dir('/srv'), dir('/srv/b')), '#dir:/srv')).toBe('S5 F2 P4');
  });

  test('shared memory', async () => {
    const shm = { m: { technique: 'shmem', path: 'shm0' } };
    expect(graded(await pairOf(design({ guests: guests(shm, shm) })), '#shm:shm0')).toBe('S5 F0 P0');
  });
});

describe('GPUs', () => {
  const gpu = (more: object) => ({ gpu0: { kind: 'gpu', at: 'rp0', ats: false, ...more } });
  const take = (technique: string, from: string, more: object = {}) => ({ g: { technique, from, ...more } });
  const pair = (device: object, a: object, b: object, more: object = {}) =>
    pairOf(design({ devices: gpu(device), guests: guests(a, b, more) }));
  const types = { mediatedTypes: { t4: { maxInstances: 4 } } };

  test('instances of their own are divided by hardware', async () => {
    const device = { sharing: 'mig', partitions: { g0: { type: '3g.20gb' }, g1: { type: '3g.20gb' } } };
    expect(graded(await pair(device, take('mig', 'gpu0/g0'), take('mig', 'gpu0/g1')), 'gpu0')).toBe('S2 F1 P0');
  });

  test.each<[string, object, object, string]>([
    ['mediated by the vendor driver', {}, {}, 'S3k F2 P3'],
    ['mediated with the IOMMU behind', {}, { isolation: 'iommu' }, 'S2 F2 P3'],
    ['with fixed shares', { scheduler: 'fixed-share' }, {}, 'S3k F2 P1'],
  ])('%s', async (_, device, more, expected) => {
    expect(graded(await pair({ ...types, ...device }, take('mdev', 'gpu0/t4', more), take('mdev', 'gpu0/t4', more)), 'gpu0')).toBe(
      expected,
    );
  });

  test.each<[string, string]>([
    ['time-slice', 'S5 F3 P4'],
    ['mps', 'S4 F3 P4'],
  ])('shared by %s', async (sharing, expected) => {
    const container = { kind: 'container' };
    expect(
      graded(
        await pair({ sharing }, take('passthrough', 'gpu0'), take('passthrough', 'gpu0'), { blue: container, red: container }),
        'gpu0',
      ),
    ).toBe(expected);
  });
});

describe('CPUs', () => {
  const pair = (red: object, blue: object = {}) =>
    pairOf(design({ guests: guests({}, {}, { red: { memory: { nodes: 'n1' }, ...red }, blue }) }));

  test.each<[string, object, string]>([
    ['of their own are not shared', { cpus: '8-11' }, 'not shared'],
    ['that both are pinned to are shared by weight', { cpus: '2-5' }, 'S0 F0 P3'],
    ['of guests that float may be shared', { cpus: undefined }, 'S0 F0 P0..P3'],
  ])('%s', async (_, red, expected) => {
    expect(graded(await pair(red), '#cpus')).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['of one core are shared, however they are pinned', { n0: { cpus: '0-3,8-11', threadsPerCore: 2 }, n1: { cpus: '4-7' } }, 'S0 F0 P4'],
    [
      'of other cores are not, where neighbours are one',
      { n0: { cpus: '0-3,8-11', threadsPerCore: 2, threadNumbering: 'neighbours' }, n1: { cpus: '4-7' } },
      'not shared',
    ],
    ['are cores of their own where there is no SMT', { n0: { cpus: '0-3,8-11', threadsPerCore: 1 }, n1: { cpus: '4-7' } }, 'not shared'],
    ['are taken for cores where nobody says', { n0: { cpus: '0-3,8-11' }, n1: { cpus: '4-7' } }, 'not shared'],
  ])('that are threads %s', async (_, numa, expected) => {
    const memory = { memory: { nodes: 'n0' } };
    const found = await pairOf(design({ numa, guests: guests({}, {}, { blue: memory, red: { ...memory, cpus: '8-11' } }) }));
    expect(graded(found, '#cpus')).toBe(expected);
  });
});
