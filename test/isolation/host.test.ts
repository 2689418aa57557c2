import { describe, expect, test } from 'vitest';
import { all, design, graded, guests, pairOf, text } from '../support/isolation.js';

/** What the host itself stands between: kernel, emulator, threads, IOMMU. */

const container = { kind: 'container' };
const nic0 = { kind: 'nic', at: 'rp0', ats: false, ports: { p0: { rate: '100 Gbit/s' } }, sriov: { vfs: 8, eswitch: 'legacy' } };
const vf = (vlan: number, more: object = {}) => ({ e: { technique: 'sriov-vf', from: 'nic0/p0', vlan, spoofCheck: true, ...more } });
const pair = (host: object, blue: object, red: object, more: { blue?: object; red?: object } = {}) =>
  pairOf(design({ guests: guests(blue, red, more), ...host }));

describe('the kernel of the host', () => {
  test('stands between a container and a machine, and not the other way round', async () => {
    expect(text((await pair({}, {}, {}, { blue: container })).aToB)).toBe('S3k F0 P0');
    expect(graded(await pair({}, {}, {}, { blue: container }), '#kernel')).toBe('S3k F0 P0 / S0 F0 P0');
  });
  test('stands between two containers', async () => {
    expect(graded(await pair({}, {}, {}, { blue: container, red: container }), '#kernel')).toBe('S3k F0 P0');
  });
  test('is the baseline of two machines', async () => {
    expect(graded(await pair({}, {}, {}), '#kernel')).toBe('not shared');
  });
});

test('emulation without KVM is no boundary', async () => {
  expect(text((await pair({ hypervisor: 'qemu' }, {}, {})).grades)).toBe('S4 F0 P0');
  expect(text((await pair({ hypervisor: 'kvm' }, {}, {})).grades)).toBe('S0 F0 P0');
});

describe('a VF in a container', () => {
  const both = { blue: container, red: container };
  const flat = { devices: { nic0 }, pcie: { rp0: { kind: 'root-port', acs: false } } };
  const drivenBy = (hostDriver: string | undefined, more: object = {}) =>
    pair(flat, vf(10, { hostDriver, ...more }), vf(20, { hostDriver, ...more }), both);
  test.each<[string, string | undefined, object, string]>([
    ['is driven by the kernel', 'iavf', {}, 'S3k'],
    ['is driven by its process through VFIO', 'vfio-pci', {}, 'S5'],
    ['is driven by nobody knows whom', undefined, {}, 'S3k..S5'],
    ['is driven by the kernel driver that is stated', undefined, { driver: 'kernel' }, 'S3k'],
  ])('%s', async (_, driver, more, expected) => {
    const found = await drivenBy(driver, more);
    expect(text(found.grades).split(' ')[0]).toBe(expected);
    const open = all(found).flatMap(({ aToB }) => aToB.causes.flatMap((cause) => cause.open ?? []));
    expect(open.some(({ property }) => property === 'hostDriver')).toBe(expected === 'S3k..S5');
  });
  test('that the kernel drives can be in the group of another', async () => {
    const found = await pair(flat, vf(10, { hostDriver: 'iavf' }), vf(20), { blue: container });
    expect(text(found.bToA)).toMatch(/^S5/);
  });
});

test('without an IOMMU nothing is handed out, so nothing of it is shared', async () => {
  for (const state of ['absent', 'off']) {
    const host = { iommu: { state }, devices: { nic0: { ...nic0, ats: true } }, pcie: { rp0: { kind: 'root-port', acs: false } } };
    const found = await pair(host, vf(10), vf(20));
    expect(all(found).filter(({ component }) => /iommu|interrupts/.test(component.type))).toEqual([]);
    expect(graded(found, '#memory')).toBe('S1 F0 P0');
  }
});

test('an iothread is one in the process of each guest', async () => {
  const host = {
    devices: { ssd0: { kind: 'nvme', at: 'rp1', namespaces: { ns1: {}, ns2: {} } } },
    controllers: { io1: { kind: 'iothread', cpus: '5' } },
  };
  const disk = (media: string) => ({ d: { technique: 'virtio-blk', media, controller: 'io1' } });
  const found = await pair(host, disk('ssd0/ns1'), disk('ssd0/ns2'));
  expect([graded(found, 'io1'), graded(found, '#cpus')]).toEqual(['not shared', 'S0 F0 P3']);
});
