import type { Fix, RelatedPlace } from '../../core/diagnostics/diagnostic.js';
import type { Objective, Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { assignmentsByGroup, groupName } from '../support/groups.js';
import { fabric, hasPolicy, nameOfAttachment } from '../support/l2.js';
import { placeOfEntity, placeOfFact } from '../support/text.js';
import { moveTenant } from '../support/vlans.js';

const vf = (tenant: string, vlan: number) => ({ tenant, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan } } });
const host = (acs: boolean, vlans: readonly [number, number]) => ({
  pcie: { rp0: { kind: 'root-port', acs } },
  devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
  guests: { a: vf('blue', vlans[0]), b: vf('red', vlans[1]) },
});
const objective = (from: string) => ({ tenants: { blue: {}, red: {} }, objectives: { apart: { isolate: ['blue', 'red'], from } } });

export const sloIsolationUnmet = defineRule({
  id: 'IOVT603',
  name: 'slo-isolation-unmet',
  title: 'Tenants that must be isolated are not',
  severity: 'error',
  group: 'objectives',
  messages: {
    dma: '"{objective}": {a} and {b} have functions in {component}; nothing keeps their DMA apart.',
    l2: '"{objective}": {a} and {b} meet in {component}; nothing keeps their frames apart.',
    state: '"{objective}": {a} and {b} both have {component}; nothing keeps their data apart.',
  },
  docs: {
    why: 'The objective asks to isolate two tenants, and in one respect nothing at all stands between them (grade S5): their functions share an IOMMU group, their ports a network, or they have the same namespace, directory or memory. How well they are isolated where something does stand between them is what `iovt isolate` grades.',
    fix: 'Follow the rule that reports the cause at the component named.',
    sources: ['Linux Documentation/driver-api/vfio, "Groups, Devices, and IOMMUs"', 'QEMU docs/system/security.rst'],
  },
  examples: {
    bad: [onHost(host(false, [100, 200]), objective('dma')), onHost(host(true, [100, 100]), objective('l2'))],
    good: [onHost(host(true, [100, 200]), objective('dma')), onHost(host(true, [100, 200]), objective('l2'))],
  },
  check(topology, report) {
    for (const objective of topology.objectives) {
      const [a, b] = (valueOf(objective.facts.isolate) ?? []).map((reference) => reference.as('tenant'));
      if (a === undefined || b === undefined || a === b || acceptsAll(objective)) continue;
      const from = new Set([valueOf(objective.facts.from) ?? []].flat());
      for (const [aspect, find] of Object.entries(FINDERS) as [Aspect, Finder][]) {
        if (from.size > 0 && !from.has(aspect)) continue;
        const found = find(topology, a, b);
        if (found === undefined) continue;
        const args = { objective: objective.path, a: a.id, b: b.id, component: found.component };
        const fact = objective.facts.from.state === 'known' ? objective.facts.from : objective.facts.isolate;
        report(aspect, placeOfFact(fact, objective), args, { entity: objective, related: found.places, fixes: found.fixes ?? [] });
      }
    }
  },
});

type Aspect = 'dma' | 'l2' | 'state';
type Finder = (topology: Topology, a: Tenant, b: Tenant) => { component: string; places: RelatedPlace[]; fixes?: Fix[] } | undefined;

/** S5 is the worst there is; who accepts it asks for nothing. */
function acceptsAll({ facts }: Objective): boolean {
  return [valueOf(facts.grade) ?? []].flat().includes('S5');
}

const FINDERS: Readonly<Record<Aspect, Finder>> = {
  dma(topology, a, b) {
    for (const users of assignmentsByGroup(topology).values()) {
      const [one, other] = [users.find(({ tenant }) => tenant === a), users.find(({ tenant }) => tenant === b)];
      if (one === undefined || other === undefined) continue;
      return { component: groupName(one.member), places: places(one.device, other.device, takenAt) };
    }
    return undefined;
  },
  l2(topology, a, b) {
    for (const { vlan, nics } of fabric(topology).segments) {
      const [one, other] = [nics.find(({ tenant }) => tenant === a), nics.find(({ tenant }) => tenant === b)];
      if (one === undefined || other === undefined) continue;
      const sameSwitch =
        one.at.kind === 'switch' && other.at.kind === 'switch' && one.at.entity === other.at.entity ? one.at.entity : undefined;
      const isolated = [one, other].every(({ device }) => valueOf(device.facts.isolated) === true);
      if (sameSwitch !== undefined && (isolated || hasPolicy(sameSwitch))) continue;
      // Between siblings on one port their mode decides.
      if (one.at.kind === 'port' || sameSwitch?.switchKind === 'macvtap') continue;
      const where = nameOfAttachment(other.at);
      return {
        component: vlan === 0 ? `the untagged network of ${where}` : `VLAN ${vlan} of ${where}`,
        places: places(one.device, other.device),
        fixes: moveTenant(topology, nics, b),
      };
    }
    return undefined;
  },
  state(topology, a, b) {
    const owners = new Map<string, Map<Tenant, VirtualDevice>>();
    for (const device of topology.virtualDevices) {
      const tenant = tenantOf(device.guest);
      const key = stateOf(device);
      if (key === undefined || (tenant !== a && tenant !== b)) continue;
      const users = owners.get(key) ?? new Map<Tenant, VirtualDevice>();
      owners.set(key, users.set(tenant, device));
      const [one, other] = [users.get(a), users.get(b)];
      if (one !== undefined && other !== undefined) return { component: key, places: places(one, other) };
    }
    return undefined;
  },
};

function places(
  a: VirtualDevice,
  b: VirtualDevice,
  at: (device: VirtualDevice) => ReturnType<typeof placeOfEntity> = placeOfEntity,
): RelatedPlace[] {
  return [a, b].map((device) => related('{device}', at(device), { device: device.path }));
}

/** What a device lets its guest write that others could read: whole namespaces, shared memory, directories. */
function stateOf(device: VirtualDevice): string | undefined {
  const { facts, technique, guest } = device;
  if (valueOf(facts.readonly) === true) return undefined;
  if (technique?.name === 'shmem' || technique?.name === 'virtio-fs') {
    const path = valueOf(facts.path);
    return path === undefined ? undefined : `${path} on ${guest.host.path}`;
  }
  const namespace = valueOf(facts.media)?.as('namespace');
  const isSlice = facts.size.state === 'known' || facts.image.state === 'known';
  return namespace === undefined || isSlice || technique?.takes !== undefined ? undefined : namespace.path;
}
