import type { Place } from '../../core/text/source.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { nicOfPin, type Poller, pinsOf, pollers } from '../support/pmd.js';
import { strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { placeOfEntity, placeOfFact } from '../support/text.js';
import { counted, listed, relatedPlaces } from '../support/words.js';

const nic = (tenant: string, vlan: number) => ({
  tenant,
  memory: { shared: true },
  devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', vlan } },
});
const guests = { a: nic('blue', 100), b: nic('red', 200) };
const dpdk = (more: object) => ({ br0: { kind: 'ovs-dpdk', ...more } });
const two = { tenants: { blue: {}, red: {} } };

export const sharedPmdCore = defineRule({
  id: 'IOVT237',
  name: 'shared-pmd-core',
  title: 'One polling core serves several tenants',
  severity: 'warning',
  group: 'sharing',
  messages: {
    few: '{switch} polls ports of {n} tenants with {cpus}: load of one delays the others.',
    pinned: 'CPU {cpu} of {switch} polls {ports} of {tenants}: load of one delays the others.',
  },
  docs: {
    why: 'A polling thread takes its queues in turn. What it does for a busy port, and retries to a guest whose ring is full, is time that the others wait. With fewer polling CPUs than tenants, at least one CPU serves two of them.',
    fix: 'Pin the queues of tenants to different CPUs ("rxqAffinity"), or add a CPU.',
    sources: ['Open vSwitch Documentation/topics/dpdk/pmd.rst', 'Open vSwitch Documentation/topics/dpdk/vhost-user.rst, tx-retries'],
  },
  examples: {
    bad: [
      onHost({ switches: dpdk({ cpus: '2' }), guests }, two),
      onHost({ switches: dpdk({ cpus: '2-3', rxqAffinity: { 'a/eth0:0': 2, 'b/eth0:0': 2 } }), guests }, two),
    ],
    good: [
      onHost({ switches: dpdk({ cpus: '2-3' }), guests }, two),
      onHost({ switches: dpdk({ cpus: '2-3', rxqAffinity: { 'a/eth0:0': 2, 'b/eth0:0': 3 } }), guests }, two),
    ],
  },
  check(topology, report) {
    for (const poller of pollers(topology)) {
      const { entity, nics, cpus } = poller;
      const tenants = tenantsOf(nics);
      if (tenants.length < 2) continue;
      const extras = {
        entity,
        related: relatedPlaces(nics, ({ device, tenant }) =>
          related('{device} ({tenant})', placeOfEntity(device), { device: device.path, tenant: tenant?.id ?? 'no tenant' }),
        ),
      };
      const shared = sharedPin(poller);
      if (shared !== undefined) {
        const { cpu, ports, at, owners } = shared;
        report('pinned', at, { cpu, switch: entity.path, ports: listed(ports), tenants: owners }, extras);
      } else if (cpus !== undefined && cpus.size < tenants.length) {
        report(
          'few',
          placeOfFact(entity.facts.cpus, entity),
          { switch: entity.path, n: tenants.length, cpus: counted(cpus.size, 'CPU') },
          extras,
        );
      }
    }
  },
});

function sharedPin({ entity, nics }: Poller): { cpu: number; ports: string[]; owners: string; at: Place } | undefined {
  const byCpu = new Map<number, { tenant: ReturnType<typeof tenantsOf>[number] | undefined; port: string }[]>();
  for (const pin of pinsOf(entity)) push(byCpu, pin.cpu, { tenant: nicOfPin(pin, nics)?.tenant, port: pin.port });
  for (const [cpu, users] of byCpu) {
    if (strangers(users) === undefined) continue;
    const owned = users.filter(({ tenant }) => tenant !== undefined);
    const at = placeOfFact(entity.facts.rxqAffinity, entity);
    return { cpu, ports: owned.map(({ port }) => port), owners: tenantNames(tenantsOf(owned)), at };
  }
  return undefined;
}
