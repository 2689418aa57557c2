import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { NumaNode } from '../../core/model/pcie.js';
import { formatBytes } from '../../core/units/format.js';
import { parseQuantity } from '../../core/units/quantity.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { nodesOfGuest, pinnedNodes } from '../support/numa.js';
import { noGuestStates } from '../support/stated.js';
import { fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const host = (pages: number, memory: object, more: object = {}) => ({
  numa: { n0: { cpus: '0-7', memory: '64 GiB', hugepages: { '1 GiB': pages } } },
  guests: { a: { count: 2, memory: { hugepages: '1 GiB', ...memory }, devices: {} } },
  ...more,
});
const dpdk = { switches: { br0: { kind: 'ovs-dpdk', cpus: '2', socketMem: { n0: '4 GiB' } } } };

export const hugepagesInsufficient = defineRule({
  id: 'IOVT320',
  name: 'hugepages-insufficient',
  title: 'Huge pages do not suffice',
  severity: 'error',
  group: 'performance',
  messages: {
    node: '{node} needs {need} of {size} pages, but has {have}.',
    host: '{host} needs {need} of {size} pages, but all its nodes have {have}.',
  },
  docs: {
    why: 'A guest that is backed by huge pages does not start if its node has none left. DPDK takes its share first, on every node that has its ports.',
    fix: 'Set more pages aside, move a guest to another node, or give the switch less.',
    sources: [
      'Open vSwitch Documentation/topics/dpdk/memory.rst',
      'KubeVirt user guide: hugepages',
      'libvirt formatdomain, Memory Backing',
    ],
  },
  examples: {
    bad: [onHost(host(12, { size: '8 GiB' })), onHost(host(16, { size: '8 GiB', nodes: 'n0' }, dpdk))],
    good: [onHost(host(16, { size: '8 GiB' })), onHost(host(20, { size: '8 GiB', nodes: 'n0' }, dpdk))],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'memory')) return;
    for (const owner of topology.hosts) {
      const pools = poolsOf(owner);
      if (pools.size === 0) continue;
      const guests = owner.guests.filter(({ facts, memory }) => memory.hugepages.state === 'known' && valueOf(facts.standby) !== true);
      for (const [size, byNode] of pools) {
        const users = guests.filter(({ memory }) => valueOf(memory.hugepages) === size);
        // With one page size DPDK can only take its memory from these; with several nobody knows.
        const dpdk = pools.size === 1 ? dpdkBytes(owner) : new Map<NumaNode, number>();
        let total = 0;
        let need = 0;
        let isShort = false;
        for (const [node, have] of byNode) {
          const here = users.filter((guest) => onlyNode(guest) === node);
          const wanted = here.reduce((sum, guest) => sum + bytesOf(guest), dpdk.get(node) ?? 0);
          total += have;
          need += dpdk.get(node) ?? 0;
          if (wanted <= have) continue;
          isShort = true;
          const args = { node: node.path, need: formatBytes(wanted), size: formatBytes(size), have: formatBytes(have) };
          report('node', placeOfFact(node.facts.hugepages, node), args, {
            entity: node,
            related: relatedPlaces(here, placeOf),
            fixes: moreOf(node, size, wanted),
          });
        }
        need += users.reduce((sum, guest) => sum + bytesOf(guest), 0);
        const [first] = byNode.keys();
        if (isShort || need <= total || first === undefined) continue;
        const args = { host: owner.path, need: formatBytes(need), size: formatBytes(size), have: formatBytes(total) };
        report('host', placeOfFact(first.facts.hugepages, first), args, {
          entity: owner,
          related: relatedPlaces(users, placeOf),
          fixes: moreOf(first, size, (byNode.get(first) ?? 0) + need - total),
        });
      }
    }
  },
});

function placeOf(guest: Guest) {
  return related('{size} for {guest}', placeOfEntity(guest), { size: formatBytes(bytesOf(guest)), guest: guest.path });
}

/** Bytes that are set aside, by page size and node. */
function poolsOf(host: Host): Map<number, Map<NumaNode, number>> {
  const pools = new Map<number, Map<NumaNode, number>>();
  for (const node of host.numaNodes) {
    for (const [text, count] of Object.entries(valueOf(node.facts.hugepages) ?? {})) {
      const size = parseQuantity(text, 'size');
      if (!size.ok) continue;
      const pool = pools.get(size.value.value) ?? new Map<NumaNode, number>();
      pools.set(size.value.value, pool.set(node, count * size.value.value));
    }
  }
  return pools;
}

function bytesOf(guest: Guest): number {
  return (valueOf(guest.memory.size) ?? 0) * guest.count;
}

/** The one node a guest takes its memory from. */
function onlyNode(guest: Guest): NumaNode | undefined {
  const { memory } = pinnedNodes(guest);
  const nodes = memory.size > 0 ? memory : nodesOfGuest(guest);
  return nodes.size === 1 && valueOf(guest.memory.mode) === 'strict' ? [...nodes][0] : undefined;
}

function dpdkBytes(host: Host): Map<NumaNode, number> {
  const bytes = new Map<NumaNode, number>();
  for (const entity of host.switches) {
    for (const [id, size] of Object.entries(valueOf(entity.facts.socketMem) ?? {})) {
      const node = host.numaNodes.find((each) => each.id === id);
      if (node !== undefined) bytes.set(node, (bytes.get(node) ?? 0) + size);
    }
  }
  return bytes;
}

/** Enough pages, where the memory of the node allows. */
function moreOf(node: NumaNode, size: number, bytes: number) {
  const memory = valueOf(node.facts.memory);
  const key = Object.keys(valueOf(node.facts.hugepages) ?? {}).find((text) => {
    const parsed = parseQuantity(text, 'size');
    return parsed.ok && parsed.value.value === size;
  });
  const pages = Math.ceil(bytes / size);
  if (memory === undefined || pages * size >= memory || key === undefined) return [];
  return fixOf('Set {pages} pages aside on {node}', { pages, node: node.id }, setting(node, ['hugepages', key], pages));
}
