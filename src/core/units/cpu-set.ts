import { type Parsed, parsed, wrong } from './parsed.js';

/** Sorted, disjoint, not adjacent ranges of logical CPU numbers, both ends included. */
export interface CpuSet {
  readonly ranges: readonly (readonly [first: number, last: number])[];
  readonly size: number;
}

/** Linux is built for at most 8192 CPUs (CONFIG_NR_CPUS on x86). */
export const MAX_CPU = 8191;

/** The list form of Linux: `"0-3,8"`, also `"0-30:2/4"` (two of every four). */
export function parseCpuSet(text: string): Parsed<CpuSet> {
  const ranges: [number, number][] = [];
  let at = 0;
  for (const part of text.split(',')) {
    const start = at;
    at += part.length + 1;
    const end = start + part.length;
    const match = /^\s*(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?\s*$/.exec(part);
    if (match === null) {
      const what = part.trim() === '' ? 'nothing between two commas' : `"${part.trim()}"`;
      return wrong(start, Math.max(end, start + 1), 'A CPU set is a list such as "0-3,8"; {what} is not a CPU or a range.', { what });
    }
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first > MAX_CPU || last > MAX_CPU) {
      return wrong(start, end, 'CPU {cpu} does not exist; Linux numbers at most {limit} CPUs.', {
        cpu: Math.max(first, last),
        limit: MAX_CPU + 1,
      });
    }
    if (last < first) {
      return wrong(start, end, 'The range runs backwards; write "{suggestion}".', { suggestion: `${last}-${first}` }, [
        text.slice(0, start) + `${last}-${first}` + text.slice(end),
      ]);
    }
    const used = match[3] === undefined ? 1 : Number(match[3]);
    const group = match[4] === undefined ? 1 : Number(match[4]);
    if (group < 1 || used < 1 || used > group) {
      return wrong(start, end, 'Write the stride as ":used/group" with 1 <= used <= group.', {});
    }
    if (used === group) ranges.push([first, last]);
    else for (let cpu = first; cpu <= last; cpu += group) ranges.push([cpu, Math.min(cpu + used - 1, last)]);
  }
  return parsed(cpuSetOf(ranges));
}

export function cpuSetOf(ranges: readonly (readonly [number, number])[]): CpuSet {
  const merged: [number, number][] = [];
  let size = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  for (const [first, last] of merged) size += last - first + 1;
  return { ranges: merged, size };
}

export function formatCpuSet(set: CpuSet): string {
  return set.ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

export function cpusOf(set: CpuSet): number[] {
  return set.ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

export function hasCpu(set: CpuSet, cpu: number): boolean {
  return set.ranges.some(([first, last]) => cpu >= first && cpu <= last);
}

export function intersection(a: CpuSet, b: CpuSet): CpuSet {
  const ranges: [number, number][] = [];
  for (const [af, al] of a.ranges) {
    for (const [bf, bl] of b.ranges) {
      const first = Math.max(af, bf);
      const last = Math.min(al, bl);
      if (first <= last) ranges.push([first, last]);
    }
  }
  return cpuSetOf(ranges);
}

export function intersects(a: CpuSet, b: CpuSet): boolean {
  for (const [af, al] of a.ranges) for (const [bf, bl] of b.ranges) if (af <= bl && bf <= al) return true;
  return false;
}

export function union(a: CpuSet, b: CpuSet): CpuSet {
  return cpuSetOf([...a.ranges, ...b.ranges]);
}

export function isSubset(inner: CpuSet, outer: CpuSet): boolean {
  // Ranges are neither adjacent nor do they overlap, so each must lie in one of the other set.
  return inner.ranges.every(([first, last]) => outer.ranges.some(([from, to]) => from <= first && last <= to));
}

export const emptyCpuSet: CpuSet = { ranges: [], size: 0 };
