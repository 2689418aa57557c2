import { type CpuSet, cpuSetOf, MAX_CPU } from '../../core/units/cpu-set.js';

/**
 * The bit mask of hwloc: comma-separated groups of 32 bits, the highest first, an empty group standing for zero.
 * `0x3fff0000,,,0x00003fff` has bits 0-13 and 112-125. Undefined for anything else, and for sets without end (`0xf...f`).
 */
export function parseMask(text: string): CpuSet | undefined {
  const groups = text.trim().split(',');
  if (groups.length > (MAX_CPU + 1) / 32 || groups.some((group) => !/^(0x[0-9a-f]{1,8})?$/i.test(group))) return undefined;
  const ranges: [number, number][] = [];
  for (const [i, group] of groups.reverse().entries()) {
    const bits = group === '' ? 0 : Number.parseInt(group, 16);
    for (let bit = 0; bit < 32; bit++) if ((bits >>> bit) & 1) ranges.push([i * 32 + bit, i * 32 + bit]);
  }
  return cpuSetOf(ranges);
}
