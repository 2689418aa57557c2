import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { maxRateOf, rateText, type SharedPort, sharedPorts } from '../support/rates.js';
import { isLimited, type Owned, usersOfDrives } from '../support/served.js';
import { isUntrusted, tenantNames, tenantsOf } from '../support/tenants.js';
import { fixOf, placeOfEntity, setting } from '../support/text.js';
import { mutingWithoutIommu } from '../support/without-iommu.js';
import { listed, relatedPlaces } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } };
const vf = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan, ...more } },
});
const tap = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan, ...more } },
});
const bridge = { devices: { nic0 }, switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'] } } };
const two = { tenants: { blue: {}, red: {} } };

export const noLimitOnSharedLink = defineRule({
  id: 'IOVT312',
  name: 'no-limit-on-shared-link',
  title: 'An untrusted tenant has no limit on what it shares',
  severity: 'warning',
  group: 'performance',
  mutedBy: ['nvme-media-shared', 'assignment-needs-iommu'],
  messages: { free: 'Nothing limits what {devices} can take of {component}, which {tenants} share.' },
  docs: {
    why: 'Isolation of guests includes what they may take. Without a maximum or a weight, one guest that sends all it can leaves the others what is left. It is an error where an objective promises something to another tenant there.',
    fix: 'Set a maximum for each device ("maxRate", "limit"), or a "weight" where the component shares by weight.',
    sources: ['QEMU docs/system/security.rst', 'Kata Containers: virtualization and device back ends'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', 100), b: vf('red', 200, { maxRate: '2 Gbit/s' }) } }, two),
      onHost({ ...bridge, guests: { a: tap('blue', 100), b: tap('red', 200, { limit: { rate: '1 Gbit/s' } }) } }, two),
    ],
    good: [
      onHost(
        { devices: { nic0 }, guests: { a: vf('blue', 100, { maxRate: '4 Gbit/s' }), b: vf('red', 200, { maxRate: '2 Gbit/s' }) } },
        two,
      ),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', 100), b: vf('blue', 100) } }, two),
    ],
  },
  check(topology, report) {
    const promised = promisedTo(topology);
    const say = (
      component: Entity,
      users: readonly Owned[],
      isFree: (device: VirtualDevice) => boolean,
      fixesFor: (free: readonly Owned[]) => Fix[],
    ) => {
      const tenants = tenantsOf(users);
      if (tenants.length < 2) return;
      const free = users.filter(({ device, tenant }) => isUntrusted(topology, tenant) && isFree(device));
      const [first] = free;
      if (first === undefined) return;
      const owners = tenantsOf(free);
      const isPromised = tenants.some(
        (tenant) => promised.get(component)?.has(tenant) === true && owners.some((owner) => owner !== tenant),
      );
      report(
        'free',
        placeOfEntity(first.device),
        { devices: listed(free.map(named)), component: component.path, tenants: tenantNames(tenants) },
        {
          entity: first.device,
          subjects: [component.path, ...mutingWithoutIommu(users, (left) => tenantsOf(left).length > 1)],
          severity: isPromised ? 'error' : 'warning',
          related: relatedPlaces(users, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path })),
          fixes: fixesFor(free),
        },
      );
    };
    for (const shared of sharedPorts(topology)) {
      const users = [...shared.vfs, ...shared.behind];
      say(shared.port, users, isFreeOnLink, (free) => limits(shared, users, free));
    }
    for (const [drive, users] of usersOfDrives(topology)) {
      say(
        drive,
        users,
        (device) => !isLimited(device) && device.facts.weight.state !== 'known',
        () => [],
      );
    }
  },
});

function named({ device, tenant }: Owned): string {
  return tenant === undefined ? device.path : `${device.path} (${tenant.id})`;
}

function isFreeOnLink(device: VirtualDevice): boolean {
  return maxRateOf(device).state === 'unknown' && device.facts.weight.state !== 'known';
}

/** An equal share for each copy. */
function limits({ rate }: SharedPort, users: readonly Owned[], free: readonly Owned[]): Fix[] {
  if (rate === undefined || free.length > 16) return [];
  const share = rateText(rate / users.reduce((n, { device }) => n + device.guest.count, 0));
  return fixOf(
    'Limit each to its share, {share}',
    { share },
    ...free.map(({ device }) => setting(device, device.technique?.takes === 'vf' ? ['maxRate'] : ['limit', 'rate'], share)),
  );
}

/** Tenants to whom an objective promises throughput or latency, by the ports and drives that their workloads use. */
function promisedTo(topology: Topology): Map<Entity, Set<Tenant>> {
  const devices = new Set<VirtualDevice>();
  for (const { facts } of topology.objectives) {
    const metric = valueOf(facts.metric);
    if (metric === undefined || !(metric === 'throughput' || metric === 'loss' || metric.startsWith('latency'))) continue;
    const target = valueOf(facts.of)?.as('workload', 'virtual-device');
    if (target?.kind === 'virtual-device') devices.add(target);
    if (target?.kind !== 'workload') continue;
    for (const end of [target.facts.from, target.facts.to, target.facts.on]) {
      const device = valueOf(end)?.as('virtual-device');
      if (device !== undefined) devices.add(device);
    }
  }
  const promised = new Map<Entity, Set<Tenant>>();
  const add = (component: Entity, device: VirtualDevice) => {
    const tenant = devices.has(device) ? tenantOf(device.guest) : undefined;
    if (tenant === undefined) return;
    const set = promised.get(component) ?? new Set();
    promised.set(component, set.add(tenant));
  };
  if (devices.size === 0) return promised;
  for (const { port, vfs, behind } of sharedPorts(topology)) for (const { device } of [...vfs, ...behind]) add(port, device);
  for (const [drive, users] of usersOfDrives(topology)) for (const { device } of users) add(drive, device);
  return promised;
}
