import { costBook } from '../../catalog/costs/book.js';
import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { formatCpuSet, union } from '../../core/units/cpu-set.js';
import { clockOf, secondsOfCost } from '../../techniques/path/cpu.js';
import { defineRule, related } from '../rule.js';
import { freeCpus } from '../support/cpus.js';
import { demandOf } from '../support/demand.js';
import { onHost } from '../support/examples.js';
import { type Poller, pollers } from '../support/pmd.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { counted, relatedPlaces } from '../support/words.js';

const host = (cpus: string, queues: number, count = 1) => ({
  numa: { n0: { cpus: '0-15', clock: '3 GHz' } },
  devices: { nic0: { kind: 'nic', numa: 'n0', ports: { p0: {} } } },
  switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus } },
  guests: {
    a: {
      count,
      vcpus: 8,
      memory: { shared: true },
      devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', queues } },
    },
  },
});
const load = (rate: string) => ({
  networks: { tor: { uplinks: ['h1/nic0/p0'] } },
  workloads: { w: { from: 'a/eth0', to: 'tor', size: '64 B', rate } },
});

export const pmdOvercommit = defineRule({
  id: 'IOVT313',
  name: 'pmd-overcommit',
  title: 'Too few polling cores for what they poll',
  severity: 'warning',
  group: 'performance',
  messages: {
    load: '{switch} is offered {packets} million packets per second, which takes at least {need}; it has {have}.',
    queues: '{switch} polls {queues} with {have}: more than {most} each.',
    single: '{device} has several queues, but {switch} has one polling core: all traffic goes to one queue.',
  },
  docs: {
    why: 'A polling core that cannot keep up drops packets. The least a packet takes is taking it from a guest, one lookup that hits the first cache, and sending it; the costs are those of the cost model and can be calibrated. Where no workload says how much comes, more than 8 queues for a core (a figure of this program) is suspicious. With one core, Open vSwitch puts all packets for a multiqueue port into one queue.',
    fix: 'Add polling CPUs on the same node, or reduce the queues.',
    sources: ['Open vSwitch Documentation/topics/dpdk/pmd.rst', 'Open vSwitch Documentation/topics/dpdk/vhost-user.rst, multi-queue'],
  },
  examples: {
    bad: [onHost(host('2', 1), load('40 Mpps')), onHost(host('2-3', 1, 20)), onHost(host('2', 4))],
    good: [onHost(host('2-3', 1), load('1 Mpps')), onHost(host('2-5', 2))],
  },
  check(topology, report) {
    for (const poller of pollers(topology)) {
      const { entity, nics, cpus } = poller;
      if (cpus === undefined || cpus.size === 0) continue;
      const place = placeOfFact(entity.facts.cpus, entity);
      const have = counted(cpus.size, 'CPU');
      const extras = () => ({
        entity,
        related: relatedPlaces(nics, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path })),
        fixes: addCpu(poller),
      });
      const packets = offered(topology, poller);
      const need = packets * secondsPerPacket(topology, poller);
      if (need > cpus.size) {
        const shown = { packets: Number((packets / 1e6).toPrecision(3)), need: counted(Math.ceil(need), 'CPU') };
        report('load', place, { switch: entity.path, ...shown, have }, extras());
        continue;
      }
      if (packets > 0) continue;
      const multi = nics.find(({ device }) => (valueOf(device.facts.queues) ?? 1) > 1);
      if (multi !== undefined && cpus.size === 1) {
        report('single', place, { device: multi.device.path, switch: entity.path }, extras());
        continue;
      }
      const queues = queuesOf(poller);
      if (queues > MOST_QUEUES * cpus.size)
        report('queues', place, { switch: entity.path, queues: counted(queues, 'queue'), have, most: MOST_QUEUES }, extras());
    }
  },
});

/** Queues for one core before it is worth a look. Assumed, not measured. */
const MOST_QUEUES = 8;

function queuesOf({ entity, nics }: Poller): number {
  const uplinks = uplinksOf(entity).length * (valueOf(entity.facts.rxQueues) ?? 1);
  return nics.reduce((sum, { device }) => sum + (valueOf(device.facts.queues) ?? 1) * device.guest.count, uplinks);
}

/** Packets that workloads offer to all copies of its ports; those without end say nothing. */
function offered(topology: Topology, { nics }: Poller): number {
  const demands = demandOf(topology);
  return nics.reduce((sum, { device }) => {
    const packets = demands.get(device)?.packetsPerSec ?? 0;
    return Number.isFinite(packets) ? sum + packets * device.guest.count : sum;
  }, 0);
}

function secondsPerPacket(topology: Topology, { entity, cpus }: Poller): number {
  const book = costBook(topology);
  const clock = clockOf(entity.host, cpus);
  const ids: readonly CostId[] = entity.switchKind === 'vpp' ? ['vpp.l2-packet'] : ['vhost-user.dequeue', 'ovs-dpdk.emc-hit', 'pmd.io'];
  return ids.reduce((sum, id) => sum + secondsOfCost(book(id), clock), 0);
}

function addCpu({ entity, cpus }: Poller) {
  const own = cpus?.ranges[0]?.[0];
  const node = entity.host.numaNodes.find(
    ({ facts }) => facts.cpus.state === 'known' && own !== undefined && facts.cpus.value.ranges.some(([a, b]) => a <= own && own <= b),
  );
  const [free] = freeCpus(entity.host, node);
  if (free === undefined || cpus === undefined) return [];
  const text = formatCpuSet(union(cpus, { ranges: [[free, free]], size: 1 }));
  return fixOf('Poll on CPU {cpu} as well', { cpu: free }, changing(entity.facts.cpus, entity, ['cpus'], text));
}
