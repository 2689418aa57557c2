import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { valueOf } from '../../src/core/model/fact.js';
import { vfAddress } from '../../src/core/model/function.js';
import { type GroupMember, iommuGroups } from '../../src/core/model/iommu-groups.js';
import type { Topology } from '../../src/core/model/topology.js';
import { formatPciAddress } from '../../src/core/units/pci-address.js';
import { topologyOf } from '../support/check.js';
import { corpus } from '../support/corpus.js';

/** Groups of the only host, each as the sorted names of its members, ports included. */
async function groups(host: object): Promise<string[]> {
  const topology = await host1(host);
  return iommuGroups(topology.hosts[0]!)
    .all.map((group) => group.members.map((member) => member.path.replace('h1/', '')).join(' '))
    .sort();
}

async function share(host: object, a: string, b: string): Promise<boolean | undefined> {
  const topology = await host1(host);
  const member = (path: string) => {
    const found = path.split('/').reduce<unknown>((at, id) => topology.scopes.named(id, at as never)[0], topology.hosts[0]);
    return found as GroupMember;
  };
  return iommuGroups(topology.hosts[0]!).share(member(a), member(b));
}

function host1(host: object): Promise<Topology> {
  return topologyOf(JSON.stringify({ iovt: '1', hosts: { h1: host } }));
}

const rp = (more: object = {}) => ({ kind: 'root-port', acs: true, ...more });
const nic = (at: string, more: object = {}) => ({ kind: 'nic', at, ...more });
const dualPort = { ports: { p0: {}, p1: {} } };

describe('functions of one device', () => {
  test('without ACS among themselves are one group', async () => {
    expect(await groups({ pcie: { rp0: rp() }, devices: { nic0: nic('rp0', { ...dualPort, acs: false }) } })).toEqual(['nic0/f0 nic0/f1']);
  });

  test('with ACS, or a quirk that says so, are a group each', async () => {
    expect(await groups({ pcie: { rp0: rp() }, devices: { nic0: nic('rp0', { ...dualPort, acs: true }) } })).toEqual([
      'nic0/f0',
      'nic0/f1',
    ]);
  });

  test('only those that lack ACS are merged', async () => {
    const functions = { f0: { acs: false }, f1: { acs: true }, f2: { acs: false } };
    expect(await groups({ pcie: { rp0: rp() }, devices: { gpu0: nic('rp0', { functions }) } })).toEqual(['gpu0/f0 gpu0/f2', 'gpu0/f1']);
  });

  test('written as two devices of one slot are merged as well', async () => {
    const devices = {
      gpu0: { kind: 'gpu', at: 'rp0', bdf: '0000:01:00.0', acs: false },
      audio0: { kind: 'audio', at: 'rp0', bdf: '0000:01:00.1', acs: false },
      nic0: { kind: 'nic', at: 'rp1', bdf: '0000:02:00.0', acs: false },
    };
    expect(await groups({ pcie: { rp0: rp(), rp1: rp() }, devices })).toEqual(['gpu0/f0 audio0/f0', 'nic0/f0']);
  });

  test('a single function needs no ACS', async () => {
    expect(await groups({ pcie: { rp0: rp() }, devices: { nic0: nic('rp0', { acs: false }) } })).toEqual(['nic0/f0']);
  });

  test('those of different slots of the root complex stay apart, as chipset devices do', async () => {
    const at = { kind: 'other', at: 'rc', acs: false };
    const devices = {
      lpc: { ...at, bdf: '0000:00:1f.0' },
      sata: { ...at, bdf: '0000:00:1f.2' },
      smbus: { ...at, bdf: '0000:00:1f.3' },
      eth: { ...at, bdf: '0000:00:19.0' },
    };
    expect(await groups({ pcie: { rc: { kind: 'root-complex-integrated' } }, devices })).toEqual(['eth/f0', 'lpc/f0 sata/f0 smbus/f0']);
  });
});

