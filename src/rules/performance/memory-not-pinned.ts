import type { Guest } from '../../core/model/guest.js';
import type { NumaNode } from '../../core/model/pcie.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { pinnedNodes } from '../support/numa.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const host = (guest: object, nodes: object = { n0: { cpus: '0-7' }, n1: { cpus: '8-15' } }) => ({
  numa: { ...nodes },
  guests: { a: { vcpus: 4, memory: '8 GiB', ...guest } },
});

export const memoryNotPinned = defineRule({
  id: 'IOVT323',
  name: 'memory-not-pinned',
  title: 'vCPUs are pinned to a NUMA node, memory is not',
  severity: 'info',
  group: 'performance',
  messages: {
    free: 'vCPUs of {guest} are pinned to {node}, but the memory may come from any node.',
    other: 'vCPUs of {guest} are pinned to {node}, but its memory is on {memory}.',
  },
  docs: {
    why: 'Linux places memory where it is first touched, which is the right node most of the time, and another one when the right node is full: then every access of the guest and every DMA into it crosses between sockets until it is started again. Memory on another node than the vCPUs is a warning.',
    fix: 'Write the node under "memory", "nodes".',
    sources: ['libvirt formatdomain, NUMA Node Tuning', 'Linux Documentation/admin-guide/mm/numa_memory_policy.rst'],
  },
  examples: {
    bad: [onHost(host({ cpus: '0-3' })), onHost(host({ cpus: '0-3', memory: { size: '8 GiB', nodes: 'n1' } }))],
    good: [
      onHost(host({ cpus: '0-3', memory: { size: '8 GiB', nodes: 'n0' } })),
      onHost(host({ cpus: '0-3' }, { n0: { cpus: '0-15' } })),
      onHost(host({ cpus: '6-9' })),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      if (host.numaNodes.length < 2) continue;
      const free = new Map<NumaNode, Guest[]>();
      for (const guest of host.guests) {
        const { cpus, memory } = pinnedNodes(guest);
        const [node] = cpus;
        // Without an amount nothing is said of the memory at all.
        if (node === undefined || cpus.size !== 1 || memory.has(node) || guest.memory.size.state === 'unknown') continue;
        const [other] = memory;
        if (other === undefined) {
          push(free, node, guest);
          continue;
        }
        report(
          'other',
          placeOfFact(guest.memory.nodes, guest),
          { guest: guest.path, node: node.path, memory: other.path },
          {
            entity: guest,
            severity: 'warning',
            related: [related('its CPUs', placeOfFact(guest.facts.cpus, guest))],
            fixes: fixOf('Take the memory from {node}', { node: node.id }, onNode(guest, node)),
          },
        );
      }
      // A host full of guests that are alike is one thing to know, not a hundred.
      for (const [node, guests] of free) {
        const [first] = guests;
        if (first === undefined) continue;
        report(
          'free',
          placeOfFact(first.facts.memory, first),
          { guest: listed(guests.map(({ path }) => path)), node: node.path },
          {
            entity: first,
            related: relatedPlaces(guests, (guest) =>
              related('CPUs of {guest}', placeOfFact(guest.facts.cpus, guest), { guest: guest.path }),
            ),
            fixes:
              guests.length > MOST
                ? []
                : fixOf('Take the memory from {node}', { node: node.id }, ...guests.map((guest) => onNode(guest, node))),
          },
        );
      }
    }
  },
});

const MOST = 16;

function onNode(guest: Guest, node: NumaNode) {
  const size = guest.facts.memory;
  if (size.state !== 'known' || typeof size.value !== 'number') return setting(guest, ['memory', 'nodes'], node.id);
  const mib = size.value / 1024 ** 2;
  if (!Number.isInteger(mib)) return undefined;
  return changing(size, guest, ['memory'], { size: mib % 1024 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`, nodes: node.id });
}
