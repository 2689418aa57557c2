import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { enforcesVlans, fabric, hasPolicy, type Nic } from '../support/l2.js';
import { escalated, sharesOnPurpose, strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { vlanChange, vlanFor } from '../support/vlans.js';
import { relatedPlaces } from '../support/words.js';

const nic = (tenant: string, more: object = {}) => ({ tenant, devices: { eth0: { technique: 'virtio-net', connect: 'br0', ...more } } });
const bridge = (more: object = {}) => ({ br0: { kind: 'linux-bridge', ...more } });
const two = { tenants: { blue: {}, red: {} } };

export const bridgeTenantsUnsegmented = defineRule({
  id: 'IOVT222',
  name: 'bridge-tenants-unsegmented',
  title: 'Tenants on one switch with nothing between them',
  severity: 'error',
  group: 'l2',
  messages: {
    flat: '{switch} joins {tenants}: no VLANs, no isolated ports, nothing that keeps their frames apart.',
    unfiltered: '{switch} joins {tenants}: it does not filter VLANs, so the VLANs of its ports keep nobody apart.',
  },
  docs: {
    why: 'A switch forwards between all of its ports. A Linux bridge that filters VLANs has ports without a VLAN in VLAN 1. What keeps tenants apart has to be configured: VLANs for each port (on a Linux bridge with filtering on), isolated ports, or a pipeline of flows.',
    fix: 'Give each tenant a VLAN, isolate the ports of tenants, or split the switch into one for each tenant.',
    sources: ['Linux net/bridge/br_forward.c', 'Open vSwitch vswitchd/vswitch.xml', 'libvirt formatdomain, port isolation'],
  },
  examples: {
    bad: [
      onHost({ switches: bridge(), guests: { a: nic('blue'), b: nic('red') } }, two),
      onHost({ switches: bridge({ vlanFiltering: false }), guests: { a: nic('blue', { vlan: 100 }), b: nic('red', { vlan: 200 }) } }, two),
      onHost({ switches: { br0: { kind: 'ovs-kernel' } }, guests: { a: nic('blue'), b: nic('red') } }, two),
      onHost({ switches: bridge({ vlanFiltering: true }), guests: { a: nic('blue', { vlan: 1 }), b: nic('red') } }, two),
    ],
    good: [
      onHost({ switches: bridge({ vlanFiltering: true }), guests: { a: nic('blue', { vlan: 100 }), b: nic('red', { vlan: 200 }) } }, two),
      onHost({ switches: bridge(), guests: { a: nic('blue', { isolated: true }), b: nic('red', { isolated: true }) } }, two),
      onHost({ switches: { br0: { kind: 'ovs-kernel', conntrack: true } }, guests: { a: nic('blue'), b: nic('red') } }, two),
    ],
  },
  check(topology, report) {
    const { onSwitch, segments } = fabric(topology);
    for (const [entity, nics] of onSwitch) {
      if (entity.switchKind === undefined || entity.switchKind === 'macvtap' || hasPolicy(entity)) continue;
      const meeting = nics.filter(({ vlan }) => vlan === 0);
      const pair = strangers(meeting);
      // With some ports isolated it was meant to be separated; what is missing there is another rule's.
      if (pair === undefined || meeting.some(({ device }) => valueOf(device.facts.isolated) === true)) continue;
      const tenants = tenantsOf(meeting);
      if (sharesOnPurpose(topology, tenants, 0, new Set([entity.path]))) continue;
      const hasVlans = !enforcesVlans(entity) && meeting.some(({ device }) => (valueOf(device.facts.vlan) ?? 0) > 0);
      const subjects = [entity.path, ...segments.filter((segment) => segment.nics.includes(pair[0])).map(({ key }) => key)];
      const filtering = entity.facts.vlanFiltering;
      report(
        hasVlans ? 'unfiltered' : 'flat',
        hasVlans ? placeOfFact(filtering, entity) : placeOfEntity(entity),
        { switch: entity.path, tenants: tenantNames(tenants) },
        {
          entity,
          severity: escalated('error', topology, tenants),
          subjects: [...subjects, ...meeting.map(({ device }) => device.path)],
          related: relatedPlaces(meeting, ({ device, tenant }) =>
            related('{device} ({tenant})', placeOfEntity(device), { device: device.path, tenant: tenant?.id ?? 'no tenant' }),
          ),
          fixes: hasVlans ? filter(entity) : [...segmented(topology, entity, meeting, tenants), ...isolate(meeting)],
        },
      );
    }
  },
});

const MOST = 16;

function filter(entity: Switch): Fix[] {
  return fixOf('Filter VLANs', {}, changing(entity.facts.vlanFiltering, entity, ['vlanFiltering'], true));
}

/** A VLAN for each tenant. */
function segmented(topology: Topology, entity: Switch, nics: readonly Nic[], tenants: readonly Tenant[]): Fix[] {
  if (nics.length > MOST) return [];
  const taken = new Set<number>();
  const changes: (Change | undefined)[] =
    entity.switchKind === 'linux-bridge' ? [changing(entity.facts.vlanFiltering, entity, ['vlanFiltering'], true)] : [];
  for (const tenant of tenants) {
    const vlan = vlanFor(topology, tenant, taken);
    if (vlan === undefined) return [];
    taken.add(vlan);
    changes.push(...nics.filter((each) => each.tenant === tenant).map((each) => vlanChange(each, vlan)));
  }
  return fixOf('Give each tenant a VLAN', {}, ...changes);
}

function isolate(nics: readonly Nic[]): Fix[] {
  if (nics.length > MOST) return [];
  return fixOf(
    'Isolate the ports of tenants',
    {},
    ...nics.map(({ device }) => changing(device.facts.isolated, device, ['isolated'], true)),
  );
}
