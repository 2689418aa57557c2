import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pair } from '../../src/isolation/analysis.js';
import { AXES, type Grades, type Interval } from '../../src/isolation/grade.js';
import { isolate } from '../../src/isolation/isolate.js';
import { topologyOf } from '../support/check.js';

/** Facts of machines that a document may leave out, each with the values it can turn out to have. */
const FACTS: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ['hosts.h1.iommu.interruptRemapping', [true, false]],
  ['hosts.h1.pcie.rp0.acs', [true, false]],
  ['hosts.h1.pcie.rp1.acs', [true, false]],
  ['hosts.h1.pcie.dn0.acs', [true, false]],
  ['hosts.h1.pcie.dn1.acs', [true, false]],
  ['hosts.h1.pcie.rp0.link', ['gen3 x8', 'gen4 x16']],
  ['hosts.h1.devices.nic0.ats', [true, false]],
  ['hosts.h1.devices.nic0.acs', [true, false]],
  ['hosts.h1.devices.nic0.reset', [['flr'], ['bus']]],
  ['hosts.h1.devices.nic0.at', ['rp0', 'rp1', 'dn0']],
  ['hosts.h1.devices.nic0.sriov.minRate', ['absolute', 'share', 'unsupported']],
  ['hosts.h1.devices.nic0.ports.p0.rate', ['10 Gbit/s', '100 Gbit/s']],
  ['hosts.h1.devices.nic1.ats', [true, false]],
  ['hosts.h1.devices.nic1.at', ['rp0', 'rp1', 'dn1']],
  ['hosts.h1.devices.nic1.reset', [['flr'], ['slot']]],
  ['hosts.h1.devices.ssd0.storage.readBandwidth', ['1 GB/s', '6 GB/s']],
  // Of ports that guests have for themselves; others are taken to have the one default VLAN.
  ['hosts.h1.devices.nic1.ports.p1.accessVlan', [100, 300]],
  ['hosts.h1.devices.nic2.ports.p0.accessVlan', [100, 300]],
  ['hosts.h1.devices.ssd0.size', ['1 TB', '4 TB']],
  ['hosts.h1.switches.vx0.tunnelIds', [{ 100: 7 }, { 100: 8 }]],
  ['hosts.h1.switches.vx1.tunnelIds', [{ 100: 7 }, { 100: 8 }]],
  ['hosts.h1.guests.b.devices.sd.connect', ['ovs0']],
  ['hosts.h1.switches.br0.vlanFiltering', [true, false]],
  ['hosts.h1.switches.tap0.mode', ['private', 'bridge', 'vepa']],
  ['hosts.h1.guests.a.devices.v.spoofCheck', [true, false]],
  ['hosts.h1.guests.b.devices.v.spoofCheck', [true, false]],
  ['hosts.h1.guests.a.memory.nodes', ['n0', 'n1']],
  ['hosts.h1.guests.b.memory.nodes', ['n0', 'n1']],
  ['hosts.h1.guests.a.cpus', ['0-3', '8-11']],
  ['hosts.h1.guests.b.cpus', ['0-3', '8-11']],
];

/** What a guest may have; each is a way of sharing something. */
const DEVICES: Readonly<Record<string, object>> = {
  v: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100 },
  v2: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 200, maxRate: '1 Gbit/s' },
  v3: { technique: 'sriov-vf', from: 'nic1/p0', vlan: 300, minRate: '1 Gbit/s', spoofCheck: true },
  v4: { technique: 'sriov-vf', from: 'nic0/p1' },
  pf: { technique: 'passthrough', from: 'nic1/p1' },
  n: { technique: 'virtio-net', connect: 'br0', vlan: 100 },
  n2: { technique: 'virtio-net', connect: 'br0', vlan: 200, limit: { rate: '1 Gbit/s' } },
  n3: { technique: 'virtio-net', connect: 'ovs0', vlan: 300 },
  t: { technique: 'virtio-net', connect: 'tap0' },
  d: { technique: 'virtio-blk', media: 'ssd0/ns1' },
  d2: { technique: 'virtio-blk', media: 'ssd0/ns2', limit: { rate: '100 MB/s' }, controller: 'io1' },
  f: { technique: 'virtio-fs', path: '/srv' },
  m: { technique: 'mdev', from: 'gpu0/t4' },
  g: { technique: 'virtio-gpu', from: 'gpu0' },
  G: { technique: 'passthrough', from: 'gpu0' },
  raw: { technique: 'virtio-blk', media: 'ssd0', size: '2 TB' },
  all: { technique: 'passthrough', from: 'ssd0' },
  pf2: { technique: 'passthrough', from: 'nic2/f0' },
  sd: { technique: 'sriov-vf', from: 'nic2/p1' },
  x0: { technique: 'virtio-net', connect: 'vx0', vlan: 100 },
  x1: { technique: 'virtio-net', connect: 'vx1', vlan: 100 },
  r0: { technique: 'virtio-net', connect: 'rt0', limit: { rate: '1 Gbit/s', receiveRate: '1 Gbit/s' } },
};

