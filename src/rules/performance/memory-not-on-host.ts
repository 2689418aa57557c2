import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { NumaNode } from '../../core/model/pcie.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { referencesOf } from '../support/numa.js';
import { isVdpa, vfioDevices } from '../support/pinning.js';
import { noGuestStates } from '../support/stated.js';
import { fixOf, placeOfFact, setting } from '../support/text.js';
import { listed } from '../support/words.js';

const numa = { n0: { memory: '32 GiB' }, n1: { memory: '32 GiB' } };

export const memoryNotOnHost = defineRule({
  id: 'IOVT326',
  name: 'memory-not-on-host',
  title: 'A guest is larger than the memory it may have',
  severity: 'error',
  group: 'performance',
  mutedBy: ['hugepages-insufficient'],
  messages: {
    host: '{guest} has {size} of memory, more than all of {host}, which has {have}.',
    nodes: '{guest} has {size} of memory and may take it from {nodes} only, where there is {have}.',
  },
  docs: {
    why: 'Guests together may be promised more than there is, because seldom all of them use it. A single guest that is larger than its host, or than the NUMA nodes it is bound to, is killed or swaps as soon as it fills its memory.',
    fix: 'Make it smaller, bind it to more nodes, or place it on a larger host.',
    sources: ['Linux Documentation/admin-guide/mm/numa_memory_policy.rst', 'libvirt formatdomain, "NUMA Node Tuning"'],
  },
  examples: {
    bad: [
      onHost({ numa, guests: { a: { memory: '128 GiB' } } }),
      onHost({ numa, guests: { a: { memory: { size: '48 GiB', nodes: 'n0' } } } }),
    ],
    good: [
      onHost({ numa, guests: { a: { count: 4, memory: '32 GiB' } } }),
      onHost({ numa, guests: { a: { memory: { size: '48 GiB', nodes: 'n0', mode: 'preferred' } } } }),
      onHost({ numa: { n0: {} }, guests: { a: { memory: '1 TiB' } } }),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'memory')) return;
    for (const host of topology.hosts) {
      const have = memoryOf(host.numaNodes);
      for (const guest of host.guests) {
        const size = valueOf(guest.memory.size);
        if (size === undefined) continue;
        const place = placeOfFact(guest.memory.size, guest);
        const args = () => ({ guest: guest.path, size: formatBytes(size), host: host.path });
        if (have !== undefined && size > have) {
          // Of a guest that pins its memory another rule speaks.
          if (isPinned(guest)) continue;
          report('host', place, { ...args(), have: formatBytes(have) }, { entity: guest });
          continue;
        }
        const nodes = referencesOf(guest.memory.nodes).flatMap((reference) => reference.as('numa-node') ?? []);
        const bound = isBound(guest) ? memoryOf(nodes) : undefined;
        if (bound === undefined || size <= bound) continue;
        report(
          'nodes',
          place,
          { ...args(), nodes: listed(nodes.map(({ path }) => path)), have: formatBytes(bound) },
          {
            entity: guest,
            related: [related('bound here', placeOfFact(guest.memory.nodes, guest))],
            fixes: fixOf('Let it take memory elsewhere as well', {}, setting(guest, ['memory', 'mode'], 'preferred')),
          },
        );
      }
    }
  },
});

function memoryOf(nodes: readonly NumaNode[]): number | undefined {
  if (nodes.length === 0) return undefined;
  let sum = 0;
  for (const { facts } of nodes) {
    const own = valueOf(facts.memory);
    if (own === undefined) return undefined;
    sum += own;
  }
  return sum;
}

function isPinned(guest: Guest): boolean {
  return vfioDevices(guest).length > 0 || guest.devices.some(isVdpa);
}

/** What is only preferred may come from elsewhere; what nobody says is strict, as with libvirt. */
function isBound({ memory }: Guest): boolean {
  return valueOf(memory.mode) !== 'preferred';
}
