import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { instancesOf, poolOf } from '../../core/model/assign.js';
import type { PhysicalFunction, VfRange, VirtualFunction } from '../../core/model/function.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { keyPlace, type Property, property } from '../../core/text/tree.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, placeOfFact, setting } from '../support/text.js';
import { devicesOf, nameOf, vfSubjects } from '../support/vfs.js';

const messages = {
  pools: 'VF {index} of {pf} is in two pools: "{a}" puts it into {poolA}, "{b}" into {poolB}.',
  taker: '{device} sets "{key}" to {a}, but {vf}, the VF that it takes, has {b}.',
  settings: '"{a}" and "{b}" both set {key} of VF {index} of {pf}; only the later one counts.',
} as const;

export const vfIndexOverlap = defineRule({
  id: 'IOVT112',
  name: 'vf-index-overlap',
  title: 'Two entries say different things of one VF',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages,
  docs: {
    why: 'One VF is one PCI function: two pools that overlap hand the same function to two users. Settings of ranges that overlap in part are as easily mistaken. (A range may hold a narrower one within it that overrides some of its settings; that is how defaults are written, and is not reported.) Where the virtual device that takes a VF states a setting otherwise than the VF does, one of the two is not what its author believes.',
    fix: 'Cut the later range so that every VF is in one of them.',
    sources: ['OpenShift SR-IOV network operator, API validation', 'SR-IOV network device plugin, README'],
  },
  examples: {
    bad: [
      onHost({
        devices: {
          nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 16 }, vfs: { 'vf0-7': { pool: 'blue' }, 'vf6-11': { pool: 'red' } } } } },
        },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 8 }, vfs: { 'vf0-4': { vlan: 10 }, 'vf4-7': { vlan: 20 } } } } } },
      }),
      onHost({
        devices: {
          nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 8 }, vfs: { 'vf0-7': { pool: 'blue' }, vf3: { pool: 'red' } } } } },
        },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 4 }, vfs: { vf0: { vlan: 100, spoofCheck: true } } } } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/f0/vf0', vlan: 200, spoofCheck: false } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 4 }, vfs: { vf0: { vlan: 100 } } } } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/f0/vf0', vlan: 100, spoofCheck: false } } } },
      }),
      onHost({
        devices: {
          nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 16 }, vfs: { 'vf0-7': { pool: 'blue' }, 'vf8-15': { pool: 'red' } } } } },
        },
      }),
      onHost({
        devices: {
          nic0: {
            kind: 'nic',
            functions: { f0: { sriov: { vfs: 8 }, vfs: { 'vf0-7': { spoofCheck: true, vlan: 10 }, vf3: { vlan: 20 } } } },
          },
        },
      }),
    ],
  },
  check(topology, report) {
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) {
      for (const { a, b, key, values } of overlaps(fn.vfRanges)) {
        const at = keyPlace(b.property);
        if (!isInDocument(at)) continue;
        const index = Math.max(a.first, b.first);
        const args = { a: a.property.key, b: b.property.key, pf: nameOf(fn), index };
        const extras = {
          entity: fn,
          subjects: vfSubjects(fn),
          related: [related('also in "{a}"', keyPlace(a.property), { a: a.property.key })],
          fixes: cut(fn, a, b),
        };
        if (key === 'pool') report('pools', at, { ...args, poolA: values[0], poolB: values[1] }, extras);
        else report('settings', at, { ...args, key }, extras);
      }
    }
    for (const device of topology.virtualDevices) takers(device, report);
  },
});

/** What a VF and the virtual device that takes it can both state. */
const SHARED_KEYS = ['vlan', 'vlanMode', 'spoofCheck', 'trust', 'promisc', 'mac', 'minRate', 'maxRate', 'migratable'] as const;