type Tree = { [key: string]: unknown };

function base(): Tree {
  return {
    iovt: '1',
    tenants: { blue: {}, red: {} },
    hosts: {
      h1: {
        hypervisor: 'kvm',
        iommu: { state: 'on' },
        numa: { n0: { cpus: '0-7' }, n1: { cpus: '8-15' } },
        pcie: {
          rp0: { kind: 'root-port' },
          rp1: { kind: 'root-port' },
          up0: { kind: 'switch-upstream', at: 'rp1' },
          dn0: { kind: 'switch-downstream', at: 'up0' },
          dn1: { kind: 'switch-downstream', at: 'up0' },
        },
        devices: {
          nic0: { kind: 'nic', ports: { p0: {}, p1: { rate: '25 Gbit/s' } }, sriov: { vfs: 8 } },
          nic1: { kind: 'nic', ports: { p0: { rate: '25 Gbit/s' }, p1: {} }, sriov: { vfs: 8, minRate: 'absolute' } },
          nic2: { kind: 'nic', ports: { p0: { rate: '25 Gbit/s' }, p1: {} }, sriov: { vfs: 8, eswitch: 'switchdev' } },
          ssd0: { kind: 'nvme', at: 'rp0', storage: { writeBandwidth: '2 GB/s' }, namespaces: { ns1: {}, ns2: {} } },
          gpu0: { kind: 'gpu', at: 'dn0', mediatedTypes: { t4: { maxInstances: 4 } } },
        },
        switches: {
          br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] },
          ovs0: { kind: 'ovs-dpdk', uplinks: ['nic1/p0'], cpus: '6-7' },
          tap0: { kind: 'macvtap', uplinks: ['nic0/p1'] },
          vx0: { kind: 'ovs-kernel', uplinks: ['nic0/p1'], tunnel: 'vxlan' },
          vx1: { kind: 'ovs-kernel', uplinks: ['nic0/p1'], tunnel: 'vxlan' },
          rt0: { kind: 'linux-router', uplinks: ['nic0/p0'] },
        },
        controllers: { io1: { kind: 'iothread', cpus: '5' } },
        guests: { a: { tenant: 'blue', memory: {}, devices: {} }, b: { tenant: 'red', memory: {}, devices: {} } },
      },
    },
    networks: { tor: { uplinks: ['h1/nic0/p0', 'h1/nic1/p0', 'h1/nic1/p1', 'h1/nic2/p0', 'h1/nic2/p1'], rate: '100 Gbit/s' } },
  };
}

function put(tree: Tree, path: string, value: unknown): void {
  const keys = path.split('.');
  let at = tree;
  for (const key of keys.slice(0, -1)) {
    const next = at[key];
    if (typeof next !== 'object' || next === null) {
      if (key.length <= 2) return; // a device that this design does not have
      at[key] = {};
    }
    at = at[key] as Tree;
  }
  at[keys.at(-1) as string] = value;
}

const names = Object.keys(DEVICES);
const someDevices = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 5 });
/** For each fact the value that is stated, or none. */
const someFacts = fc.array(fc.integer({ min: -3, max: 2 }), { minLength: FACTS.length, maxLength: FACTS.length });

function designOf(a: readonly string[], b: readonly string[], stated: readonly number[]): Tree {
  const tree = base();
  for (const [guest, devices] of [
    ['a', a],
    ['b', b],
  ] as const)
    for (const name of devices) put(tree, `hosts.h1.guests.${guest}.devices.${name}`, structuredClone(DEVICES[name]));
  FACTS.forEach(([path, values], i) => {
    const value = values[stated[i] as number];
    if (value !== undefined) put(tree, path, value);
  });
  return tree;
}

