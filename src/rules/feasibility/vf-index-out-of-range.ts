import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Entity } from '../../core/model/entity.js';
import { entries } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { type PhysicalFunction, type VfRange, virtualFunction } from '../../core/model/function.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import type { Place } from '../../core/text/source.js';
import { child, keyPlace } from '../../core/text/tree.js';
import { defineRule, type Report } from '../rule.js';
import { assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, isInDocument } from '../support/text.js';
import { devicesOf, nameOfSetting, subjectOf, vfSubjects } from '../support/vfs.js';
import { counted } from '../support/words.js';

const messages = {
  beyond: 'There is no VF {index}: {pf} enables {vfs}, {range}.',
  backwards: 'The range of VFs runs backwards; write "{suggestion}".',
  beyondSriov: 'There is no VF {index}: SR-IOV counts them from 0 to 65535.',
} as const;

export const vfIndexOutOfRange = defineRule({
  id: 'IOVT111',
  name: 'vf-index-out-of-range',
  title: 'A VF that is not enabled',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages,
  docs: {
    why: 'VFs are counted from 0 to one less than `sriov.vfs`. Settings and references beyond that name functions that will not exist.',
    fix: 'Enable more VFs, or use one that is enabled.',
    sources: ['OpenShift SR-IOV network operator, API validation', 'Linux Documentation/ABI/testing/sysfs-bus-pci'],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4, totalVfs: 8 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/vf4' } } } },
      }),
      onHost({ devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 4 }, vfs: { 'vf2-7': { vlan: 100 } } } } } } }),
      onHost({ devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 8 }, vfs: { 'vf7-2': { vlan: 100 } } } } } } }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/vf3' } } } },
      }),
      onHost({ devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 8 }, vfs: { 'vf2-7': { vlan: 100 } } } } } } }),
    ],
  },
  check(topology, report) {
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) checkRanges(fn, report);
    const seen = new Set<string>();
    for (const { reference, scope } of topology.references) {
      const vf = reference.as('vf');
      const place = `${reference.at.file.uri} ${reference.at.start}`;
      if (vf === undefined || !isBeyond(vf.fn, vf.index) || seen.has(place) || !isInDocument(reference.at)) continue;
      seen.add(place);
      const fixes = [...enable(vf.fn, vf.index), ...lowestFree(topology, vf.fn, reference.text, reference.at)];
      speak(report, vf.fn, vf.index, reference.at, fixes, scope);
    }
  },
});

function isBeyond(fn: PhysicalFunction, index: number): boolean {
  return fn.facts.sriov.vfs.state !== 'unknown' && index >= fn.numVfs;
}

function checkRanges(fn: PhysicalFunction, report: Report<typeof messages>): void {
  for (const range of fn.vfRanges) {
    const at = keyPlace(range.property);
    if (!isInDocument(at)) continue;
    if (range.first > range.last) {
      const suggestion = `vf${range.last}-${range.first}`;
      const fixes = fixOf('Change to "{suggestion}"', { suggestion }, { kind: 'text', at, newText: JSON.stringify(suggestion) });
      report('backwards', at, { suggestion }, { entity: fn, subjects: vfSubjects(fn), fixes });
    } else if (isBeyond(fn, range.last)) {
      speak(report, fn, range.last, at, [...enable(fn, range.last), ...cut(fn, range, at)], fn);
    }
  }
  for (const prop of entries(child(fn.node, 'vfs'))) {
    const index = /^vf\d*?-?(\d{7,})$/.exec(prop.key)?.[1];
    if (index !== undefined && isInDocument(keyPlace(prop)))
      report('beyondSriov', keyPlace(prop), { index }, { entity: fn, subjects: vfSubjects(fn) });
  }
}

function speak(
  report: Report<typeof messages>,
  fn: PhysicalFunction,
  index: number,
  at: Place,
  fixes: readonly Fix[],
  entity: Entity | undefined,
): void {
  const range = fn.numVfs === 0 ? 'so it has none' : fn.numVfs === 1 ? 'VF 0' : `VF 0 to ${fn.numVfs - 1}`;
  const args = { index, pf: nameOfSetting(fn), vfs: counted(fn.numVfs, 'VF'), range };
  report('beyond', at, args, { subjects: vfSubjects(fn), fixes, ...(entity && { entity }) });
}

function enable(fn: PhysicalFunction, index: number): Fix[] {
  if (index >= (valueOf(fn.facts.sriov.totalVfs) ?? Number.POSITIVE_INFINITY)) return [];
  return fixOf('Enable {n}', { n: counted(index + 1, 'VF') }, changing(fn.facts.sriov.vfs, subjectOf(fn), ['sriov', 'vfs'], index + 1));
}

function cut(fn: PhysicalFunction, { first }: VfRange, at: Place): Fix[] {
  if (first >= fn.numVfs) return [];
  const key = first === fn.numVfs - 1 ? `vf${first}` : `vf${first}-${fn.numVfs - 1}`;
  return fixOf('Change to "{key}"', { key }, { kind: 'text', at, newText: JSON.stringify(key) });
}

function lowestFree(topology: Topology, fn: PhysicalFunction, text: string, at: Place): Fix[] {
  const given = assignments(topology);
  for (let i = 0; i < Math.min(fn.numVfs, MAX_VFS_LISTED); i++) {
    const vf = virtualFunction(fn, i);
    if (vf === undefined || given.of(vf).length > 0) continue;
    const next = text.replace(/vf\d+$/, vf.id);
    return fixOf('Take "{next}", which is free', { next }, { kind: 'text', at, newText: JSON.stringify(next) });
  }
  return [];
}
