import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { enforcesVlans, fabric, hasPolicy } from '../support/l2.js';
import { areDifferent, isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
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
    unfiltered: 'VLAN {vlan} of {device} keeps nobody out: {switch} does not filter VLANs.',
  },
  docs: {
    why: 'A trunk whose list of VLANs is empty carries all of them: the guest only has to tag its frames to be in the network of somebody else. A Linux bridge without VLAN filtering looks at no tags at all.',
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
    ],
    good: [
      onHost({ switches: ovs, guests: { a: nic('blue', { portMode: 'trunk', trunks: [100] }), b: nic('red', { vlan: 200 }) } }, two),
      onHost({ switches: ovs, guests: { a: nic('ops', { portMode: 'trunk' }) } }, { tenants: { ops: { trust: 'platform' } } }),
    ],
  },
  check(topology, report) {
    for (const [entity, nics] of fabric(topology).onSwitch) {
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
        if (nic.tagged !== 'all' || hasPolicy(entity)) continue;
        const other = nics.find((each) => areDifferent(each.tenant, tenant) && each.vlan !== undefined && each.vlan > 0);
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
  },
});
