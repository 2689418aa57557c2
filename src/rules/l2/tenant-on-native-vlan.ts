import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic, nameOfAttachment, nicSetting } from '../support/l2.js';
import { push } from '../support/maps.js';
import { isUntrusted } from '../support/tenants.js';
import { placeOfFact } from '../support/text.js';
import { devicesOf, subjectOf } from '../support/vfs.js';
import { moveTenant } from '../support/vlans.js';

const host = (device: object, role = 'management-nic') => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} }, role } },
  switches: { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['nic0/p0'] } },
  guests: { a: { tenant: 'blue', devices: { eth0: { technique: 'virtio-net', connect: 'br0', ...device } } } },
});
const blue = { tenants: { blue: { trust: 'untrusted' } } };

export const tenantOnNativeVlan = defineRule({
  id: 'IOVT220',
  name: 'tenant-on-native-vlan',
  title: 'A tenant is untagged where the host itself is',
  severity: 'warning',
  group: 'l2',
  mutedBy: ['vlan-shared-across-tenants', 'bridge-tenants-unsegmented'],
  messages: {
    native: '{device} ({tenant}) is untagged on {where}, like {other}, which is the {role} of {host}.',
  },
  docs: {
    why: 'Untagged frames land in the native VLAN of the port, where they cannot be told from those of the host. A frame with two tags can cross from the native VLAN into another one once the first tag is stripped (CVE-2005-4440).',
    fix: 'Give the tenant a tagged VLAN, or move management to another port or VLAN.',
    sources: ['Open vSwitch Documentation/faq/vlan.rst', 'CVE-2005-4440', 'DISA STIG Arista MLS EOS L2S, ARST-L2-000190'],
  },
  examples: {
    bad: [onHost(host({}), blue), onHost(host({}, 'default-route'), blue)],
    good: [
      onHost(host({ vlan: 100 }), blue),
      onHost(host({}), { tenants: { blue: { trust: 'trusted' } } }),
      onHost({ ...host({}), devices: { nic0: { kind: 'nic', ports: { p0: {} } } } }, blue),
    ],
  },
  check(topology, report) {
    const { nics, rootOf } = fabric(topology);
    const critical = criticalFunctions(topology, rootOf);
    if (critical.size === 0) return;
    const spoken = new Set<string>();
    for (const nic of nics) {
      const { device, tenant } = nic;
      if (nic.vlan !== 0 || tenant === undefined || !isUntrusted(topology, tenant)) continue;
      const other = critical.get(rootOf(nameOfAttachment(nic.at)))?.find(({ fn }) => fn.device.host === device.guest.host);
      if (other === undefined || spoken.has(`${tenant.id} ${other.fn.path}`)) continue;
      spoken.add(`${tenant.id} ${other.fn.path}`);
      const args = {
        device: device.path,
        tenant: tenant.id,
        where: nameOfAttachment(nic.at),
        other: subjectOf(other.fn).path,
        role: other.role,
        host: device.guest.host.path,
      };
      report('native', placeOfFact(nicSetting(device, 'vlan'), device), args, {
        entity: device,
        related: [related('the role', placeOfFact(other.fn.facts.role, subjectOf(other.fn)))],
        fixes: moveTenant(topology, sameTenant(nics, nic), tenant),
      });
    }
  },
});

function sameTenant(nics: readonly Nic[], { tenant }: Nic): Nic[] {
  return nics.filter((nic) => nic.tenant === tenant && nic.vlan === 0);
}

const ROLES: ReadonlySet<string> = new Set(['management-nic', 'default-route', 'storage-uplink']);

/** Functions over which the host itself speaks, by the network they are in. */
function criticalFunctions(topology: Topology, rootOf: (path: string) => string) {
  const found = new Map<string, { fn: PhysicalFunction; role: string }[]>();
  for (const fn of devicesOf(topology).flatMap(({ functions }) => functions)) {
    const role = [valueOf(fn.facts.role) ?? []].flat().find((each) => ROLES.has(each));
    if (role !== undefined) push(found, rootOf((fn.port ?? fn).path), { fn, role: role.replace('-', ' ') });
  }
  return found;
}
