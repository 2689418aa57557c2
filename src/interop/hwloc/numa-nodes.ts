import type { IdPool } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import { numaId } from '../target/numa-nodes.js';
import { type CpuMask, sizeOfMask } from './cpuset.js';
import type { HwObject } from './hw-object.js';

export interface NumaNodeFound {
  readonly id: string;
  readonly osIndex: number;
  /** CPUs that are the node's own; none for a node of memory only. */
  readonly cpus: CpuMask;
  readonly object: HwObject;
}

/** Memory that has no processors of its own, whatever it is attached to. */
const MEMORY_ONLY = /MCDRAM|HBM|GPUMemory|CXL|NVM|SPM/i;

/**
 * The NUMA nodes of a machine. hwloc gives every node the CPUs near to it, so that high-bandwidth memory beside DRAM shows
 * the same CPUs as the DRAM; Linux lists a CPU with one node only. It goes to the node that is nearest: the one with the
 * fewest CPUs, plain memory before special memory, then the lowest number.
 */
export function findNumaNodes(machine: HwObject, ids: IdPool, log: ImportLog): NumaNodeFound[] {
  const objects = machine.ofType('NUMANode');
  // Before 2.0 a machine without NUMA had no node object at all: the machine itself is the node.
  if (objects.length === 0) return [{ id: numaId(ids, 0), osIndex: 0, cpus: machine.cpus, object: machine }];
  const nodes = objects.map((object, i) => {
    const near = object.take().cpus;
    return { object, osIndex: object.number('os_index') ?? i, near, size: sizeOfMask(near), isSpecial: isSpecial(object) };
  });
  const order = [...nodes].sort((a, b) => a.size - b.size || Number(a.isSpecial) - Number(b.isSpecial) || a.osIndex - b.osIndex);
  const own = new Map<HwObject, CpuMask>();
  let claimed = 0n;
  for (const { object, near } of order) {
    const free = near & ~claimed;
    claimed |= near;
    own.set(object, free);
    if (free !== 0n && free !== near)
      log.assume(
        object.xml,
        `Part of the CPUs of NUMA node ${object.attr('os_index')} are nearer to another node; the rest is taken for its own.`,
      );
  }
  return nodes.map(({ object, osIndex }) => ({ id: numaId(ids, osIndex), osIndex, cpus: own.get(object) as CpuMask, object }));
}

function isSpecial(object: HwObject): boolean {
  return MEMORY_ONLY.test(subtypeOf(object) ?? '');
}

/** The kind of memory; 1.x and 2.0 wrote it as an info or an attribute. */
export function subtypeOf(object: HwObject): string | undefined {
  return object.attr('subtype') ?? object.info('Type', 'MemoryTier', 'DAXType');
}

/** The node that something near these CPUs belongs to; undefined where it is near to several, or to none. */
export function nodeNear(cpus: CpuMask, nodes: readonly NumaNodeFound[]): NumaNodeFound | undefined {
  if (nodes.length === 1) return nodes[0];
  const [only, ...others] = nodes.filter((node) => (node.cpus & cpus) !== 0n);
  return others.length === 0 && only !== undefined && (cpus & ~only.cpus) === 0n ? only : undefined;
}
