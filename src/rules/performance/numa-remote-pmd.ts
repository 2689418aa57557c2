import { valueOf } from '../../core/model/fact.js';
import type { NumaNode } from '../../core/model/pcie.js';
import { uplinksOf } from '../../core/model/switch.js';
import { formatCpuSet, union } from '../../core/units/cpu-set.js';
import { defineRule, related } from '../rule.js';
import { uplinksBehind } from '../support/cards.js';
import { freeCpus } from '../support/cpus.js';
import { onHost } from '../support/examples.js';
import { uniqueBy } from '../support/maps.js';
import { nodeOfDevice, nodesOfCpus, nodesOfGuest } from '../support/numa.js';
import { type Poller, pollers } from '../support/pmd.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { listed } from '../support/words.js';

const host = (cpus: string, more: object = {}, guest: object = {}) => ({
  numa: { n0: { cpus: '0-7', hugepages: { '1 GiB': 8 } }, n1: { cpus: '8-15', hugepages: { '1 GiB': 8 } } },
  devices: { nic0: { kind: 'nic', numa: 'n0', ports: { p0: {} } } },
  switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus, ...more } },
  guests: {
    a: {
      memory: { size: '1 GiB', shared: true },
      ...guest,
      devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0' } },
    },
  },
});

export const numaRemotePmd = defineRule({
  id: 'IOVT302',
  name: 'numa-remote-pmd',
  title: 'No polling core on the NUMA node of a port',
  severity: 'warning',
  group: 'performance',
  messages: {
    uplink: '{port} is on {node}, but {switch} polls on {own} only.',
    guest: '{guest} runs on {node}, but {switch} polls on {own} only: every packet crosses between sockets.',
    memory: '{switch} has no memory on {node}, where its port {port} is: the port cannot be set up.',
  },
  docs: {
    why: 'Open vSwitch then polls the port from the other node and warns of reduced performance. DPDK needs memory on every node that has one of its ports; without, the port fails.',
    fix: 'Add a CPU of that node to "cpus", and memory of that node to "socketMem".',
    sources: ['Open vSwitch Documentation/topics/dpdk/pmd.rst', 'Open vSwitch Documentation/intro/install/dpdk.rst'],
  },
  examples: {
    bad: [onHost(host('8-9')), onHost(host('2-3', {}, { cpus: '12-13' })), onHost(host('2-3', { socketMem: { n1: '1 GiB' } }))],
    good: [onHost(host('2-3')), onHost(host('2,9', { socketMem: { n0: '1 GiB', n1: '1 GiB' } }, { cpus: '12-13' }))],
  },
  check(topology, report) {
    for (const poller of pollers(topology)) {
      const { entity, cpus } = poller;
      if (entity.host.numaNodes.length < 2) continue;
      const own = nodesOfCpus(entity.host, cpus);
      const socketMem = valueOf(entity.facts.socketMem);
      const where = listed([...own].map(({ path }) => path));
      for (const { port, node } of uplinkNodes(poller)) {
        if (own.size > 0 && !own.has(node)) {
          report(
            'uplink',
            placeOfFact(entity.facts.cpus, entity),
            { port: port.path, node: node.path, switch: entity.path, own: where },
            {
              entity,
              subjects: [`${entity.path} ${node.path}`],
              related: [related('{port}', placeOfEntity(port), { port: port.path })],
              fixes: addCpu(poller, node),
            },
          );
        }
        if (socketMem !== undefined && (socketMem[node.id] ?? 0) === 0) {
          const fixes = fixOf('Give it 1 GiB there', {}, setting(entity, ['socketMem', node.id], '1 GiB'));
          const place = placeOfFact(entity.facts.socketMem, entity);
          report('memory', place, { switch: entity.path, node: node.path, port: port.path }, { entity, severity: 'error', fixes });
        }
      }
      if (own.size === 0) continue;
      for (const { guest, node } of guestNodes(poller)) {
        if (own.has(node)) continue;
        const { cpus: pinned, memory } = guest.facts;
        report(
          'guest',
          placeOfFact(pinned.state === 'known' ? pinned : memory, guest),
          { guest: guest.path, node: node.path, switch: entity.path, own: where },
          { entity: guest, related: [related('where it polls', placeOfFact(entity.facts.cpus, entity))], fixes: addCpu(poller, node) },
        );
      }
    }
  },
});

function uplinkNodes({ entity }: Poller) {
  const ports = uplinksOf(entity).flatMap(({ target }) => (target === undefined ? [] : uplinksBehind(target)));
  const placed = ports.flatMap((port) => {
    const node = nodeOfDevice(port.device);
    return node === undefined ? [] : [{ port, node }];
  });
  return uniqueBy(placed, ({ node }) => node);
}

/** Guests that are on one node for certain, the first of each node. */
function guestNodes({ nics }: Poller) {
  const placed = nics.flatMap(({ device: { guest } }) => {
    const nodes = [...nodesOfGuest(guest)];
    return nodes.length === 1 && nodes[0] !== undefined ? [{ guest, node: nodes[0] }] : [];
  });
  return uniqueBy(placed, ({ node }) => node);
}

function addCpu({ entity, cpus }: Poller, node: NumaNode) {
  const [free] = freeCpus(entity.host, node);
  if (free === undefined || cpus === undefined) return [];
  const text = formatCpuSet(union(cpus, { ranges: [[free, free]], size: 1 }));
  return fixOf('Poll on CPU {cpu} as well', { cpu: free }, changing(entity.facts.cpus, entity, ['cpus'], text));
}
