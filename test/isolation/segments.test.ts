import { describe, expect, test } from 'vitest';
import { all, design, graded, guests, pairOf, text } from '../support/isolation.js';

/** Who meets whom on layer 2, within a switch and beyond it. */

const nic = (more: object = {}) => ({
  kind: 'nic',
  at: 'rp0',
  ats: false,
  reset: ['flr'],
  ports: { p0: { rate: '100 Gbit/s' } },
  sriov: { vfs: 8, eswitch: 'legacy' },
  ...more,
});
const on = (connect: string, more: object = {}) => ({ e: { technique: 'virtio-net', connect, ...more } });
const vf = (more: object) => ({ e: { technique: 'sriov-vf', from: 'nic0/p0', spoofCheck: true, ...more } });
const pair = (blue: object, red: object, host: object, more: object = {}) =>
  pairOf(design({ devices: { nic0: nic() }, guests: guests(blue, red), ...host }, more));
const security = async (...of: Parameters<typeof pair>) => text((await pair(...of)).grades).split(' ')[0];
const reasons = (found: Awaited<ReturnType<typeof pair>>) =>
  all(found).flatMap(({ aToB, bToA }) => [...aToB.causes, ...bToA.causes].map(({ reason }) => reason));

/** A guest of each tenant on a host of its own, joined by a network. */
const apart = (host: object, device: object) => {
  const one = (tenant: string) => ({
    hypervisor: 'kvm',
    iommu: { state: 'on', interruptRemapping: true },
    pcie: { rp0: { kind: 'root-port', acs: true } },
    devices: { nic0: nic() },
    ...host,
    guests: { g: { tenant, devices: device } },
  });
  const networks = { tor: { uplinks: ['h1/nic0/p0', 'h2/nic0/p0'] } };
  return pairOf({ iovt: '1', tenants: { blue: {}, red: {} }, hosts: { h1: one('blue'), h2: one('red') }, networks });
};

describe('isolated ports', () => {
  const flat = { kind: 'linux-bridge', vlanFiltering: false, uplinks: ['nic0/p0'] };
  test('of one bridge are apart', async () => {
    const isolated = on('br0', { isolated: true });
    expect(await security(isolated, isolated, { switches: { br0: flat } })).toBe('S3k');
  });
  test('of two bridges in one network are not', async () => {
    const switches = { br0: flat, br1: { ...flat } };
    expect(await security(on('br0', { isolated: true }), on('br1', { isolated: true }), { switches })).toBe('S5');
    expect(text((await apart({ switches: { br0: flat } }, on('br0', { isolated: true }))).grades)).toMatch(/^S5/);
  });
});

describe('a Linux bridge that filters VLANs', () => {
  const switches = { br0: { kind: 'linux-bridge', vlanFiltering: true } };
  test('has ports without a VLAN in VLAN 1', async () => {
    const found = await pair(on('br0', { vlan: 1 }), on('br0'), { switches });
    expect(graded(found, 'br0')).toBe('S5 F2 P4');
    expect(reasons(found)).toContain('h1/a/e and h1/b/e are both in VLAN 1, which a Linux bridge gives to ports without a VLAN');
    expect(await security(on('br0', { vlan: 2 }), on('br0'), { switches })).toBe('S3k');
  });
  test('is an Open vSwitch to nobody', async () => {
    expect(await security(on('br0', { vlan: 1 }), on('br0', { portMode: 'access' }), { switches: { br0: { kind: 'ovs-kernel' } } })).toBe(
      'S3k',
    );
  });
});

describe('switches that tunnel', () => {
  const tunnel = (more: object = {}) => ({ switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], tunnel: 'vxlan', ...more } } });
  test('may map one VLAN to one tunnel', async () => {
    const found = await apart(tunnel(), on('br0', { vlan: 10 }));
    expect(text(found.grades)).toMatch(/^S1\.\.S5/);
    const open = all(found).flatMap(({ aToB }) => aToB.causes.flatMap((cause) => cause.open ?? []));
    expect(open).toEqual([
      { entity: 'h1/br0', property: 'tunnelIds' },
      { entity: 'h2/br0', property: 'tunnelIds' },
    ]);
  });
  test('do so for the switch that is patched to them', async () => {
    const patched = { switches: { ...tunnel().switches, int0: { kind: 'ovs-kernel', uplinks: ['br0'] } } };
    expect(text((await apart(patched, on('int0', { vlan: 10 }))).grades)).toMatch(/^S1\.\.S5/);
  });
  test('and say which', async () => {
    expect(text((await apart(tunnel({ tunnelIds: { '10': 7 } }), on('br0', { vlan: 10 }))).grades)).toMatch(/^S5/);
  });
});

describe('a VF that tags its own frames', () => {
  test('is bound by no list', async () => {
    const guest = vf({ vlanMode: 'guest', trunks: [10, 20] });
    expect(graded(await pair(guest, vf({ vlan: 30 }), {}), 'nic0/f0')).toBe('S4 F2..F3 P4 / S2 F2 P4');
  });
});

