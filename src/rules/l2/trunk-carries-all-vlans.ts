import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { enforcesVlans, fabric, hasPolicy, type Nic, nicSetting } from '../support/l2.js';
import { areDifferent, isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { vlanFor } from '../support/vlans.js';

const nic = (tenant: string, more: object) => ({ tenant, devices: { eth0: { technique: 'virtio-net', connect: 'br0', ...more } } });
const ovs = { br0: { kind: 'ovs-kernel' } };
const two = { tenants: { blue: {}, red: {} } };

export const trunkCarriesAllVlans = defineRule({
  id: 'IOVT221',
  name: 'trunk-carries-all-vlans',
  title: 'A port of a tenant carries every VLAN',
  severity: 'warning',
  group: 'l2',
  mutedBy: ['bridge-tenants-unsegmented'],
  messages: {
    all: '{device} ({tenant}) is a trunk without a list: it carries all VLANs of {switch}.',
    others: '{device} ({tenant}) is a trunk without a list: it reaches VLAN {vlan} of {other} on {switch}.',
    open: '{device} ({tenant}) has neither a VLAN nor a list of them: {switch} lets every VLAN pass, also VLAN {vlan} of {other}.',
    unfiltered: 'VLAN {vlan} of {device} keeps nobody out: {switch} does not filter VLANs.',
  },
  docs: {
    why: 'A trunk whose list of VLANs is empty, and a port of Open vSwitch with neither a tag nor a list, carries all of them: the guest only has to tag its frames to be in the network of somebody else. A Linux bridge without VLAN filtering looks at no tags at all.',
    fix: 'List the VLANs that the guest needs in "trunks", or make it an access port with a "vlan".',
    sources: ['Open vSwitch vswitchd/vswitch.xml, column trunks', 'Linux net/bridge, vlan_filtering'],
  },
  examples: {
    bad: [
      onHost({ switches: ovs, guests: { a: nic('blue', { portMode: 'trunk' }), b: nic('red', { vlan: 200 }) } }, two),
      onHost({ switches: ovs, guests: { a: nic('blue', { portMode: 'trunk' }) } }, { tenants: { blue: { trust: 'untrusted' } } }),
      onHost(
        { switches: { br0: { kind: 'linux-bridge', vlanFiltering: false } }, guests: { a: nic('blue', { vlan: 100 }) } },
        { tenants: { blue: { trust: 'untrusted' } } },
      ),
      onHost({ switches: ovs, guests: { a: nic('blue', {}), b: nic('red', { vlan: 200 }) } }, two),
    ],
    good: [
      onHost({ switches: ovs, guests: { a: nic('blue', { vlan: 100 }), b: nic('red', { vlan: 200 }) } }, two),
      onHost({ switches: ovs, guests: { a: nic('blue', { portMode: 'trunk', trunks: [100] }), b: nic('red', { vlan: 200 }) } }, two),
      onHost({ switches: ovs, guests: { a: nic('ops', { portMode: 'trunk' }) } }, { tenants: { ops: { trust: 'platform' } } }),
    ],
  },
  check(topology, report) {
    for (const [entity, nics] of fabric(topology).onSwitch) {
      let tagged: readonly Nic[] | undefined;
      for (const nic of nics) {
        const { device, tenant } = nic;
        if (tenant === undefined || valueOf(tenant.facts.trust) === 'platform') continue;
        const extras = { entity: device, subjects: [device.path, entity.path] };
        const vlan = valueOf(device.facts.vlan);
        if (entity.switchKind === 'linux-bridge' && !enforcesVlans(entity) && vlan !== undefined && vlan > 0) {
          const fixes = fixOf(
            'Filter VLANs on {switch}',
            { switch: entity.id },
            changing(entity.facts.vlanFiltering, entity, ['vlanFiltering'], true),
          );
          report(
            'unfiltered',
            placeOfFact(device.facts.vlan, device),
            { vlan, device: device.path, switch: entity.path },
            { ...extras, fixes },
          );
          continue;
        }
        if ((nic.tagged !== 'all' && !isOpen(nic, entity)) || hasPolicy(entity)) continue;
        tagged ??= firstTagged(nics);
        const other = tagged.find((each) => areDifferent(each.tenant, tenant));
        if (nic.tagged !== 'all') {
          if (other !== undefined) open(nic, tenant, entity, other);
          continue;
        }
        if (other === undefined && !isUntrusted(topology, tenant)) continue;
        const own = vlanFor(topology, tenant);
        const fixes =
          own === undefined
            ? []
            : fixOf('Let VLAN {vlan} pass only', { vlan: own }, changing(device.facts.trunks, device, ['trunks'], [own]));
        const place = placeOfFact(device.facts.portMode, device);
        const args = { device: device.path, tenant: tenant.id, switch: entity.path };
        if (other === undefined) report('all', place, args, { ...extras, fixes });
        else
          report(
            'others',
            place,
            { ...args, vlan: other.vlan ?? 0, other: other.tenant?.id ?? '' },
            { ...extras, fixes, severity: 'error' },
          );
      }
    }

    function open({ device }: Nic, tenant: Tenant, entity: Switch, other: Nic): void {
      const own = vlanFor(topology, tenant);
      const args = { device: device.path, tenant: tenant.id, switch: entity.path, vlan: other.vlan ?? 0, other: other.tenant?.id ?? '' };
      report('open', placeOfFact(device.facts.connect, device), args, {
        entity: device,
        subjects: [device.path, entity.path],
        severity: 'error',
        related: [related('{other}', placeOfEntity(other.device), { other: other.device.path })],
        fixes: own === undefined ? [] : fixOf('Put it into VLAN {vlan}', { vlan: own }, setting(device, ['vlan'], own)),
      });
    }
  },
});

/** The first port of each tenant that is in a VLAN. */
function firstTagged(nics: readonly Nic[]): Nic[] {
  const byTenant = new Map<Tenant | undefined, Nic>();
  for (const nic of nics) if (nic.vlan !== undefined && nic.vlan > 0 && !byTenant.has(nic.tenant)) byTenant.set(nic.tenant, nic);
  return [...byTenant.values()];
}

/**
 * A port of Open vSwitch with neither a tag nor trunks is a trunk of all VLANs; so is a representor.
 * Source: vswitchd/vswitch.xml, column vlan_mode.
 */
function isOpen({ device }: Nic, { switchKind }: Switch): boolean {
  if (switchKind !== 'ovs-kernel' && switchKind !== 'ovs-dpdk') return false;
  const { trunks, portMode } = device.facts;
  return (valueOf(nicSetting(device, 'vlan')) ?? 0) === 0 && (valueOf(trunks) ?? []).length === 0 && portMode.state !== 'known';
}
