import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { membersOf, type Volume } from '../../core/model/volume.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { placeOfFact } from '../support/text.js';
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
        { entity: volume },
      );
    }
  },
});

/** The adapter a disk hangs on; a LUN of an adapter is behind that. */
function adapterOf(member: ReturnType<typeof membersOf>[number] | Volume): Device | undefined {
  if (member.kind === 'volume') return undefined;
  if (member.kind === 'namespace') return member.device;
  return member.deviceKind === 'disk' ? valueOf(member.facts.at)?.as('device') : member;
}
