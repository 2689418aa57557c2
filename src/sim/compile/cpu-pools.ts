import { valueOf } from '../../core/model/fact.js';
import { type Host, hostCpus } from '../../core/model/host.js';
import { type CpuSet, cpuSetOf, cpusOf, formatCpuSet, intersection, union } from '../../core/units/cpu-set.js';
import type { Thread } from '../../techniques/stage.js';

/** CPUs that threads compete for: those of pinned threads whose sets touch, or those that nobody pinned. */
export interface CpuPool {
  readonly id: string;
  readonly host: Host;
  readonly cpus: CpuSet | undefined;
  readonly servers: number;
}

/** CPUs of a host that says nothing about them. */
const DEFAULT_CPUS = 16;

/**
 * Divides the CPUs of each host into pools. Pinned threads whose CPU sets overlap share a pool; threads that float run on
 * the CPUs that are left, or on all of them if none is. A DPU has processors of its own.
 */
export function cpuPools(threads: readonly Thread[]): ReadonlyMap<string, CpuPool> {
  const pools = new Map<string, CpuPool>();
  for (const host of new Set(threads.map((thread) => thread.host))) {
    const own = threads.filter((thread) => thread.host === host);
    const pinned = groupOverlapping(own.flatMap((thread) => (thread.cpus === undefined ? [] : [thread.cpus])));
    const floating = floatingPool(host, pinned);
    for (const thread of own) pools.set(thread.id, thread.role === 'dpu' ? ownProcessors(thread) : poolOf(thread, pinned, floating));
  }
  return pools;
}

function poolOf(thread: Thread, pinned: readonly CpuSet[], floating: CpuPool): CpuPool {
  const { cpus, host } = thread;
  const set = cpus === undefined ? undefined : pinned.find((group) => intersection(group, cpus).size > 0);
  if (set === undefined) return floating;
  return { id: `${host.path}/cpus/${formatCpuSet(set)}`, host, cpus: set, servers: set.size };
}

function floatingPool(host: Host, pinned: readonly CpuSet[]): CpuPool {
  const all = hostCpus(host);
  const stated = valueOf(host.facts.hostCpus);
  const taken = new Set(pinned.flatMap(cpusOf));
  const candidates = stated ?? all;
  const free = cpusOf(candidates).filter((cpu) => !taken.has(cpu));
  const cpus = free.length > 0 ? cpuSetOf(free.map((cpu) => [cpu, cpu] as const)) : candidates.size > 0 ? candidates : undefined;
  return { id: `${host.path}/cpus/*`, host, cpus, servers: cpus?.size ?? DEFAULT_CPUS };
}

function ownProcessors(thread: Thread): CpuPool {
  return { id: `${thread.entity}:cores`, host: thread.host, cpus: undefined, servers: thread.width };
}

/** Unions of sets that overlap, directly or through others. */
function groupOverlapping(sets: readonly CpuSet[]): CpuSet[] {
  let groups: CpuSet[] = [];
  for (const set of sets) {
    const touching = groups.filter((group) => intersection(group, set).size > 0);
    groups = [...groups.filter((group) => !touching.includes(group)), touching.reduce(union, set)];
  }
  return groups;
}