describe('virtual functions', () => {
  const sriov = { vfs: 2 };

  test('below isolating ports are a group each, even where their PFs are merged', async () => {
    expect(await groups({ pcie: { rp0: rp() }, devices: { nic0: nic('rp0', { ...dualPort, acs: false, sriov }) } })).toEqual([
      'nic0/f0 nic0/f1',
      'nic0/p0/vf0',
      'nic0/p0/vf1',
      'nic0/p1/vf0',
      'nic0/p1/vf1',
    ]);
  });

  test('below a root port without ACS are one group with their PF and the port', async () => {
    expect(await groups({ pcie: { rp0: rp({ acs: false }) }, devices: { nic0: nic('rp0', { sriov }) } })).toEqual([
      'rp0 nic0/f0 nic0/f0/vf0 nic0/f0/vf1',
    ]);
  });

  test('are laid out to a limit', async () => {
    const all = await groups({ pcie: { rp0: rp() }, devices: { nic0: nic('rp0', { sriov: { vfs: 1_000_000_000 } }) } });
    expect(all.length).toBe(4097);
  });
});

describe('switches and bridges', () => {
  const tree = (downAcs: unknown) => ({
    rp0: rp(),
    up0: { kind: 'switch-upstream', at: 'rp0' },
    dn0: { kind: 'switch-downstream', at: 'up0', acs: downAcs },
    dn1: { kind: 'switch-downstream', at: 'up0', acs: downAcs },
  });
  const devices = { a: nic('dn0'), b: nic('dn1') };

  test('a switch port without ACS is one group with what is below it, not with its neighbour', async () => {
    expect(await groups({ pcie: tree(false), devices })).toEqual(['dn0 a/f0', 'dn1 b/f0']);
  });

  test('a switch whose ports have ACS keeps everything apart; its upstream port needs none', async () => {
    expect(await groups({ pcie: tree(true), devices })).toEqual(['a/f0', 'b/f0']);
  });

  test('a single control that is missing is as bad as no ACS; translation blocking is not asked for', async () => {
    const acs = { sourceValidation: true, requestRedirect: true, completionRedirect: true, upstreamForwarding: false };
    expect(await groups({ pcie: tree(acs), devices })).toEqual(['dn0 a/f0', 'dn1 b/f0']);
    const enough = { ...acs, upstreamForwarding: true, translationBlocking: false };
    expect(await groups({ pcie: tree(enough), devices })).toEqual(['a/f0', 'b/f0']);
  });

  test('a root port without ACS makes one group of the whole switch below it', async () => {
    expect(await groups({ pcie: { ...tree(true), rp0: rp({ acs: false }) }, devices })).toEqual(['rp0 up0 dn0 dn1 a/f0 b/f0']);
  });

  test('all behind a bridge to conventional PCI are one group with it', async () => {
    const pcie = { rp0: rp(), br0: { kind: 'pcie-to-pci-bridge', at: 'rp0' } };
    expect(await groups({ pcie, devices: { a: nic('br0'), b: nic('br0') } })).toEqual(['br0 a/f0 b/f0']);
  });

  test('a bridge below a bridge joins it', async () => {
    const pcie = { rp0: rp(), br0: { kind: 'pcie-to-pci-bridge', at: 'rp0' }, br1: { kind: 'pci-bridge', at: 'br0' } };
    expect(await groups({ pcie, devices: { a: nic('br1'), b: nic('br0') } })).toEqual(['br0 br1 a/f0 b/f0']);
  });

  test('root ports of one slot without ACS are one group with all below them', async () => {
    const pcie = {
      rp0: rp({ acs: false, bdf: '0000:00:01.0', multifunction: true }),
      rp1: rp({ acs: false, bdf: '0000:00:01.1', multifunction: true }),
      rp2: rp({ acs: false, bdf: '0000:00:02.0' }),
    };
    const three = { a: nic('rp0'), b: nic('rp1'), c: nic('rp2') };
    expect(await groups({ pcie, devices: three })).toEqual(['rp0 rp1 a/f0 b/f0', 'rp2 c/f0']);
  });

  test('a parameter that clears redirection counts as no ACS', async () => {
    const host = { pcie: { rp0: rp() }, devices: { nic0: nic('rp0', { sriov: { vfs: 1 } }) }, kernel: { disableAcsRedir: ['rp0'] } };
    expect(await groups(host)).toEqual(['rp0 nic0/f0 nic0/f0/vf0']);
  });
});

