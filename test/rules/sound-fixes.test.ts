import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { verifiedFixes, withEdits } from '../../src/language/fixes.js';
import { onHost } from '../../src/rules/support/examples.js';
import { analyse } from '../support/check.js';

/** The offered fixes of a rule by their titles, each with the text it makes. */
async function offers(text: string, id: string): Promise<Map<string, string>> {
  const analysis = await analyse(text);
  const found = analysis.diagnostics.filter(({ code }) => code === id);
  return new Map(
    found.flatMap((diagnostic) =>
      verifiedFixes(diagnostic, analysis).map(({ fix, edits }) => [
        messageText(fix.title),
        withEdits(analysis.project, edits).main.file.text,
      ]),
    ),
  );
}

async function titles(text: string, id: string): Promise<string[]> {
  return [...(await offers(text, id)).keys()];
}

const two = { tenants: { blue: {}, red: {} } };
const card = (more: object = {}) => ({ kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 4 }, ...more });

describe('a guest that must migrate stays in its network (IOVT501)', () => {
  const design = (uplink: string, bridge = {}, device = {}, more = {}) =>
    onHost(
      {
        devices: { n: card() },
        switches: { mgmt: { kind: 'linux-bridge', uplinks: [uplink], ...bridge } },
        guests: {
          a: {
            migration: 'live',
            devices: { eth0: { technique: 'sriov-vf', from: 'n/p0', vlan: 100, pool: 'fast', attachment: 'sriov', ...device } },
          },
        },
      },
      more,
    );
  const instead = /^Use .* on mgmt instead/;

  test('a bridge on another port is no way out', async () => {
    expect(await titles(design('n/p1'), 'IOVT501')).not.toContainEqual(expect.stringMatching(/mgmt/));
  });

  test('a bridge on the same port is, and is made to filter; what is said of VFs goes', async () => {
    const offered = await offers(design('n/p0'), 'IOVT501');
    const [, text] = [...offered].find(([title]) => instead.test(title)) ?? [];
    const { switches, guests } = JSON.parse(text ?? '{}').hosts.h1;
    expect(guests.a.devices.eth0).toEqual({ technique: 'virtio-net', vlan: 100, connect: 'mgmt' });
    expect(switches.mgmt.vlanFiltering).toBe(true);
  });

  test('so is a bridge on a port of the same network', async () => {
    const more = { networks: { tor: { uplinks: ['h1/n/p0', 'h1/n/p1'] } } };
    expect(await titles(design('n/p1', {}, {}, more), 'IOVT501')).toContainEqual(expect.stringMatching(instead));
  });

  test('a bridge that is stated not to filter cannot hold a VLAN', async () => {
    expect(await titles(design('n/p0', { vlanFiltering: false }), 'IOVT501')).not.toContainEqual(expect.stringMatching(/mgmt/));
  });

  test('a standby device comes first where the MAC is known, and keeps to the network as well', async () => {
    const mac = { mac: '52:54:00:00:00:01' };
    expect((await titles(design('n/p0', {}, mac), 'IOVT501'))[0]).toBe('Add a virtio device on mgmt that stands by');
    expect(await titles(design('n/p1', {}, mac), 'IOVT501')).not.toContainEqual(expect.stringMatching(/mgmt/));
  });
});

describe('tenants are moved apart (IOVT232)', () => {
  const vf = (tenant: string, from: string, vlan: number) => ({ tenant, devices: { eth0: { technique: 'sriov-vf', from, vlan } } });
  const design = (third: string) =>
    onHost(
      {
        devices: { x: card({ ports: { p0: {} } }), y: card({ ports: { p0: {} } }) },
        guests: { a: vf('blue', 'x/p0', 100), b: vf('red', 'x/p0', 200), c: vf(third, 'y/p0', 300) },
      },
      two,
    );

  test('not to a function that the same other tenant uses', async () => {
    expect(await titles(design('blue'), 'IOVT232')).toEqual([]);
  });

  test('but to one that the tenant itself uses', async () => {
    expect(await titles(design('red'), 'IOVT232')).toEqual(['Take a VF of y/p0 for h1/b/eth0']);
  });
});

test('vDPA in hardware rules legacy mode out (IOVT126)', async () => {
  const design = (other: object) =>
    onHost({
      devices: { n: { kind: 'nic', ports: { p0: {} }, vdpa: true, sriov: { vfs: 4, eswitch: 'switchdev' } } },
      guests: {
        a: { devices: { eth0: { technique: 'sriov-vf', from: 'n/p0', spoofCheck: true, trust: true } } },
        ...other,
      },
    });
  const legacy = 'Run the e-switch of h1/n in legacy mode';
  expect(await titles(design({}), 'IOVT126')).toContain(legacy);
  const withVdpa = design({ b: { devices: { eth0: { technique: 'vdpa-hw', from: 'n/p0' } } } });
  expect(await titles(withVdpa, 'IOVT126')).not.toContain(legacy);
});

test('a bridge that is made for a VLAN filters (IOVT132)', async () => {
  const design = (vlan: object) =>
    onHost({
      devices: { n: { kind: 'nic', ports: { p0: {} }, sriov: { supported: false } } },
      guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'n/p0', ...vlan } } } },
    });
  const made = async (text: string) => JSON.parse([...(await offers(text, 'IOVT132')).values()][0] ?? '{}').hosts.h1.switches['br-n'];
  expect(await made(design({ vlan: 100 }))).toEqual({ kind: 'linux-bridge', uplinks: ['n/p0'], vlanFiltering: true });
  expect(await made(design({}))).toEqual({ kind: 'linux-bridge', uplinks: ['n/p0'] });
});

test('granting trust says what is given up, and is not offered beside another tenant (IOVT229)', async () => {
  const design = (other: string) =>
    onHost(
      {
        devices: { n: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: {
          a: { tenant: 'blue', nestedMacs: true, devices: { eth0: { technique: 'sriov-vf', from: 'n', vlan: 100, trust: false } } },
          b: { tenant: other, devices: { eth0: { technique: 'sriov-vf', from: 'n', vlan: 100 } } },
        },
      },
      two,
    );
  expect(await titles(design('blue'), 'IOVT229')).toEqual(['Grant trust and give up the spoof check; no other tenant uses the port']);
  expect(await titles(design('red'), 'IOVT229')).toEqual([]);
});
