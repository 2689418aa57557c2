/**
 * The three scales. They are never merged into one number; on each, higher is worse.
 *
 * S, security boundary: what has to fail for one tenant to reach data or traffic of the other. F, fault coupling: what a
 * failure or reset does to the other. P, performance coupling: what the load of one can take away from the other.
 */
export type Axis = 'security' | 'fault' | 'performance';

export const AXES: readonly Axis[] = ['security', 'fault', 'performance'];

/** Ranks of the security scale: S3 has two halves, because a process is easier to contain than a kernel. */
export const S = { disjoint: 0, hardware: 1, device: 2, process: 3, kernel: 4, weakened: 5, none: 6 } as const;
export const F = { none: 0, recovering: 1, disruptive: 2, inducible: 3 } as const;
export const P = { dedicated: 0, reserved: 1, capped: 2, weighted: 3, unmanaged: 4 } as const;

const NAMES: Readonly<Record<Axis, readonly string[]>> = {
  security: ['S0', 'S1', 'S2', 'S3u', 'S3k', 'S4', 'S5'],
  fault: ['F0', 'F1', 'F2', 'F3'],
  performance: ['P0', 'P1', 'P2', 'P3', 'P4'],
};

/** What each grade says, as a sentence can go on after the name of the grade. */
export const MEANING: Readonly<Record<string, string>> = {
  S0: 'nothing is shared but the host itself',
  S1: 'only hardware under full isolation is shared',
  S2: 'a device keeps them apart by its own firmware',
  S3u: 'a process of the host keeps them apart',
  S3k: 'the kernel or a vendor driver keeps them apart',
  S4: 'there is a boundary, but a setting opens part of it',
  S5: 'there is no boundary',
  F0: 'nothing that is shared can fail by itself',
  F1: 'a failure is bridged',
  F2: 'a failure interrupts both',
  F3: 'one can interrupt the other at will',
  P0: 'nothing is shared',
  P1: 'what the other needs is reserved',
  P2: 'what one can take is capped',
  P3: 'shares by weight',
  P4: 'nothing manages the sharing',
};

/** A grade that unknown facts leave open between its best and its worst; equal where nothing is open. */
export interface Interval {
  readonly best: number;
  readonly worst: number;
}

const EXACT: readonly Interval[] = Array.from({ length: 7 }, (_, rank) => ({ best: rank, worst: rank }));

export const exactly = (rank: number): Interval => EXACT[rank] ?? { best: rank, worst: rank };
export const between = (best: number, worst: number): Interval => ({ best: Math.min(best, worst), worst: Math.max(best, worst) });

/** Both hold, so the worse decides. */
export function worseOf(a: Interval, b: Interval): Interval {
  if (a.best >= b.best && a.worst >= b.worst) return a;
  if (b.best >= a.best && b.worst >= a.worst) return b;
  return { best: Math.max(a.best, b.best), worst: Math.max(a.worst, b.worst) };
}

/** As people write it: `S3k`, `F2`. */
export function gradeName(axis: Axis, rank: number): string {
  return NAMES[axis][rank] ?? (NAMES[axis].at(-1) as string);
}

/** As the result format writes it: the halves of S3 are one grade. */
export function contractName(axis: Axis, rank: number): string {
  return gradeName(axis, rank).slice(0, 2);
}

/** `S3k`, or `S1..S5` where facts are open. */
export function intervalName(axis: Axis, { best, worst }: Interval): string {
  return best === worst ? gradeName(axis, worst) : `${gradeName(axis, best)}..${gradeName(axis, worst)}`;
}

/** The bound that a name stands for; S3 allows both of its halves. */
export function boundOf(name: string): { readonly axis: Axis; readonly rank: number } | undefined {
  const axis = AXES.find((candidate) => NAMES[candidate].some((known) => known.startsWith(name.slice(0, 2))));
  if (axis === undefined) return undefined;
  const rank = NAMES[axis].findLastIndex((known) => known === name || known.slice(0, 2) === name);
  return rank < 0 ? undefined : { axis, rank };
}

export type Grades = Readonly<Record<Axis, Interval>>;

export const NO_GRADES: Grades = { security: exactly(0), fault: exactly(0), performance: exactly(0) };

export function worseGrades(a: Grades, b: Grades): Grades {
  if (a === b) return a;
  return {
    security: worseOf(a.security, b.security),
    fault: worseOf(a.fault, b.fault),
    performance: worseOf(a.performance, b.performance),
  };
}

/** `S3k F2 P4`, with intervals where facts are open. */
export function gradesText(grades: Grades): string {
  return AXES.map((axis) => intervalName(axis, grades[axis])).join(' ');
}