describe('DMA aliases', () => {
  test('a device whose functions use the requester ID of one of them is one group in spite of ACS', async () => {
    const sata = { kind: 'other', at: 'rp0', functions: { f0: { index: 0, acs: true }, f1: { index: 1, acs: true } }, dmaAlias: 1 };
    expect(await groups({ pcie: { rp0: rp() }, devices: { sata } })).toEqual(['sata/f0 sata/f1']);
  });

  test('an alias to a function that does not exist merges nothing', async () => {
    const sata = { kind: 'other', at: 'rp0', dmaAlias: 1 };
    expect(await groups({ pcie: { rp0: rp() }, devices: { sata } })).toEqual(['sata/f0']);
  });
});

describe('what nobody stated', () => {
  const unknownPort = { pcie: { rp0: { kind: 'root-port' } }, devices: { nic0: nic('rp0', { sriov: { vfs: 2 } }), nic1: nic('rp0') } };

  test('leaves open whether functions below a port of unknown ACS share', async () => {
    expect(await share(unknownPort, 'nic0/vf0', 'nic0/vf1')).toBe(undefined);
  });

  test('is settled where both assumptions agree', async () => {
    const two = { pcie: { rp0: rp(), rp1: rp() }, devices: { nic0: nic('rp0'), nic1: nic('rp1') } };
    expect(await share(two, 'nic0/f0', 'nic1/f0')).toBe(false);
    const leaky = { pcie: { rp0: rp({ acs: false }) }, devices: unknownPort.devices };
    expect(await share(leaky, 'nic0/vf0', 'nic1/f0')).toBe(true);
  });

  test('includes the place of a device that is plugged into no port', async () => {
    const host = { pcie: { rp0: rp() }, devices: { nic0: nic('rp0'), nic1: { kind: 'nic' } } };
    expect(await share(host, 'nic0/f0', 'nic1/f0')).toBe(undefined);
  });

  test('includes where a switch hangs whose own place is missing', async () => {
    const pcie = { rp0: rp(), up0: { kind: 'switch-upstream' }, dn0: { kind: 'switch-downstream', at: 'up0', acs: true } };
    expect(await share({ pcie, devices: { a: nic('rp0'), b: nic('dn0') } }, 'a/f0', 'b/f0')).toBe(undefined);
  });
});

describe('groups read off a host', () => {
  const functions = (f0: number, f1: number) => ({ functions: { f0: { group: f0 }, f1: { group: f1 } }, acs: false });

  test('win over the prediction', async () => {
    const host = { pcie: { rp0: rp() }, devices: { nic0: nic('rp0', functions(7, 8)) } };
    expect(await share(host, 'nic0/f0', 'nic0/f1')).toBe(false);
  });

  test('hold for members of a predicted group that state none', async () => {
    const pcie = { rp0: rp({ acs: false, group: 1 }) };
    const host = { pcie, devices: { nic0: nic('rp0', { sriov: { vfs: 1 } }), ssd0: { kind: 'nvme', at: 'rp0', group: 1 } } };
    expect(await share(host, 'nic0/vf0', 'ssd0/f0')).toBe(true);
    expect(await groups(host)).toEqual(['rp0 nic0/f0 ssd0/f0 nic0/f0/vf0']);
  });

  test('count for nothing under an ACS override', async () => {
    const devices = { nic0: nic('rp0', functions(7, 8)) };
    expect(await share({ pcie: { rp0: rp() }, devices, kernel: { acsOverride: 'multifunction' } }, 'nic0/f0', 'nic0/f1')).toBe(true);
  });
});

