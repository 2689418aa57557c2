import { describe, expect, test } from 'vitest';
import { all, design, graded, guests, pairOf, text } from '../support/isolation.js';

/** Who has a whole device, and who else is served by it. */

const gpu = (more: object = {}) => ({ gpu0: { kind: 'gpu', at: 'rp0', ats: false, reset: ['flr'], ...more } });
const whole = (from: string) => ({ o: { technique: 'passthrough', from } });
const pair = (devices: object, blue: object, red: object, host: object = {}, more: object = {}) =>
  pairOf(design({ devices, guests: guests(blue, red, more), ...host }));

describe('a tenant with a whole GPU', () => {
  const mig = { sharing: 'mig', partitions: { g0: { type: '3g.20gb' }, g1: { type: '3g.20gb' } } };
  test.each<[string, object, object, string]>([
    ['has the instance of another in hand', mig, { g: { technique: 'mig', from: 'gpu0/g0' } }, 'S5 F3 P4 / S2 F2 P4'],
    [
      'has mediated devices of another in hand',
      { mediatedTypes: { t4: { maxInstances: 4 } } },
      { g: { technique: 'mdev', from: 'gpu0/t4' } },
      'S5 F3 P4 / S3k F2 P4',
    ],
    ['has what the host draws for another in hand', {}, { g: { technique: 'virtio-gpu', from: 'gpu0' } }, 'S5 F3 P4 / S3k F3 P4'],
  ])('%s', async (_, device, red, expected) => {
    expect(graded(await pair(gpu(device), whole('gpu0'), red), 'gpu0')).toBe(expected);
  });

  test('that is on only while the other is off takes turns with it', async () => {
    const standby = { blue: { standby: true } };
    const found = await pair(gpu(), whole('gpu0'), whole('gpu0'), {}, standby);
    expect(graded(found, 'gpu0/f0')).toBe('S2 F0 P0');
    expect(found.grades.security.worst).toBe(2);
    expect((await pair(gpu(), whole('gpu0'), whole('gpu0'))).grades.security.worst).toBe(6);
  });
});

test('guests that stand by share what they share', async () => {
  const standby = { blue: { standby: true } };
  const tap = (vlan: number) => ({ e: { technique: 'virtio-net', connect: 'br0', vlan } });
  const switches = { br0: { kind: 'linux-bridge', vlanFiltering: false } };
  expect(graded(await pair({}, tap(1), tap(2), { switches }, standby), 'br0')).toBe('S5 F2 P4');
});

test('one GPU by two ways meets in the GPU', async () => {
  const mig = { sharing: 'mig', partitions: { g0: { type: '3g.20gb' } } };
  const found = await pair(gpu(mig), { g: { technique: 'mig', from: 'gpu0/g0' } }, { g: { technique: 'virtio-gpu', from: 'gpu0' } });
  expect(graded(found, 'gpu0')).toBe('S2 F2 P4 / S3k F3 P4');
});

describe('a tenant with a storage device', () => {
  const disk = (media: string) => ({ d: { technique: 'virtio-blk', media } });

  test('has the disks behind its adapter', async () => {
    const devices = { hba0: { kind: 'hba', at: 'rp0', ats: false, reset: ['flr'] }, sda: { kind: 'disk', at: 'hba0', size: '1 TB' } };
    const found = await pair(devices, whole('hba0'), disk('sda'));
    expect([text(found.aToB), found.bToA.security.worst <= 4]).toEqual(['S5 F3 P4', true]);
    expect(graded(found, 'hba0')).toBe('S5 F3 P4 / S2 F2 P4');
  });

  test('has the namespaces of its drive', async () => {
    const devices = { ssd0: { kind: 'nvme', at: 'rp0', ats: false, reset: ['flr'], namespaces: { ns1: {}, ns2: {} } } };
    expect(graded(await pair(devices, whole('ssd0'), disk('ssd0/ns1')), 'ssd0')).toBe('S5 F3 P4 / S3k F2 P4');
  });
});

describe('a DPU', () => {
  const card = (ports: object = { p0: {}, p1: {} }) => ({
    dpu0: { kind: 'dpu', at: 'rp0', ats: false, acs: true, reset: ['flr'], cores: '0-7', ports },
  });
  const controllers = { arm0: { kind: 'dpu', device: 'dpu0' } };
  const virtio = (more: object) => ({ e: { technique: 'dpu-virtio', ...more } });

  test('whose function one tenant has serves the other', async () => {
    const found = await pair(card(), whole('dpu0/f0'), virtio({ controller: 'arm0', vlan: 20 }), { controllers });
    expect(text(found.aToB)).toMatch(/^S4 F3/);
    const single = await pair(card({ p0: {} }), whole('dpu0'), virtio({ controller: 'arm0', vlan: 20 }), { controllers });
    expect(text(single.aToB)).toMatch(/^S4 F3/);
  });

  test.each<[string, object, object, string]>([
    ['on one port, in VLANs of their own', { from: 'dpu0/p0', vlan: 10 }, { from: 'dpu0/p0', vlan: 20 }, 'S2'],
    ['on one port, in one VLAN', { from: 'dpu0/p0', vlan: 10 }, { from: 'dpu0/p0', vlan: 10 }, 'S5'],
    ['on its cores, in VLANs of their own', { controller: 'arm0', vlan: 10 }, { controller: 'arm0', vlan: 20 }, 'S3u'],
    ['on its cores, in one VLAN', { controller: 'arm0', vlan: 10 }, { controller: 'arm0', vlan: 10 }, 'S5'],
    ['one on its cores and one on a port, in one VLAN', { controller: 'arm0', vlan: 10 }, { from: 'dpu0/p1', vlan: 10 }, 'S5'],
  ])('%s', async (_, blue, red, expected) => {
    for (const ports of [{ p0: {}, p1: {} }, { p0: {} }]) {
      if (!('p1' in ports) && JSON.stringify(red).includes('p1')) continue;
      const found = await pair(card(ports), virtio(blue), virtio(red), { controllers });
      expect(text(found.grades).split(' ')[0]).toBe(expected);
    }
  });

  test('hands each guest a function of its own, with DMA and interrupts', async () => {
    const found = await pair(card(), virtio({ controller: 'arm0', vlan: 10 }), virtio({ controller: 'arm0', vlan: 20 }), { controllers });
    expect(all(found).map(({ component }) => component.id)).toEqual(expect.arrayContaining(['h1#iommu', 'h1#memory', 'h1#interrupts']));
    const flat = { pcie: { rp0: { kind: 'root-port', acs: false } } };
    const grouped = await pair(card(), virtio({ from: 'dpu0/p0', vlan: 10 }), virtio({ from: 'dpu0/p0', vlan: 20 }), {
      controllers,
      ...flat,
    });
    expect(text(grouped.grades)).toMatch(/^S5 F3/);
  });
});

test('instances of a GPU in virtual machines have DMA of their own', async () => {
  const mig = { sharing: 'mig', partitions: { g0: { type: '3g.20gb' }, g1: { type: '3g.20gb' } } };
  const [blue, red] = ['gpu0/g0', 'gpu0/g1'].map((from) => ({ g: { technique: 'mig', from } })) as [object, object];
  const found = await pair(gpu(mig), blue, red);
  expect([graded(found, '#memory'), graded(found, '#iommu')]).toEqual(['S1 F0 P0', 'S1 F0 P4']);
  const containers = { blue: { kind: 'container' }, red: { kind: 'container' } };
  expect(graded(await pair(gpu(mig), blue, red, {}, containers), '#iommu')).toBe('not shared');
});
