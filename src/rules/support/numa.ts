import type { Device } from '../../core/model/device.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import { type Guest, guestCpus } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import { type NumaNode, numaNodeOf } from '../../core/model/pcie.js';
import type { Reference } from '../../core/model/reference.js';
import { type CpuSet, intersects } from '../../core/units/cpu-set.js';

/** The NUMA nodes that a set of CPUs is on. */
export function nodesOfCpus(host: Host, cpus: CpuSet | undefined): Set<NumaNode> {
  if (cpus === undefined) return new Set();
  return new Set(
    host.numaNodes.filter(({ facts }) => {
      const own = valueOf(facts.cpus);
      return own !== undefined && intersects(own, cpus);
    }),
  );
}

const nodesByGuest = new WeakMap<Guest, { cpus: ReadonlySet<NumaNode>; memory: ReadonlySet<NumaNode> }>();

/** Where the vCPUs and the memory of a guest are pinned to; nothing where they are not, or nobody says. */
export function pinnedNodes(guest: Guest): { readonly cpus: ReadonlySet<NumaNode>; readonly memory: ReadonlySet<NumaNode> } {
  let known = nodesByGuest.get(guest);
  if (known === undefined) {
    const cpus = guestCpus(guest);
    known = {
      cpus: nodesOfCpus(guest.host, cpus.state === 'known' ? cpus.value : undefined),
      memory: new Set(referencesOf(guest.memory.nodes).flatMap((reference) => reference.as('numa-node') ?? [])),
    };
    nodesByGuest.set(guest, known);
  }
  return known;
}

/** The nodes a guest runs on, by its CPUs, else by its memory. */
export function nodesOfGuest(guest: Guest): ReadonlySet<NumaNode> {
  const { cpus, memory } = pinnedNodes(guest);
  return cpus.size > 0 ? cpus : memory;
}

export function referencesOf(fact: Fact<Reference | readonly Reference[]>): readonly Reference[] {
  const value = valueOf(fact);
  if (value === undefined) return [];
  return 'text' in value ? [value] : value;
}

/** The node of a device where its host has more than one; elsewhere nothing can be remote. */
export function nodeOfDevice(device: Device): NumaNode | undefined {
  return device.host.numaNodes.length > 1 ? numaNodeOf(device) : undefined;
}