/** Settings of a VF that its taker states otherwise. Each is said once for all copies. */
function takers(device: VirtualDevice, report: Report<typeof messages>): void {
  if (device.technique?.takes !== 'vf' || !poolOf(device).some(({ vfRanges }) => vfRanges.length > 0)) return;
  const said = new Set<string>();
  for (const { vf } of instancesOf(device)) {
    if (vf?.node === undefined) continue;
    for (const key of SHARED_KEYS) {
      const [own, other] = [device.facts[key], vf.facts[key]];
      if (own.state !== 'known' || other.state !== 'known' || own.value === other.value || said.has(key) || !isOwn(vf, key)) continue;
      said.add(key);
      const at = placeOfFact(own, device);
      report(
        'taker',
        at,
        { device: device.path, key, a: wordsAt(own), vf: vf.path, b: wordsAt(other) },
        {
          entity: device,
          subjects: vfSubjects(vf.fn),
          related: [related('{vf}', placeOfFact(other, vf), { vf: vf.path })],
          fixes: fixOf('Leave "{key}" to the VF', { key }, setting(device, [key], undefined)),
        },
      );
    }
  }
}

/** Stated for this very VF. What a range says for many is a default that a device may override. */
function isOwn({ fn, index }: VirtualFunction, key: string): boolean {
  return fn.vfRanges.some(
    ({ first, last, property: range }) => first === index && last === index && property(range.value, key) !== undefined,
  );
}

function wordsAt({ at }: { readonly at: Place }): string {
  return at.file.text.slice(at.start, at.end);
}

interface Overlap {
  readonly a: VfRange;
  readonly b: VfRange;
  readonly key: string;
  readonly values: readonly [string, string];
}

/** Ranges that one index may lie in and still be compared; nobody writes more over each other. */
const MOST_OPEN = 32;

/** Pairs of ranges that overlap and contradict each other, in one sweep over their beginnings. */
function overlaps(ranges: readonly VfRange[]): Overlap[] {
  const sorted = ranges.filter(({ first, last }) => first <= last).sort((a, b) => a.first - b.first || b.last - a.last);
  const found: Overlap[] = [];
  let open: VfRange[] = [];
  for (const range of sorted) {
    open = open.filter(({ last }) => last >= range.first).slice(-MOST_OPEN);
    for (const other of open) {
      const [a, b] = other.property.keyStart < range.property.keyStart ? [other, range] : [range, other];
      const contradiction = contradicts(a, b);
      if (contradiction !== undefined) found.push({ a, b, ...contradiction });
    }
    open.push(range);
  }
  return found;
}

/** A key that both state differently. Within a wider range a narrower one may state anything but another pool. */
function contradicts(a: VfRange, b: VfRange): { key: string; values: readonly [string, string] } | undefined {
  const isNested = a.last - a.first !== b.last - b.first && (contains(a, b) || contains(b, a));
  const differing = propertiesOf(a).flatMap((own) => {
    const other = property(b.property.value, own.key);
    const [x, y] = [own.value?.value, other?.value?.value];
    return x === undefined || y === undefined || JSON.stringify(x) === JSON.stringify(y)
      ? []
      : [{ key: own.key, values: [textOf(x), textOf(y)] as const }];
  });
  return differing.find(({ key }) => key === 'pool') ?? (isNested ? undefined : differing[0]);
}

/** Words as they are; what should not stand there, as its text. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function contains(outer: VfRange, inner: VfRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

function propertiesOf(range: VfRange): readonly Property[] {
  return range.property.value?.type === 'object' ? range.property.value.properties : [];
}

/** What is left of the later range without the earlier one; where nothing is, as many VFs that no entry names. */
function cut(fn: PhysicalFunction, a: VfRange, b: VfRange): Fix[] {
  const pieces = [
    [b.first, Math.min(b.last, a.first - 1)],
    [Math.max(b.first, a.last + 1), b.last],
  ].filter(([first = 0, last = 0]) => first <= last);
  if (pieces.length > 1) return [];
  const behind = fn.vfRanges.reduce((most, { last }) => Math.max(most, last), 0) + 1;
  const [first = 0, last = 0] = pieces[0] ?? [behind, behind + b.last - b.first];
  if (pieces.length === 0 && last >= fn.numVfs) return [];
  const key = first === last ? `vf${first}` : `vf${first}-${last}`;
  return fixOf('Change to "{key}"', { key }, { kind: 'text', at: keyPlace(b.property), newText: JSON.stringify(key) });
}
