import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { mediaOf, membersOf, type Volume } from '../../core/model/volume.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { referencesOf } from '../support/numa.js';
import { changing, fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { listed } from '../support/words.js';

const host = (second: string) => ({
  devices: {
    hba0: { kind: 'hba', namespaces: { a: {}, b: {} } },
    hba1: { kind: 'hba', namespaces: { a: {} } },
  },
  volumes: { lun0: { kind: 'multipath', on: ['hba0/a', second] } },
});
const disks = (second: string) => ({
  devices: { hba0: { kind: 'hba' }, hba1: { kind: 'hba' }, sda: { kind: 'disk', at: 'hba0' }, sdb: { kind: 'disk', at: second } },
  volumes: { lun0: { kind: 'multipath', on: ['sda', 'sdb'] } },
});

export const multipathSameHba = defineRule({
  id: 'IOVT243',
  name: 'multipath-same-hba',
  title: 'All paths of a LUN use one adapter',
  severity: 'warning',
  group: 'sharing',
  messages: { one: '{volume} has {n} paths ({paths}), and all go through {hba}: they fail together.' },
  docs: {
    why: 'Multipathing is there so that a second adapter takes over when the first, its cable or its fabric fails. Paths over one adapter survive none of that.',
    fix: 'Lead one path over another adapter.',
    sources: ['VMware vSphere Storage: Host-Based Failover with Fibre Channel'],
  },
  examples: {
    bad: [onHost(host('hba0/b')), onHost(disks('hba0'))],
    good: [onHost(host('hba1/a')), onHost(disks('hba1'))],
  },
  check(topology, report) {
    for (const volume of topology.hosts.flatMap(({ volumes }) => volumes)) {
      if (valueOf(volume.facts.kind) !== 'multipath') continue;
      const paths = membersOf(volume);
      const adapters = new Set(paths.map(adapterOf));
      const [hba] = adapters;
      if (paths.length < 2 || adapters.size !== 1 || hba === undefined) continue;
      report(
        'one',
        placeOfFact(volume.facts.on, volume),
        { volume: volume.path, n: paths.length, paths: listed(paths.map(({ path }) => path)), hba: hba.path },
        { entity: volume, fixes: overAnother(topology, volume, hba) },
      );
    }
  },
});

/** The last path over another adapter: by a LUN that it has and nothing uses, or the disk moved to it. */
function overAnother(topology: Topology, volume: Volume, hba: Device): Fix[] {
  const last = referencesOf(volume.facts.on).at(-1);
  const member = last?.as('namespace', 'device');
  if (last === undefined || member === undefined || !isInDocument(last.at)) return [];
  const others = volume.host.devices.filter((other) => other !== hba && other.deviceKind === hba.deviceKind);
  if (member.kind === 'device') {
    return others
      .slice(0, MOST_OFFERS)
      .flatMap((other) =>
        fixOf('Attach {disk} to {other}', { disk: member.path, other: other.path }, changing(member.facts.at, member, ['at'], other.id)),
      );
  }
  const used = usedMedia(topology);
  return others
    .flatMap(({ namespaces }) => namespaces)
    .filter((lun) => !used.has(lun))
    .slice(0, MOST_OFFERS)
    .flatMap((lun) => {
      const next = `${lun.device.id}/${lun.id}`;
      return fixOf(
        'Take {next} in place of {last}',
        { next, last: last.text },
        { kind: 'text', at: last.at, newText: JSON.stringify(next) },
      );
    });
}

const MOST_OFFERS = 3;

/** What disks of guests and volumes lie on. */
function usedMedia(topology: Topology): Set<unknown> {
  const direct = topology.virtualDevices.flatMap(({ facts }) => valueOf(facts.media)?.as('namespace', 'volume', 'device') ?? []);
  return new Set([...direct, ...topology.hosts.flatMap(({ volumes }) => volumes)].flatMap((medium) => mediaOf(medium)));
}

/** The adapter a disk hangs on; a LUN of an adapter is behind that. */
function adapterOf(member: ReturnType<typeof membersOf>[number] | Volume): Device | undefined {
  if (member.kind === 'volume') return undefined;
  if (member.kind === 'namespace') return member.device;
  return member.deviceKind === 'disk' ? valueOf(member.facts.at)?.as('device') : member;
}
