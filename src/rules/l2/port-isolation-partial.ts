import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric } from '../support/l2.js';
import { areDifferent, escalated, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const nic = (tenant: string, more: object) => ({ tenant, devices: { eth0: { technique: 'virtio-net', connect: 'br0', ...more } } });
const switches = { br0: { kind: 'linux-bridge' } };
const two = { tenants: { blue: {}, red: {} } };

export const portIsolationPartial = defineRule({
  id: 'IOVT223',
  name: 'port-isolation-partial',
  title: 'Port isolation on some ports only',
  severity: 'warning',
  group: 'l2',
  messages: {
    open: '{iso} is isolated, but {open} ({tenant}) on {switch} is not, so they still reach each other.',
    hairpin: '{iso} is isolated, but "hairpin" lets frames come back to it through {switch}.',
  },
  docs: {
    why: 'Isolation stops frames between two ports that are both isolated. One port that is not reaches all others; protected ports of Open vSwitch behave the same. It is an error where both tenants are untrusted.',
    fix: 'Write "isolated": true on all ports of tenants.',
    sources: [
      'Linux net/bridge/br_forward.c',
      'libvirt formatdomain, port isolation',
      'Open vSwitch vswitchd/vswitch.xml, column protected',
    ],
  },
  examples: {
    bad: [
      onHost({ switches, guests: { a: nic('blue', { isolated: true }), b: nic('red', {}) } }, two),
      onHost({ switches, guests: { a: nic('blue', { isolated: true, hairpin: true }) } }),
    ],
    good: [
      onHost({ switches, guests: { a: nic('blue', { isolated: true }), b: nic('red', { isolated: true }) } }, two),
      onHost({ switches, guests: { a: nic('blue', { isolated: true }), b: nic('blue', {}) } }, two),
      onHost({ switches, guests: { a: nic('blue', { isolated: true, vlan: 100 }), b: nic('red', { vlan: 200 }) } }, two),
    ],
  },
  check(topology, report) {
    const { onSwitch, segments } = fabric(topology);
    for (const [entity, nics] of onSwitch) {
      const isolated = nics.filter(({ device }) => valueOf(device.facts.isolated) === true);
      for (const { device } of isolated) {
        if (valueOf(device.facts.hairpin) !== true) continue;
        const fixes = fixOf('Switch hairpin off', {}, changing(device.facts.hairpin, device, ['hairpin'], false));
        const place = placeOfFact(device.facts.hairpin, device);
        report('hairpin', place, { iso: device.path, switch: entity.path }, { entity: device, fixes });
      }
      const open = nics.filter(({ device }) => valueOf(device.facts.isolated) !== true);
      for (const nic of open) {
        const other = isolated.find(({ tenant, vlan }) => areDifferent(tenant, nic.tenant) && vlan === nic.vlan);
        if (other === undefined) continue;
        const { device } = nic;
        const args = { iso: other.device.path, open: device.path, tenant: nic.tenant?.id ?? '', switch: entity.path };
        const keys = segments.filter((segment) => segment.nics.includes(nic)).map(({ key }) => key);
        report('open', placeOfFact(device.facts.isolated, device), args, {
          entity: device,
          subjects: [device.path, ...keys],
          severity: escalated('warning', topology, tenantsOf([nic, other])),
          related: [related('isolated', placeOfEntity(other.device))],
          fixes: fixOf('Isolate it as well', {}, changing(device.facts.isolated, device, ['isolated'], true)),
        });
      }
    }
  },
});
