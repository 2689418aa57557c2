import { type CpuMask, sizeOfMask } from './cpuset.js';

/** How many threads the cores of a node have, and which CPUs are one core. */
export interface Threads {
  readonly threadsPerCore?: number;
  readonly threadNumbering?: 'neighbours';
}

/**
 * What the cores of a node say, in the terms of the language: its list of CPUs in equal parts, or neighbours. Nothing where they
 * do not all have the same number of threads, or are numbered in yet another way.
 */
export function threadsOf(cpus: CpuMask, cores: readonly CpuMask[]): Threads {
  const own = cores.filter((core) => (core & cpus) !== 0n);
  const [first] = own;
  const threadsPerCore = first === undefined ? 0 : sizeOfMask(first);
  if (threadsPerCore === 0 || own.some((core) => (core & ~cpus) !== 0n || sizeOfMask(core) !== threadsPerCore)) return {};
  const list = listOf(cpus);
  if (own.length * threadsPerCore !== list.length) return {};
  if (threadsPerCore === 1) return { threadsPerCore };
  const stated = new Set(own);
  const isCore = (threads: readonly number[]) => stated.has(threads.reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n));
  const inParts = own.every((_, core) => isCore(list.filter((_cpu, i) => i % own.length === core)));
  if (inParts) return { threadsPerCore };
  const asNeighbours = own.every((_, core) => isCore(list.slice(core * threadsPerCore, (core + 1) * threadsPerCore)));
  return asNeighbours ? { threadsPerCore, threadNumbering: 'neighbours' } : {};
}

function listOf(mask: CpuMask): number[] {
  const list: number[] = [];
  const digits = mask.toString(16);
  for (let i = 0; i < digits.length; i++) {
    const bits = Number.parseInt(digits[digits.length - 1 - i] as string, 16);
    for (let bit = 0; bit < 4; bit++) if ((bits >>> bit) & 1) list.push(i * 4 + bit);
  }
  return list;
}
