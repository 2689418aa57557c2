import { defineRule, related } from '../rule.js';
import { document, onHost } from '../support/examples.js';
import { fabric, meetingIn, type Nic, nameOfAttachment, nicSetting } from '../support/l2.js';
import { escalated, sharesOnPurpose, tenantsOf } from '../support/tenants.js';
import { placeOfFact } from '../support/text.js';
import { declareShared, moveTenant } from '../support/vlans.js';
import { listed, relatedPlaces } from '../support/words.js';

const two = { tenants: { blue: {}, red: {} } };
const vfs = (a: object, b: object) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } } },
  guests: {
    a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', ...a } } },
    b: { tenant: 'red', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', ...b } } },
  },
});
const hostWith = (tenant: string, vlan: number) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
  switches: { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['nic0/p0'] } },
  guests: { a: { tenant, devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan } } } },
});
const tor = { networks: { tor: { uplinks: ['h1/nic0/p0', 'h2/nic0/p0'] } } };

export const vlanSharedAcrossTenants = defineRule({
  id: 'IOVT218',
  name: 'vlan-shared-across-tenants',
  title: 'Two tenants in one VLAN',
  severity: 'error',
  group: 'l2',
  mutedBy: ['bridge-tenants-unsegmented', 'port-isolation-partial', 'macvtap-bridge-cross-tenant'],
  messages: {
    vlan: '{tenantA} ({a}) and {tenantB} ({b}) are both in VLAN {vlan} of {segment}.',
    untagged: '{tenantA} ({a}) and {tenantB} ({b}) are both untagged on {segment}: they are in one network.',
    many: '{n} tenants are in VLAN {vlan} of {segment}: {tenants}.',
  },
  docs: {
    why: 'Whoever is in one VLAN reaches each other on layer 2: ARP and IPv6 neighbour spoofing, and all that is not filtered. A port for which no VLAN is stated is untagged, as it is by default with every hypervisor and NIC; that is an error only where both tenants are untrusted. VLANs of several hosts meet in the physical network that joins their ports.',
    fix: 'Give each tenant a VLAN of its own; or declare under `policy.sharedSegments` that they share it on purpose. An objective that isolates the two on layer 2 outweighs the declaration.',
    sources: ['Open vSwitch Documentation/faq/vlan.rst', 'OpenStack Neutron: SR-IOV'],
  },
  examples: {
    bad: [
      onHost(vfs({ vlan: 100 }, { vlan: 100 }), {
        ...two,
        policy: { sharedSegments: [{ tenants: ['blue', 'red'], vlan: 100 }] },
        objectives: { apart: { isolate: ['blue', 'red'], from: 'l2' } },
      }),
      onHost(vfs({ vlan: 100 }, { vlan: 100 }), two),
      onHost(vfs({}, {}), two),
      document({ ...two, hosts: { h1: hostWith('blue', 100), h2: hostWith('red', 100) }, ...tor }),
    ],
    good: [
      onHost(vfs({ vlan: 100 }, { vlan: 200 }), two),
      document({ ...two, hosts: { h1: hostWith('blue', 100), h2: hostWith('red', 100) } }),
      onHost(vfs({ vlan: 100 }, { vlan: 100 }), { ...two, policy: { sharedSegments: [{ tenants: ['blue', 'red'], vlan: 100 }] } }),
    ],
  },
  check(topology, report) {
    for (const segment of fabric(topology).segments) {
      const meeting = meetingIn(segment);
      if (meeting === undefined) continue;
      const tenants = tenantsOf(segment.nics);
      const where = new Set(segment.nics.map(({ at }) => nameOfAttachment(at)));
      if (sharesOnPurpose(topology, tenants, segment.vlan, where)) continue;
      const [a, b] = meeting;
      const args = {
        tenantA: a.tenant?.id ?? '',
        a: a.device.path,
        tenantB: b.tenant?.id ?? '',
        b: b.device.path,
        vlan: segment.vlan,
        segment: listed(where),
        n: tenants.length,
        tenants: listed(tenants.map(({ id }) => id)),
      };
      report(tenants.length > 2 ? 'many' : segment.vlan === 0 ? 'untagged' : 'vlan', placeOf(b), args, {
        entity: b.device,
        severity: escalated(segment.vlan === 0 ? 'warning' : 'error', topology, tenants),
        subjects: [segment.key, ...segment.nics.map(({ device }) => device.path)],
        related: relatedPlaces([a, ...segment.nics.filter((nic) => nic !== a && nic !== b)].slice(0, 4), (nic) =>
          related('{device}', placeOf(nic), { device: nic.device.path }),
        ),
        fixes: [...moveTenant(topology, segment.nics, b.tenant), ...declareShared(topology, tenants, segment.vlan)],
      });
    }
  },
});

function placeOf({ device }: Nic) {
  return placeOfFact(nicSetting(device, 'vlan'), device);
}
