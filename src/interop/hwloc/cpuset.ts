import { type CpuSet, cpuSetOf, MAX_CPU } from '../../core/units/cpu-set.js';

/** A set of CPUs as one number, bit n for CPU n: hwloc's files ask again and again which sets meet. */
export type CpuMask = bigint;

/**
 * The bit mask of hwloc: comma-separated groups of 32 bits, the highest first, an empty group standing for zero.
 * `0x3fff0000,,,0x00003fff` has bits 0-13 and 112-125. Undefined for anything else, and for sets without end (`0xf...f`).
 */
export function parseMask(text: string): CpuMask | undefined {
  const groups = text.trim().split(',');
  if (groups.length > (MAX_CPU + 1) / 32 || groups.some((group) => !/^(0x[0-9a-f]{1,8})?$/i.test(group))) return undefined;
  return BigInt(`0x${groups.map((group) => group.slice(2).padStart(8, '0')).join('')}`);
}

export function cpuSetOfMask(mask: CpuMask): CpuSet {
  const ranges: [number, number][] = [];
  let cpu = 0;
  for (const digit of [...mask.toString(16)].reverse()) {
    const bits = Number.parseInt(digit, 16);
    for (let bit = 0; bit < 4; bit++, cpu++) if ((bits >>> bit) & 1) ranges.push([cpu, cpu]);
  }
  return cpuSetOf(ranges);
}

export function sizeOfMask(mask: CpuMask): number {
  let size = 0;
  for (const digit of mask.toString(16)) size += BITS[Number.parseInt(digit, 16)] as number;
  return size;
}

const BITS = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4];
