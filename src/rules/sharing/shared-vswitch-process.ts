import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { userSpaceProcesses } from '../support/served.js';
import { splitByTenant } from '../support/split.js';
import { tenantNames, tenantsOf } from '../support/tenants.js';
import { placeOfEntity } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const nic = (tenant: string, vlan: number, connect = 'br0') => ({
  tenant,
  memory: { shared: true },
  devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect, vlan } },
});
const disk = (tenant: string, media: string, controller: string) => ({
  tenant,
  memory: { shared: true },
  devices: { vda: { technique: 'virtio-blk', backend: 'vhost-user', controller, media } },
});
const ssd0 = { kind: 'nvme', namespaces: { ns1: {}, ns2: {} } };
const numa = { n0: { cpus: '0-15' } };
const dpdk = { kind: 'ovs-dpdk', cpus: '2-3' };
const two = { tenants: { blue: {}, red: {} } };

export const sharedVswitchProcess = defineRule({
  id: 'IOVT234',
  name: 'shared-vswitch-process',
  title: 'One process in user space serves several tenants',
  severity: 'warning',
  group: 'sharing',
  messages: { process: '{process} moves the data of {tenants}: if it crashes or is taken over, that reaches all of them.' },
  docs: {
    why: 'A vhost-user back end maps the memory of every guest that it serves and reads rings that they write. A bug in it is open to all tenants at once, and its restart interrupts all of them. It is only information where all tenants are trusted.',
    fix: 'Run one process for each tenant, at the cost of its cores; or accept it with a reason.',
    sources: [
      'Open vSwitch Documentation/topics/dpdk/vhost-user.rst',
      'SPDK doc/vhost.md',
      'Kata Containers: virtualization and device back ends',
    ],
  },
  examples: {
    bad: [
      onHost({ numa, switches: { br0: dpdk }, guests: { a: nic('blue', 100), b: nic('red', 200) } }, two),
      onHost(
        {
          numa,
          devices: { ssd0 },
          controllers: { spdk: { kind: 'vhost-user', cpus: '4-5' } },
          guests: { a: disk('blue', 'ssd0/ns1', 'spdk'), b: disk('red', 'ssd0/ns2', 'spdk') },
        },
        two,
      ),
    ],
    good: [
      onHost({ switches: { br0: dpdk, br1: { ...dpdk, cpus: '4-5' } }, guests: { a: nic('blue', 100), b: nic('red', 200, 'br1') } }, two),
      onHost({ switches: { br0: dpdk }, guests: { a: nic('blue', 100), b: nic('blue', 200) } }, two),
    ],
  },
  check(topology, report) {
    for (const process of userSpaceProcesses(topology)) {
      const { entity, served } = process;
      const tenants = tenantsOf(served);
      if (tenants.length < 2) continue;
      const allTrusted = tenants.every(({ facts }) => valueOf(facts.trust) !== 'untrusted');
      report(
        'process',
        placeOfEntity(entity),
        { process: entity.path, tenants: tenantNames(tenants) },
        {
          entity,
          severity: allTrusted ? 'info' : 'warning',
          related: relatedPlaces(served, ({ device, tenant }) =>
            related('{device} ({tenant})', placeOfEntity(device), { device: device.path, tenant: tenant?.id ?? 'no tenant' }),
          ),
          fixes: splitByTenant(topology, process),
        },
      );
    }
  },
});
