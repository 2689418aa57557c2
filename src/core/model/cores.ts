import { type CpuSet, cpuSetOf, cpusOf } from '../units/cpu-set.js';
import { valueOf } from './fact.js';
import type { Host } from './host.js';
import type { NumaNode } from './pcie.js';

const coresByHost = new WeakMap<Host, ReadonlyMap<number, readonly number[]>>();

/**
 * The CPUs (hardware threads) of each core, by each of them, where the document says how many threads a core has. Cores of one
 * thread are left out: nothing shares them. CPUs whose node says nothing are in no core.
 */
export function coresOf(host: Host): ReadonlyMap<number, readonly number[]> {
  let cores = coresByHost.get(host);
  if (cores === undefined) {
    const made = new Map<number, readonly number[]>();
    for (const threads of host.numaNodes.flatMap(coresOfNode)) for (const cpu of threads) made.set(cpu, threads);
    cores = made;
    coresByHost.set(host, cores);
  }
  return cores;
}

/** All threads of the cores that CPUs are on; the set itself where cores have one thread, or nobody says. */
export function wholeCores(host: Host, cpus: CpuSet): CpuSet {
  const cores = coresOf(host);
  if (cores.size === 0) return cpus;
  return cpuSetOf(cpusOf(cpus).flatMap((cpu) => (cores.get(cpu) ?? [cpu]).map((thread) => [thread, thread] as const)));
}

function coresOfNode({ facts }: NumaNode): number[][] {
  const cpus = valueOf(facts.cpus);
  const threads = valueOf(facts.threadsPerCore) ?? 1;
  // Where some threads are offline the list no longer falls into equal parts.
  if (cpus === undefined || threads < 2 || cpus.size % threads !== 0) return [];
  const list = cpusOf(cpus);
  const count = list.length / threads;
  const at =
    valueOf(facts.threadNumbering) === 'neighbours'
      ? (core: number, t: number) => core * threads + t
      : (core: number, t: number) => t * count + core;
  return Array.from({ length: count }, (_, core) => Array.from({ length: threads }, (_thread, t) => list[at(core, t)] as number));
}
