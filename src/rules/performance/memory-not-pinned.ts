import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { pinnedNodes } from '../support/numa.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';

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
    free: 'vCPUs of {guest} are pinned to {node}, but its memory may come from any node.',
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
      for (const guest of host.guests) {
        const { cpus, memory } = pinnedNodes(guest);
        const [node] = cpus;
        // Without an amount nothing is said of the memory at all.
        if (node === undefined || cpus.size !== 1 || memory.has(node) || guest.memory.size.state === 'unknown') continue;
        const [other] = memory;
        const size = guest.facts.memory;
        const place = memory.size > 0 ? placeOfFact(guest.memory.nodes, guest) : placeOfFact(size, guest);
        const isPlain = size.state === 'known' && typeof size.value === 'number';
        const mib = isPlain ? (valueOf(guest.memory.size) ?? 0) / 1024 ** 2 : 0;
        const change =
          isPlain && Number.isInteger(mib)
            ? changing(size, guest, ['memory'], { size: mib % 1024 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`, nodes: node.id })
            : isPlain
              ? undefined
              : setting(guest, ['memory', 'nodes'], node.id);
        const extras = {
          entity: guest,
          related: [related('its CPUs', placeOfFact(guest.facts.cpus, guest))],
          fixes: fixOf('Take the memory from {node}', { node: node.id }, change),
        };
        if (other === undefined) report('free', place, { guest: guest.path, node: node.path }, extras);
        else report('other', place, { guest: guest.path, node: node.path, memory: other.path }, { ...extras, severity: 'warning' });
      }
    }
  },
});
