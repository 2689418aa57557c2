import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { evidenceFor } from '../../isolation/evidence.js';
import type { Remedy } from '../../isolation/grading/cause.js';
import { isolationOf } from '../../isolation/isolate.js';
import { judgeObjective } from '../../isolation/objectives.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { placeOfEntity, setting } from '../support/text.js';
import { together } from '../support/together.js';

const tenants = { tenants: { blue: {}, red: {} } };
const isolated = (more: object = {}) => ({ ...tenants, objectives: { apart: { isolate: ['blue', 'red'], ...more } } });
const vfs = (a: object, b: object, host: object = {}) => ({
  iommu: { state: 'on', interruptRemapping: true },
  pcie: { rp0: { kind: 'root-port', acs: true } },
  devices: { nic0: { kind: 'nic', at: 'rp0', ats: false, ports: { p0: {} }, sriov: { vfs: 4 } } },
  guests: {
    a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', spoofCheck: true, ...a } } },
    b: { tenant: 'red', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', spoofCheck: true, ...b } } },
  },
  ...host,
});

export const sloIsolationUnmet = defineRule({
  id: 'IOVT603',
  name: 'slo-isolation-unmet',
  title: 'Tenants are less isolated than an objective asks for',
  severity: 'error',
  group: 'objectives',
  // Facts of the hardware that leave it open are named there.
  mutedBy: ['slo-unprovable'],
  messages: {
    unmet: 'Objective "{objective}" is not met: {verdict}.',
    unproven: 'Objective "{objective}" cannot be decided: {verdict}.',
  },
  docs: {
    why: 'The design promises that tenants are kept apart, and something that both reach does not keep them apart as far as was promised. Grades and what they stand on are in the isolation report (`iovt isolate`). An objective whose verdict depends on facts that nobody stated is a warning: what is not known must not read as safe.',
    fix: 'Follow the ways of both tenants to the component that is named. Give each tenant one of its own, or add the control that is missing; for an objective that cannot be decided, state the facts that are named.',
    sources: ['QEMU docs/system/security', 'Kata Containers: virtualization design', 'Linux Documentation/driver-api/vfio'],
  },
  examples: {
    bad: [
      onHost(vfs({ vlan: 100 }, { vlan: 100 }), isolated({ from: 'l2' })),
      onHost(vfs({ vlan: 100 }, { vlan: 200, spoofCheck: false }), isolated({ grade: 'S2' })),
      onHost(vfs({ vlan: 100 }, { vlan: 200, spoofCheck: undefined }), isolated({ from: 'l2', grade: 'S2' })),
    ],
    good: [
      onHost(vfs({ vlan: 100 }, { vlan: 200 }), isolated({ from: ['l2', 'dma'] })),
      onHost(vfs({ vlan: 100 }, { vlan: 200 }), isolated({ grade: ['S2', 'F2'] })),
    ],
  },
  check(topology, report) {
    for (const objective of topology.objectives) {
      if (valueOf(objective.facts.isolate) === undefined) continue;
      const { verdict, remedies } = judgeObjective(objective, topology, isolationOf(topology));
      if (verdict.status === 'pass') continue;
      const isCertain = verdict.status === 'fail';
      report(
        isCertain ? 'unmet' : 'unproven',
        objective.at,
        { objective: objective.id, verdict: verdict.message.replace(/\.$/, '') },
        {
          entity: objective,
          subjects: isCertain ? [] : [objective.path],
          severity: isCertain ? 'error' : 'warning',
          related: [...ways(topology, verdict), ...placesToState(topology, verdict)],
          fixes: fixesOf(remedies),
        },
      );
    }
  },
});

/** The way of each tenant, on the place of the guest's device where it begins. */
function ways(topology: Topology, { counterExample }: ReturnType<typeof judgeObjective>['verdict']) {
  if (counterExample === undefined) return [];
  const { tenants: names, paths } = counterExample;
  return [paths.a, paths.b].flatMap((path, i) => {
    const start = path[0]?.replace(/\[\d+\]/, '');
    const entity = topology.entities.find((candidate) => candidate.path === start);
    const args = { tenant: names[i] ?? '', way: path.join(' -> ') };
    return entity === undefined ? [] : [related('{tenant}: {way}', placeOfEntity(entity), args)];
  });
}

const MOST_FACTS = 4;

/** Where each open fact is to be written. */
function placesToState(topology: Topology, { unknown = [] }: ReturnType<typeof judgeObjective>['verdict']) {
  return unknown.slice(0, MOST_FACTS).flatMap(({ entity: path, property }) => {
    const declared = path.replace(/\[\d+\]/g, '');
    const entity = topology.entities.find((candidate) => candidate.path === declared);
    const find = evidenceFor({ property });
    const words = `write "{property}" of {entity} here${find === undefined ? '' : ' ({find})'}`;
    return entity === undefined ? [] : [related(words, placeOfEntity(entity), { property, entity: declared, find: find ?? '' })];
  });
}

/** All remedies together are one fix: each alone would leave the objective unmet. */
function fixesOf(remedies: readonly Remedy[]): Fix[] {
  const changes = new Map<string, Change | undefined>();
  for (const { entity, keys, value } of remedies.flatMap((remedy) => remedy.changes)) {
    const key = `${entity.path} ${keys.join('.')}`;
    if (!changes.has(key)) changes.set(key, setting(entity, keys, value));
  }
  const made = [...changes.values()];
  if (made.length === 0 || made.includes(undefined)) return [];
  const title = remedies.map((remedy) => remedy.title).join('; ');
  return [
    {
      title: { template: '{title}', args: { title: `${title.charAt(0).toUpperCase()}${title.slice(1)}` } },
      changes: together(made as Change[]),
    },
  ];
}
