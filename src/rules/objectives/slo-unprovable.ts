import type { RelatedPlace } from '../../core/diagnostics/diagnostic.js';
import type { Objective, Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import { portAcs } from '../../core/model/group-prediction.js';
import { iommuGroups } from '../../core/model/iommu-groups.js';
import { numaNodeOf, portsAbove } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments } from '../support/assignments.js';
import { uplinksOfDevice } from '../support/cards.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { nodesOfGuest } from '../support/numa.js';
import { devicesOfObjective, workloadsOf } from '../support/objectives.js';
import { placeOfEntity, placeOfFact } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const vf = (tenant: string, vlan: number) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan, maxRate: '5 Gbit/s' } },
});
const host = (port: object, rate: object = {}) => ({
  pcie: { rp0: { kind: 'root-port', ...port } },
  devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { ...rate } }, sriov: { vfs: 4 } } },
  guests: { a: vf('blue', 100), b: vf('red', 200) },
});
const tenants = { tenants: { blue: {}, red: {} } };
const isolate = { ...tenants, objectives: { apart: { isolate: ['blue', 'red'], from: 'dma' } } };
const throughput = {
  ...tenants,
  networks: { tor: { uplinks: ['h1/nic0/p0'] } },
  workloads: { w: { from: 'a/eth0', to: 'tor', size: '1500 B', rate: 'saturate' } },
  objectives: { fast: { metric: 'throughput', of: 'w', min: '5 Gbit/s' } },
};

export const sloUnprovable = defineRule({
  id: 'IOVT605',
  name: 'slo-unprovable',
  title: 'An objective depends on facts that nobody stated',
  severity: 'warning',
  group: 'objectives',
  messages: { facts: '"{objective}" cannot be decided: {facts} not stated.' },
  docs: {
    why: 'Silence must not read as safe. Elsewhere an unknown fact keeps rules quiet; where an objective depends on it, it is named here. The facts listed would decide it.',
    fix: 'State them: from `lspci -vvv` (ACSCtl) for ACS, from the data sheet or `ethtool` for rates, from /sys for NUMA nodes. There is no quick fix: what is true of your hardware only you can say.',
    sources: ['Linux drivers/iommu/iommu.c, pci_device_group: devices are grouped unless isolation is proven'],
  },
  examples: {
    bad: [onHost(host({}), isolate), onHost(host({ acs: true }), throughput)],
    good: [onHost(host({ acs: true }), isolate), onHost(host({ acs: true }, { rate: '10 Gbit/s' }), throughput)],
  },
  check(topology, report) {
    for (const objective of topology.objectives) {
      const { facts, at } = missingFor(topology, objective);
      if (facts.length === 0) continue;
      const words = listed(facts);
      report(
        'facts',
        placeOfEntity(objective),
        { objective: objective.path, facts: facts.length === 1 ? `${words} is` : `${words} are` },
        {
          entity: objective,
          related: at,
        },
      );
    }
  },
});

interface Missing {
  readonly facts: readonly string[];
  readonly at: readonly RelatedPlace[];
}

function missingFor(topology: Topology, objective: Objective): Missing {
  const { isolate, from, metric, min, numaLocal } = objective.facts;
  const [a, b] = (valueOf(isolate) ?? []).map((reference) => reference.as('tenant'));
  const aspects = [valueOf(from) ?? []].flat();
  if (a !== undefined && b !== undefined && (aspects.length === 0 || aspects.includes('dma'))) {
    const missing = missingForDma(topology, a, b);
    if (missing.facts.length > 0) return missing;
  }
  if (valueOf(metric) === 'throughput' && min.state === 'known') return missingRates(topology, objective);
  if (valueOf(numaLocal) === true) return missingNodes(objective);
  return { facts: [], at: [] };
}

/** Ports whose ACS decides whether functions of the two share a group. */
function missingForDma(topology: Topology, a: Tenant, b: Tenant): Missing {
  const byHost = new Map<string, Assignment[]>();
  for (const assignment of assignments(topology).held)
    if (assignment.tenant === a || assignment.tenant === b) push(byHost, assignment.member.device.host.path, assignment);
  const ports = new Map<string, RelatedPlace>();
  for (const list of byHost.values()) {
    // One function of each card and tenant stands for the others.
    const own = firstOfEach(list.filter(({ tenant }) => tenant === a));
    const others = firstOfEach(list.filter(({ tenant }) => tenant === b));
    for (const one of own) {
      const groups = iommuGroups(one.member.device.host);
      for (const other of others) {
        if (groups.share(one.member, other.member) !== undefined) continue;
        const above = [...portsAbove(one.member.device), ...portsAbove(other.member.device)].filter((port) => portAcs(port) === undefined);
        for (const port of above) ports.set(`ACS of ${port.path}`, related('{port}', placeOfEntity(port), { port: port.path }));
        for (const { member } of above.length > 0 ? [] : [one, other]) {
          if (portsAbove(member.device).length === 0)
            ports.set(
              `the port of ${member.device.path}`,
              related('{device}', placeOfEntity(member.device), { device: member.device.path }),
            );
        }
      }
    }
  }
  return { facts: [...ports.keys()], at: relatedPlaces([...ports.values()], (place) => place) };
}

function firstOfEach(list: readonly Assignment[]): Assignment[] {
  return [...new Map([...list].reverse().map((assignment) => [assignment.member.device, assignment])).values()];
}

function missingRates(topology: Topology, objective: Objective): Missing {
  const ports = new Map<string, RelatedPlace>();
  for (const { facts } of workloadsOf(topology, objective)) {
    const leaves = [facts.from, facts.to].some((end) => valueOf(end)?.target?.kind === 'network');
    for (const end of leaves ? [facts.from, facts.to] : []) {
      const device = valueOf(end)?.as('virtual-device');
      for (const uplink of device === undefined ? [] : uplinksOfDevice(device)) {
        if (uplink.kind === 'nic-port' && uplink.facts.rate.state === 'unknown')
          ports.set(`the rate of ${uplink.path}`, related('{port}', placeOfEntity(uplink), { port: uplink.path }));
      }
    }
  }
  return { facts: [...ports.keys()], at: [...ports.values()] };
}

function missingNodes(objective: Objective): Missing {
  const facts = new Map<string, RelatedPlace>();
  for (const device of devicesOfObjective(objective)) {
    if (device.guest.host.numaNodes.length < 2) continue;
    const { guest } = device;
    if (nodesOfGuest(guest).size === 0)
      facts.set(`the NUMA node of ${guest.path}`, related('{guest}', placeOfFact(guest.facts.cpus, guest), { guest: guest.path }));
    for (const uplink of uplinksOfDevice(device)) {
      if (numaNodeOf(uplink.device) === undefined)
        facts.set(
          `the NUMA node of ${uplink.device.path}`,
          related('{device}', placeOfEntity(uplink.device), { device: uplink.device.path }),
        );
    }
  }
  return { facts: [...facts.keys()], at: [...facts.values()] };
}
