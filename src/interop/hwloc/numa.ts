import { type CpuSet, cpuSetOf, cpusOf, formatCpuSet, intersection, isSubset } from '../../core/units/cpu-set.js';
import { type DraftObject, draft } from '../draft.js';
import { IdPool } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import { aboutBytes } from '../quantities.js';
import { distancesOf } from './distances.js';
import type { HwObject } from './hw-object.js';

export interface NumaNodeFound {
  readonly id: string;
  readonly osIndex: number;
  /** CPUs that are the node's own; none for a node of memory only. */
  readonly cpus: CpuSet;
  readonly object: HwObject;
}

/** Memory that has no processors of its own, whatever it is attached to. */
const MEMORY_ONLY = /MCDRAM|HBM|GPUMemory|CXL|NVM|SPM/i;

/**
 * The NUMA nodes of a machine. hwloc gives every node the CPUs near to it, so that high-bandwidth memory beside DRAM shows
 * the same CPUs as the DRAM; Linux lists a CPU with one node only. It goes to the node that is nearest: the one with the
 * fewest CPUs, plain memory before special memory, then the lowest number.
 */
export function findNumaNodes(machine: HwObject, log: ImportLog): NumaNodeFound[] {
  const objects = machine.ofType('NUMANode');
  // Before 2.0 a machine without NUMA had no node object at all: the machine itself is the node.
  if (objects.length === 0) return [{ id: 'n0', osIndex: 0, cpus: machine.cpus, object: machine }];
  const claimed = new Set<number>();
  const nodes = objects.map((object, i) => ({ object: object.take(), osIndex: object.number('os_index') ?? i, near: object.cpus }));
  const order = [...nodes].sort(
    (a, b) => a.near.size - b.near.size || Number(isSpecial(a.object)) - Number(isSpecial(b.object)) || a.osIndex - b.osIndex,
  );
  const own = new Map<HwObject, CpuSet>();
  for (const { object, near } of order) {
    const free = cpusOf(near).filter((cpu) => !claimed.has(cpu));
    for (const cpu of free) claimed.add(cpu);
    own.set(object, cpuSetOf(free.map((cpu) => [cpu, cpu] as const)));
    if (free.length > 0 && free.length < near.size)
      log.assume(
        object.xml,
        `Part of the CPUs of NUMA node ${object.attr('os_index')} are nearer to another node; the rest is taken for its own.`,
      );
  }
  const ids = new IdPool();
  return nodes.map(({ object, osIndex }) => ({ id: ids.take(`n${osIndex}`), osIndex, cpus: own.get(object) as CpuSet, object }));
}

function isSpecial(object: HwObject): boolean {
  return MEMORY_ONLY.test(subtypeOf(object) ?? '');
}

/** 1.x and 2.0 wrote it as an info or an attribute. */
function subtypeOf(object: HwObject): string | undefined {
  return object.attr('subtype') ?? object.info('Type', 'MemoryTier', 'DAXType');
}

export function writeNumaNodes(into: DraftObject, machine: HwObject, nodes: readonly NumaNodeFound[], log: ImportLog): void {
  const packages = machine.ofType('Package');
  for (const pkg of packages) pkg.take();
  const distances = distancesOf(machine, nodes, log);
  const bandwidth = bandwidths(machine, nodes);
  for (const node of [...nodes].sort((a, b) => a.osIndex - b.osIndex)) {
    const { object, cpus, id } = node;
    const sockets = packages.filter((pkg) => intersection(pkg.cpus, cpus).size > 0 || contains(pkg, object));
    const socket = sockets.length === 1 ? sockets[0]?.number('os_index') : undefined;
    const memory = object.number('local_memory');
    const kind = subtypeOf(object);
    const value = draft({
      cpus: cpus.size > 0 ? formatCpuSet(cpus) : undefined,
      memory: memory === undefined || memory === 0 ? undefined : aboutBytes(memory),
      memoryBandwidth: bandwidth.get(node),
      hugepages: hugepages(object),
      socket,
      distances: distances.get(node),
    });
    const notes = [kind === undefined || kind === 'DRAM' ? undefined : kind, cpus.size > 0 ? undefined : 'memory only'].filter(
      (n) => n !== undefined,
    );
    into.set(id, value, notes.length > 0 ? { behind: notes.join(', ') } : {});
  }
}

function contains(pkg: HwObject, object: HwObject): boolean {
  for (let at: HwObject | undefined = object; at !== undefined; at = at.parent) if (at === pkg) return true;
  return false;
}

const HUGE: Readonly<Record<string, string>> = {
  65536: '64 KiB',
  2097152: '2 MiB',
  16777216: '16 MiB',
  33554432: '32 MiB',
  536870912: '512 MiB',
  1073741824: '1 GiB',
  17179869184: '16 GiB',
};

/** Pages set aside; the smallest size is the base page, which is not set aside. */
function hugepages(object: HwObject): DraftObject | undefined {
  const types = object.xml.raw.children.filter(({ name }) => name === 'page_type');
  const sizes = types.map((type) => {
    type.isRead = true;
    return { size: Number(type.attr('size')), count: Number(type.attr('count')) };
  });
  const base = Math.min(...sizes.map(({ size }) => size));
  const set = sizes.filter(({ size, count }) => size > base && count > 0 && HUGE[size] !== undefined && Number.isInteger(count));
  return set.length === 0 ? undefined : draft(Object.fromEntries(set.map(({ size, count }) => [HUGE[size], count])));
}

/** The `Bandwidth` memory attribute: MiB/s from each node to the CPUs beside it. */
function bandwidths(machine: HwObject, nodes: readonly NumaNodeFound[]): Map<NumaNodeFound, string> {
  const found = new Map<NumaNodeFound, string>();
  const topology = machine.xml.parent;
  for (const attribute of topology?.raw.children.filter(({ name }) => name === 'memattr') ?? []) {
    const name = attribute.raw.attributes.find((a) => a.name === 'name')?.value;
    if (name !== 'Bandwidth') continue;
    attribute.isRead = true;
    attribute.attr('name');
    for (const value of attribute.raw.children) {
      const target = value.raw.attributes.find((a) => a.name === 'target_obj_gp_index')?.value;
      const node = nodes.find(({ object }) => object.attr('gp_index') === target);
      const mibPerSec = Number(value.raw.attributes.find((a) => a.name === 'value')?.value);
      if (node === undefined || !Number.isInteger(mibPerSec) || mibPerSec <= 0) continue;
      value.isRead = true;
      for (const name of ['target_obj_type', 'target_obj_gp_index', 'value', 'initiator_cpuset']) value.attr(name);
      found.set(node, `${mibPerSec} MiB/s`);
    }
  }
  return found;
}

/** The node that something near these CPUs belongs to; undefined where it is near to several, or to none. */
export function nodeNear(cpus: CpuSet, nodes: readonly NumaNodeFound[]): NumaNodeFound | undefined {
  if (nodes.length === 1) return nodes[0];
  if (cpus.size === 0) return undefined;
  const touched = nodes.filter((node) => intersection(node.cpus, cpus).size > 0);
  const [only, ...others] = touched;
  return others.length === 0 && only !== undefined && isSubset(cpus, only.cpus) ? only : undefined;
}