async function pairOf(tree: Tree): Promise<Pair> {
  const [pair] = isolate(await topologyOf(JSON.stringify(tree))).pairs;
  if (pair === undefined) throw new Error('no pair');
  return pair;
}

const isInside = (inner: Interval, outer: Interval) => outer.best <= inner.best && inner.worst <= outer.worst;
const isNoBetter = (after: Interval, before: Interval) => after.worst >= before.worst && after.best >= before.best;
const show = (grades: Grades) => AXES.map((axis) => `${axis} ${grades[axis].best}..${grades[axis].worst}`).join(', ');

test('a fact that becomes known leaves every grade inside its interval', async () => {
  await fc.assert(
    fc.asyncProperty(someDevices, someDevices, someFacts, fc.nat(FACTS.length - 1), async (a, b, stated, which) => {
      const open = stated.map((value, i) => (i === which ? -1 : value));
      const before = await pairOf(designOf(a, b, open));
      const [path, values] = FACTS[which] as (typeof FACTS)[number];
      // Memory of a guest that is pinned is assumed to be where it runs, and an assumption may turn out wrong.
      const pinned = FACTS.findIndex(([other]) => other === path.replace('memory.nodes', 'cpus'));
      if (pinned !== which && (stated[pinned] as number) >= 0 && (FACTS[pinned]?.[1].length ?? 0) > (stated[pinned] as number)) return;
      for (let value = 0; value < values.length; value++) {
        const after = await pairOf(
          designOf(
            a,
            b,
            stated.map((old, i) => (i === which ? value : old)),
          ),
        );
        for (const direction of ['grades', 'aToB', 'bToA'] as const) {
          const fits = AXES.every((axis) => isInside(after[direction][axis], before[direction][axis]));
          expect(
            fits,
            `${path} = ${JSON.stringify(values[value])}, ${direction}: ${show(before[direction])} became ${show(after[direction])}`,
          ).toBe(true);
        }
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('one more virtual device never betters a grade', async () => {
  await fc.assert(
    fc.asyncProperty(someDevices, someDevices, someFacts, fc.constantFrom(...names), fc.boolean(), async (a, b, stated, added, forA) => {
      if ((forA ? a : b).includes(added)) return;
      const before = await pairOf(designOf(a, b, stated));
      const after = await pairOf(designOf(forA ? [...a, added] : a, forA ? b : [...b, added], stated));
      for (const direction of ['grades', 'aToB', 'bToA'] as const)
        expect(
          AXES.every((axis) => isNoBetter(after[direction][axis], before[direction][axis])),
          `${added}, ${direction}: ${show(before[direction])} became ${show(after[direction])}`,
        ).toBe(true);
    }),
    { numRuns: 150, seed: 2 },
  );
});

test('the order of tenants is a matter of words: directions swap, grades stay', async () => {
  await fc.assert(
    fc.asyncProperty(someDevices, someDevices, someFacts, async (a, b, stated) => {
      const tree = designOf(a, b, stated);
      const [one, other] = [await pairOf(tree), await pairOf({ ...tree, tenants: { red: {}, blue: {} } })];
      expect([other.a.id, show(other.grades), show(other.bToA), show(other.aToB)]).toEqual([
        one.b.id,
        show(one.grades),
        show(one.aToB),
        show(one.bToA),
      ]);
      expect(other.shared.map(({ component }) => component.id).sort()).toEqual(one.shared.map(({ component }) => component.id).sort());
    }),
    { numRuns: 80, seed: 3 },
  );
});

test('the grade of a pair is the worse direction, and every component is no worse', async () => {
  await fc.assert(
    fc.asyncProperty(someDevices, someDevices, someFacts, async (a, b, stated) => {
      const { grades, aToB, bToA, shared } = await pairOf(designOf(a, b, stated));
      for (const axis of AXES) {
        expect(grades[axis].worst).toBe(Math.max(aToB[axis].worst, bToA[axis].worst));
        const all = shared.flatMap((each) => [each, ...each.behind]);
        expect(grades[axis].worst).toBe(Math.max(0, ...all.map((each) => each.grades[axis].worst)));
        for (const each of shared)
          for (const inner of each.behind) expect(inner.grades[axis].worst).toBeLessThanOrEqual(each.grades[axis].worst);
      }
    }),
    { numRuns: 80, seed: 4 },
  );
});
