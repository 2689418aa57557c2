import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { nodesOfGuest } from '../support/numa.js';
import { pollers } from '../support/pmd.js';
import { strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const nic = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  memory: { shared: true },
  devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', vlan, ...more } },
});
const dpdk = (more: object = {}) => ({ br0: { kind: 'ovs-dpdk', cpus: '2-3', ...more } });
const two = { tenants: { blue: {}, red: {} } };

export const sharedMempool = defineRule({
  id: 'IOVT238',
  name: 'shared-mempool',
  title: 'Ports of several tenants take buffers from one pool',
  severity: 'info',
  group: 'sharing',
  messages: { pool: 'Ports of {tenants} on {switch} take their buffers from one pool: one port can leave the others without.' },
  docs: {
    why: 'By default Open vSwitch with DPDK uses one packet-buffer pool for all ports of the same MTU and NUMA node. A port whose guest does not take its packets holds buffers that others need.',
    fix: 'Write "perPortMemory": true, and see that huge pages suffice.',
    sources: ['Open vSwitch Documentation/topics/dpdk/memory.rst'],
  },
  examples: {
    bad: [
      onHost({ switches: dpdk(), guests: { a: nic('blue', 100), b: nic('red', 200) } }, two),
      onHost({ switches: dpdk({ perPortMemory: false }), guests: { a: nic('blue', 100), b: nic('red', 200) } }, two),
    ],
    good: [
      onHost({ switches: dpdk({ perPortMemory: true }), guests: { a: nic('blue', 100), b: nic('red', 200) } }, two),
      onHost({ switches: dpdk(), guests: { a: nic('blue', 100), b: nic('red', 200, { mtu: 9000 }) } }, two),
    ],
  },
  check(topology, report) {
    for (const { entity, nics } of pollers(topology)) {
      if (entity.switchKind !== 'ovs-dpdk' || valueOf(entity.facts.perPortMemory) === true) continue;
      const pools = new Map<string, (typeof nics)[number][]>();
      for (const nic of nics) {
        const nodes = nodesOfGuest(nic.device.guest);
        const [node] = nodes;
        push(pools, `${valueOf(nic.device.facts.mtu)} ${nodes.size === 1 ? node?.path : 'any'}`, nic);
      }
      const users = [...pools.values()].find((pool) => strangers(pool) !== undefined);
      if (users === undefined) continue;
      const { perPortMemory } = entity.facts;
      report(
        'pool',
        placeOfFact(perPortMemory, entity),
        { tenants: tenantNames(tenantsOf(users)), switch: entity.path },
        {
          entity,
          related: relatedPlaces(users, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path })),
          fixes: fixOf('Give each port a pool', {}, changing(perPortMemory, entity, ['perPortMemory'], true)),
        },
      );
    }
  },
});
