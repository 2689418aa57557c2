import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic } from '../support/l2.js';
import { areDifferent } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity } from '../support/text.js';
import { subjectOf } from '../support/vfs.js';

const vf = (tenant: string, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, ...more } },
});
const nic = (more: object = {}) => ({ nic0: { kind: 'nic', sriov: { vfs: 4, ...more } } });
const shared = { tenants: { blue: {}, red: {} }, policy: { sharedSegments: [{ tenants: ['blue', 'red'], vlan: 100 }] } };

export const vfLoopbackBypassesPolicy = defineRule({
  id: 'IOVT226',
  name: 'vf-loopback-bypasses-policy',
  title: 'Traffic between two VFs stays inside the NIC',
  severity: 'warning',
  group: 'l2',
  mutedBy: ['vlan-shared-across-tenants', 'policy-needs-software-switch'],
  messages: {
    tenants:
      '{a} ({tenantA}) and {b} ({tenantB}) are VFs of {nic} in VLAN {vlan}: the NIC switches between them, and no firewall or switch outside sees it.',
    policy: '{a} asks for {policy}, but the NIC switches between it and {b} by itself: {nic}, VLAN {vlan}.',
  },
  docs: {
    why: 'The switch in the NIC forwards between its VFs (VEB) unless it is told to send everything out (VEPA). What never leaves the card passes no policy of the host and none of the network.',
    fix: 'Set "embeddedSwitch": "vepa" where the physical switch reflects frames, use different VLANs, or switchdev mode with flows on the representors.',
    sources: ['DPDK doc/guides/nics/ixgbe.rst (VEB, VEPA)', 'Linux Documentation/networking/switchdev.rst'],
  },
  examples: {
    bad: [
      onHost({ devices: nic(), guests: { a: vf('blue'), b: vf('red') } }, shared),
      onHost({ devices: nic({ embeddedSwitch: 'veb' }), guests: { a: vf('blue'), b: vf('red') } }, shared),
    ],
    good: [
      onHost({ devices: nic({ embeddedSwitch: 'vepa' }), guests: { a: vf('blue'), b: vf('red') } }, shared),
      onHost({ devices: nic(), guests: { a: vf('blue'), b: vf('blue') } }, { tenants: { blue: {} } }),
    ],
  },
  check(topology, report) {
    for (const [fn, nics] of fabric(topology).onFunction) {
      if (valueOf(fn.facts.sriov.embeddedSwitch) === 'vepa') continue;
      const byVlan = new Map<number, Nic>();
      const spoken = new Set<number>();
      for (const nic of nics) {
        if (nic.vlan === undefined || spoken.has(nic.vlan)) continue;
        const first = byVlan.get(nic.vlan);
        if (first === undefined) {
          byVlan.set(nic.vlan, nic);
          continue;
        }
        const wanting = [nic, first].find(({ device }) => (valueOf(device.facts.requires) ?? []).length > 0);
        if (!areDifferent(first.tenant, nic.tenant) && wanting === undefined) continue;
        spoken.add(nic.vlan);
        const a = wanting ?? first;
        const b = a === nic ? first : nic;
        const args = { a: a.device.path, b: b.device.path, nic: fn.device.path, vlan: nic.vlan };
        const { embeddedSwitch } = fn.facts.sriov;
        const extras = {
          entity: nic.device,
          subjects: [nic.device.path, first.device.path],
          related: [related('{b}', placeOfEntity(b.device), { b: b.device.path })],
          fixes: fixOf('Send frames out and back (VEPA)', {}, changing(embeddedSwitch, subjectOf(fn), ['sriov', 'embeddedSwitch'], 'vepa')),
        };
        const place = placeOfEntity(a.device);
        if (wanting === undefined) report('tenants', place, { ...args, tenantA: a.tenant?.id ?? '', tenantB: b.tenant?.id ?? '' }, extras);
        else report('policy', place, { ...args, policy: (valueOf(a.device.facts.requires) ?? []).join(', ') }, extras);
      }
    }
  },
});