describe('the switch of a hypervisor on a port', () => {
  const own = (technique: string, vlan: number) => ({ e: { technique, connect: 'nic0/p0', vlan } });
  test.each([
    ['hyperv', 'netvsc'],
    ['esxi', 'vmxnet3'],
    ['esxi', 'emulated-nic'],
  ])('%s, %s', async (hypervisor, technique) => {
    expect(await security(own(technique, 10), own(technique, 20), { hypervisor })).toBe('S3k');
    expect(await security(own(technique, 10), own(technique, 10), { hypervisor })).toBe('S5');
  });
});

describe('a router', () => {
  const routers = { r0: { kind: 'linux-router', uplinks: ['nic0/p0'] }, r1: { kind: 'linux-router', uplinks: ['nic0/p0'] } };
  test('ends the segment', async () => {
    const found = await pair(on('r0'), on('r1'), { switches: routers });
    expect(text(found.grades)).toMatch(/^S3k/);
    expect(
      all(found).flatMap(({ aToB }) =>
        aToB.causes
          .filter(({ about }) => about === 'l2')
          .flatMap(({ remedies }) => (typeof remedies === 'function' ? remedies() : (remedies ?? []))),
      ),
    ).toEqual([]);
  });
  test('behind a bridge does so too', async () => {
    const switches = { ...routers, b0: { kind: 'linux-bridge', uplinks: ['r0'] }, b1: { kind: 'linux-bridge', uplinks: ['r0'] } };
    expect(await security(on('b0'), on('b1'), { switches })).toBe('S3k');
    expect(await security(on('b0'), on('b0'), { switches })).toBe('S5');
  });
});

test('interfaces of containers stand on the VLAN interfaces of a port', async () => {
  const lan = (vlan: number) => ({ e: { technique: 'macvlan', connect: 'nic0/p0', mode: 'bridge', vlan } });
  const containers = (a: number, b: number) =>
    design({ devices: { nic0: nic() }, guests: guests(lan(a), lan(b), { blue: { kind: 'container' }, red: { kind: 'container' } }) });
  expect(text((await pairOf(containers(10, 20))).grades)).toMatch(/^S3k/);
  expect(text((await pairOf(containers(10, 10))).grades)).toMatch(/^S5/);
});

describe('what a switch keeps apart stays apart beyond it', () => {
  test('in private mode of a macvtap', async () => {
    expect(await security(on('t0'), on('t0'), { switches: { t0: { kind: 'macvtap', mode: 'private', uplinks: ['nic0/p0'] } } })).toBe(
      'S3k',
    );
    expect(await security(on('nic0/p0', { mode: 'private' }), on('nic0/p0', { mode: 'private' }), {})).toBe('S3k');
  });
  test('by flow rules', async () => {
    const switches = { br0: { kind: 'ovs-kernel', controller: true, failMode: 'secure', uplinks: ['nic0/p0'] } };
    expect(await security(on('br0', { portMode: 'access' }), on('br0', { portMode: 'access' }), { switches })).toBe('S3k..S5');
    expect(text((await apart({ switches }, on('br0', { vlan: 7 }))).grades)).toMatch(/^S3k\.\.S5/);
  });
  test('but not from others on the same wire', async () => {
    const tap = { t0: { kind: 'macvtap', mode: 'private', uplinks: ['nic0/p0'] }, br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } };
    expect(await security(on('t0'), on('br0'), { switches: tap })).toBe('S5');
  });
});

describe('two NICs passed through, on one network', () => {
  const port = (vlan?: number) => ({ p0: { rate: '100 Gbit/s', ...(vlan === undefined ? {} : { accessVlan: vlan }) } });
  const both = (a?: number, b?: number) =>
    pair(
      { e: { technique: 'passthrough', from: 'nic0' } },
      { e: { technique: 'passthrough', from: 'nic1' } },
      { devices: { nic0: nic({ ports: port(a) }), nic1: nic({ at: 'rp1', ports: port(b) }) } },
      { networks: { tor: { uplinks: ['h1/nic0/p0', 'h1/nic1/p0'] } } },
    );
  test('are in the VLANs of its ports', async () => {
    expect(graded(await both(), 'tor')).toBe('S1..S5 F2 P4');
    expect(graded(await both(10), 'tor')).toBe('S1..S5 F2 P4');
    expect(graded(await both(10, 10), 'tor')).toBe('S5 F2 P4');
    expect(graded(await both(10, 20), 'tor')).toBe('S1 F2 P4');
  });
});

test('VFs behind an e-switch that forwards by rules need a switch that sets them', async () => {
  const devices = { nic0: nic({ sriov: { vfs: 8, eswitch: 'switchdev' } }) };
  const found = await pair(vf({}), vf({}), { devices });
  expect(graded(found, 'nic0/f0')).toMatch(/^S2\.\.S5/);
  const open = all(found).flatMap(({ aToB }) => aToB.causes.flatMap((cause) => cause.open ?? []));
  expect(open).toContainEqual({ entity: 'h1/a/e', property: 'connect' });
});
