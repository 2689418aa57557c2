import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { analyse } from '../support/check.js';

/** Who is said to meet whom: the rules agree with the isolation report on what ends a segment and what keeps its members apart. */

const nic0 = { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } };
const guests = (blue: object, red: object) => ({
  a: { tenant: 'blue', devices: { eth0: blue } },
  b: { tenant: 'red', devices: { eth0: red } },
});
const on = (connect: string, more: object = {}) => ({ technique: 'virtio-net', connect, ...more });

async function found(host: object, ...codes: string[]): Promise<string[]> {
  const document = { iovt: '1', tenants: { blue: {}, red: {} }, hosts: { h1: { devices: { nic0 }, ...host } } };
  const { diagnostics } = await analyse(JSON.stringify(document));
  const own = diagnostics.filter(({ code }) => codes.includes(code));
  return own.flatMap(({ code, message, related = [] }) => [
    `${code} ${messageText(message)}`,
    ...related.map((each) => messageText(each.message)),
  ]);
}
const codes = async (host: object, ...wanted: string[]) =>
  (await found(host, ...wanted)).flatMap((line) => /^IOVT\d+/.exec(line)?.[0] ?? []);

const flat = { kind: 'linux-bridge', vlanFiltering: false, uplinks: ['nic0/p0'] };
const LAYER_2 = ['IOVT218', 'IOVT222', 'IOVT223', 'IOVT224'];

test('isolated ports of two bridges are one network', async () => {
  const isolated = (connect: string) => on(connect, { isolated: true });
  expect(await codes({ switches: { br0: flat, br1: flat }, guests: guests(isolated('br0'), isolated('br1')) }, ...LAYER_2)).toEqual([
    'IOVT218',
  ]);
  expect(await codes({ switches: { br0: flat }, guests: guests(isolated('br0'), isolated('br0')) }, ...LAYER_2)).toEqual([]);
});

test('VLAN 1 of a bridge is that of ports without one', async () => {
  const switches = { br0: { kind: 'linux-bridge', vlanFiltering: true } };
  expect(await codes({ switches, guests: guests(on('br0', { vlan: 1 }), on('br0')) }, ...LAYER_2)).toEqual(['IOVT222']);
  expect(await codes({ switches, guests: guests(on('br0', { vlan: 2 }), on('br0')) }, ...LAYER_2)).toEqual([]);
  expect(await found({ switches, guests: guests(on('br0', { vlan: 1 }), on('br0')) }, 'IOVT222')).toContainEqual(
    expect.stringContaining('nothing that keeps their frames apart'),
  );
});

test('VLANs that nothing enforces are said once, and not as untagged', async () => {
  const lines = await found({ switches: { br0: flat }, guests: guests(on('br0', { vlan: 10 }), on('br0', { vlan: 20 })) }, ...LAYER_2);
  expect(lines.filter((line) => /untagged/.test(line))).toEqual([]);
  expect(lines[0]).toMatch(/^IOVT222 .*does not filter VLANs/);
});

describe('the switch of a hypervisor on a port', () => {
  const own = (technique: string, vlan: number, more: object = {}) => ({ technique, connect: 'nic0/p0', vlan, ...more });
  test.each([
    ['hyperv', 'netvsc'],
    ['esxi', 'vmxnet3'],
  ])('%s has VLANs', async (hypervisor, technique) => {
    const host = (a: number, b: number) => ({ hypervisor, guests: guests(own(technique, a), own(technique, b)) });
    expect(await codes(host(10, 20), ...LAYER_2, 'IOVT128')).toEqual([]);
    expect(await codes(host(10, 10), ...LAYER_2, 'IOVT128')).toEqual(['IOVT218']);
  });
  test('a macvtap has none', async () => {
    const host = { hypervisor: 'kvm', guests: guests(on('nic0/p0', { vlan: 10 }), on('nic0/p0', { vlan: 20 })) };
    expect(await codes(host, 'IOVT128')).toEqual(['IOVT128', 'IOVT128']);
  });
  test('stands by for a VF in its VLAN', async () => {
    const devices = { vf: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 10 }, eth0: own('netvsc', 10, { failoverFor: 'vf' }) };
    const host = (of: object) => ({ hypervisor: 'hyperv', guests: { a: { tenant: 'blue', devices: of } } });
    expect(await codes(host(devices), 'IOVT504')).toEqual([]);
    expect(await codes(host({ ...devices, eth0: own('netvsc', 20, { failoverFor: 'vf' }) }), 'IOVT504')).toEqual(['IOVT504']);
  });
});

test('a router ends the segment', async () => {
  const switches = { r0: { kind: 'linux-router', uplinks: ['nic0/p0'] }, r1: { kind: 'linux-router', uplinks: ['nic0/p0'] } };
  expect(await codes({ switches, guests: guests(on('r0'), on('r1')) }, ...LAYER_2)).toEqual([]);
});

describe('what a switch keeps apart', () => {
  const taps = { t0: { kind: 'macvtap', mode: 'private', uplinks: ['nic0/p0'] } };
  test('is apart beyond it', async () => {
    const third = { c: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 5 } } } };
    expect(await codes({ switches: taps, guests: { ...guests(on('t0'), on('t0')), ...third } }, ...LAYER_2)).toEqual([]);
  });
  test('meets others there', async () => {
    const third = { c: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0' } } } };
    const lines = await found({ switches: taps, guests: { ...guests(on('t0'), on('t0')), ...third } }, ...LAYER_2);
    expect(lines[0]).toMatch(/^IOVT218 .*h1\/b\/eth0.*h1\/c\/eth0|^IOVT218 .*h1\/c\/eth0.*h1\/b\/eth0/);
  });
});