test('a cycle of ports, and a chain longer than PCI can number, end', async () => {
  const cycle = { a: { kind: 'switch-upstream', at: 'b' }, b: { kind: 'switch-downstream', at: 'a', acs: false } };
  expect((await groups({ pcie: cycle, devices: { nic0: nic('b') } })).length).toBe(1);
  const chain = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`p${i}`, { kind: 'pci-bridge', at: `p${i + 1}` }]));
  expect((await groups({ pcie: chain, devices: { nic0: nic('p0') } })).length).toBe(1);
});

/**
 * A machine whose groups are known: a QEMU guest with two NUMA nodes, two NVMe drives with enabled VFs, and a switch whose
 * downstream ports lack ACS. The tree below is written by hand from its `lspci -vvv`; the kernel printed the groups.
 */
describe('the groups of a real kernel', () => {
  const folder = corpus('generated-qemu-guest/two-node-switch-no-acs');
  const port = (kind: string, bdf: string, more: object) => ({ kind, bdf, ...more });
  const chipset = (bdf: string) => ({ kind: 'other', at: 'pcie0', bdf, multifunction: bdf.includes('1f'), acs: false });
  const host = {
    iommu: { state: 'on', kind: 'intel-vtd', mode: 'passthrough' },
    pcie: {
      pcie0: { kind: 'root-complex-integrated' },
      rp1: port('root-port', '0000:40:00.0', { acs: true }),
      rp2: port('root-port', '0000:40:01.0', { acs: true }),
      rp3: port('root-port', '0000:80:00.0', { acs: true }),
      rp4: port('root-port', '0000:80:01.0', { acs: true }),
      up1: port('switch-upstream', '0000:82:00.0', { at: 'rp4' }),
      dn1: port('switch-downstream', '0000:83:00.0', { at: 'up1', acs: false }),
      dn2: port('switch-downstream', '0000:83:01.0', { at: 'up1', acs: false }),
    },
    devices: {
      dram: chipset('0000:00:00.0'),
      pxb0: chipset('0000:00:01.0'),
      pxb1: chipset('0000:00:02.0'),
      lpc: chipset('0000:00:1f.0'),
      sata: chipset('0000:00:1f.2'),
      smbus: chipset('0000:00:1f.3'),
      nvme0: { kind: 'nvme', at: 'rp1', bdf: '0000:41:00.0', sriov: { vfs: 3, totalVfs: 4, offset: 1, stride: 1 } },
      nvme1: { kind: 'nvme', at: 'rp3', bdf: '0000:81:00.0', sriov: { vfs: 1, totalVfs: 2, offset: 1, stride: 1 } },
      net0: { kind: 'nic', at: 'dn1', bdf: '0000:84:00.0', ats: true },
      net1: { kind: 'nic', at: 'dn2', bdf: '0000:85:00.0' },
      net2: { kind: 'nic', at: 'rp2', bdf: '0000:42:00.0' },
    },
  };

  test.skipIf(folder === undefined)('are predicted', async () => {
    const real = readFileSync(join(folder!, 'iommu_groups.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' ').slice(2).sort().join(' '));
    const topology = await host1(host);
    const [h1] = topology.hosts;
    const byKey = new Map<string, string[]>();
    const groups = iommuGroups(h1!);
    const listed = new Set(groups.all.flatMap((group) => group.members));
    for (const member of [...h1!.ports, ...listed]) {
      const bdf = member.kind === 'pcie-port' ? member.facts.bdf : member.kind === 'vf' ? vfAddress(member) : member.address;
      const address = valueOf(bdf);
      if (address === undefined) continue;
      const key = groups.keyOf(member);
      byKey.set(key, [...new Set([...(byKey.get(key) ?? []), formatPciAddress(address)])]);
    }
    expect([...byKey.values()].map((list) => list.sort().join(' ')).sort()).toEqual(real.sort());
  });
});
