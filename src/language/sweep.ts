import { BUCKETS, quantile } from '../sim/engine/histogram.js';
import type { Latency, ObjectiveResult, SimulationResult } from '../sim/result.js';

const PS_PER_SEC = 1e12;

/** One property and the values that it takes in turn. */
export interface Variation {
  readonly path: string;
  readonly values: readonly string[];
}

/** `iovt-sweep/1`: a grid of runs, or a part of one. */
export interface SweepResult {
  readonly format: 'iovt-sweep/1';
  readonly version: string;
  readonly inputHash: string;
  readonly vary: readonly Variation[];
  /** Points of the whole grid. */
  readonly points: number;
  readonly rows: readonly SweepRow[];
}

export interface SweepRow {
  /** Number of the point in the grid, from 0; the last property varies fastest. */
  readonly point: number;
  readonly set: Readonly<Record<string, string>>;
  readonly engine: 'des' | 'fluid';
  /** More than one where runs were merged. */
  readonly seeds: readonly number[];
  readonly simulatedSec: number;
  readonly workloads: readonly SweepWorkload[];
  readonly objectives: readonly Pick<ObjectiveResult, 'id' | 'status' | 'actual' | 'limit'>[];
  readonly notes: readonly string[];
}

export interface SweepWorkload {
  readonly id: string;
  readonly offeredOpsPerSec: number;
  readonly achievedOpsPerSec: number;
  readonly achievedBitsPerSec: number;
  readonly lossRatio: number;
  readonly latencySec: Latency;
  /** Pairs of bucket and count, so that merged runs have quantiles of all their operations. */
  readonly histogram: readonly (readonly [bucket: number, count: number])[];
  /** Why nothing of it was simulated at this point. */
  readonly note?: string;
}

/** The changes of a point of the grid. */
export function pointOf(vary: readonly Variation[], point: number): Record<string, string> {
  const set: Record<string, string> = {};
  let rest = point;
  for (const { path, values } of [...vary].reverse()) {
    set[path] = values[rest % values.length] as string;
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(vary.map(({ path }) => [path, set[path] as string]));
}

export function rowOf(
  point: number,
  set: Readonly<Record<string, string>>,
  result: SimulationResult,
  histograms: ReadonlyMap<string, Uint32Array>,
): SweepRow {
  return {
    point,
    set,
    engine: result.engine,
    seeds: [result.seed],
    simulatedSec: result.simulatedSec,
    workloads: [
      ...result.workloads.map(({ id, offered, achieved, lossRatio, latencySec }) => ({
        id,
        offeredOpsPerSec: offered.opsPerSec,
        achievedOpsPerSec: achieved.opsPerSec,
        achievedBitsPerSec: achieved.bitsPerSec,
        lossRatio,
        latencySec,
        histogram: [...(histograms.get(id) ?? [])].flatMap((count, bucket) => (count > 0 ? [[bucket, count] as const] : [])),
      })),
      ...leftOut(result),
    ],
    objectives: result.objectives.map(({ id, status, actual, limit }) => ({ id, status, actual, limit })),
    notes: result.notes.map(({ about, message }) => (about === '' ? message : `${about}: ${message}`)),
  };
}

/** A point at which a workload does nothing has a row for it all the same: a rate of zero is a point as any other. */
function leftOut({ notes, workloads }: SimulationResult): SweepWorkload[] {
  const nothing = {
    offeredOpsPerSec: 0,
    achievedOpsPerSec: 0,
    achievedBitsPerSec: 0,
    lossRatio: 0,
    latencySec: { mean: null },
    histogram: [],
  };
  const found = new Map<string, SweepWorkload>();
  for (const { kind, about, message } of notes) {
    if (kind !== 'no-path' && kind !== 'not-simulated') continue;
    if (about !== '' && !workloads.some(({ id }) => id === about)) found.set(about, { id: about, ...nothing, note: message });
  }
  return [...found.values()];
}

/** Why results cannot be merged. */
export class MergeProblem extends Error {}

/**
 * Parts of one sweep as one. Points that were run with several seeds are pooled: histograms add up, intervals shrink as those
 * of independent runs do.
 */
export function mergeSweeps(parts: readonly SweepResult[]): SweepResult {
  const [first] = parts;
  if (first === undefined) throw new MergeProblem('There is nothing to merge.');
  for (const part of parts) {
    if (part.inputHash !== first.inputHash)
      throw new MergeProblem('The results are of different designs, or of different versions of one.');
    if (JSON.stringify(part.vary) !== JSON.stringify(first.vary)) throw new MergeProblem('The results vary different properties.');
  }
  const byPoint = new Map<number, SweepRow[]>();
  for (const row of parts.flatMap((part) => part.rows)) {
    const rows = byPoint.get(row.point) ?? [];
    // The same run twice says nothing new.
    if (!rows.some((other) => other.seeds.some((seed) => row.seeds.includes(seed)))) rows.push(row);
    byPoint.set(row.point, rows);
  }
  const rows = [...byPoint].sort(([a], [b]) => a - b).map(([, same]) => poolRows(same));
  return { ...first, rows };
}

function poolRows(rows: readonly SweepRow[]): SweepRow {
  const [first] = rows as [SweepRow];
  if (rows.length === 1) return first;
  const seconds = rows.reduce((sum, row) => sum + row.simulatedSec, 0);
  return {
    ...first,
    seeds: rows.flatMap((row) => row.seeds),
    simulatedSec: seconds,
    workloads: first.workloads.map((workload) =>
      poolWorkloads(
        rows.flatMap((row) => {
          const same = row.workloads.find(({ id }) => id === workload.id);
          return same === undefined ? [] : [{ workload: same, share: seconds > 0 ? row.simulatedSec / seconds : 1 / rows.length }];
        }),
      ),
    ),
    notes: [...new Set(rows.flatMap((row) => row.notes))],
  };
}

function poolWorkloads(parts: readonly { readonly workload: SweepWorkload; readonly share: number }[]): SweepWorkload {
  const sum = (pick: (workload: SweepWorkload) => number) =>
    parts.reduce((total, { workload, share }) => total + share * pick(workload), 0);
  const counts = new Uint32Array(BUCKETS);
  for (const { workload } of parts) for (const [bucket, count] of workload.histogram) counts[bucket] = (counts[bucket] as number) + count;
  const all = counts.reduce((total, count) => total + count, 0);
  const achieved = sum((workload) => workload.achievedOpsPerSec);
  const offered = sum((workload) => workload.offeredOpsPerSec);
  const weightOf = ({ workload, share }: (typeof parts)[number]) =>
    achieved > 0 ? (share * workload.achievedOpsPerSec) / achieved : share;
  const first = (parts[0] as (typeof parts)[number]).workload;
  // Where nothing was completed there is nothing to add; where a queue grew without bound there is no mean of all.
  const isWithoutMean = parts.every(({ workload }) => workload.latencySec.mean === null) || parts.some(isUnbounded);
  const mean = isWithoutMean ? null : parts.reduce((total, part) => total + weightOf(part) * (part.workload.latencySec.mean ?? 0), 0);
  const at = (fraction: number) => quantile(counts, 0, all, fraction) / PS_PER_SEC;
  const around = (name: 'mean' | 'p99', middle: number): [number, number | null] => {
    if (parts.some(({ workload }) => workload.latencySec.ci95?.[name][1] === null)) return [0, null];
    const squares = parts.reduce((total, part) => {
      const interval = part.workload.latencySec.ci95?.[name];
      return total + (interval === undefined ? 0 : (weightOf(part) * ((interval[1] ?? 0) - interval[0])) / 2) ** 2;
    }, 0);
    return [Math.max(0, middle - Math.sqrt(squares)), middle + Math.sqrt(squares)];
  };
  return {
    id: first.id,
    ...(first.note === undefined ? {} : { note: first.note }),
    offeredOpsPerSec: offered,
    achievedOpsPerSec: achieved,
    achievedBitsPerSec: sum((workload) => workload.achievedBitsPerSec),
    lossRatio: offered > 0 ? sum((workload) => workload.lossRatio * workload.offeredOpsPerSec) / offered : 0,
    latencySec:
      all === 0 || mean === null
        ? { mean }
        : {
            mean,
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            ci95: { mean: around('mean', mean), p99: around('p99', at(0.99)) },
          },
    histogram: [...counts].flatMap((count, bucket) => (count > 0 ? [[bucket, count] as const] : [])),
  };
}

function isUnbounded({ workload }: { readonly workload: SweepWorkload }): boolean {
  return workload.latencySec.mean === null && workload.achievedOpsPerSec > 0;
}

/** A line for each point and workload. */
export function csvSweep({ vary, rows }: SweepResult): string {
  const quoted = (value: string | number) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  const columns = [
    'offeredOpsPerSec',
    'achievedOpsPerSec',
    'achievedBitsPerSec',
    'lossRatio',
    'meanSec',
    'meanLowSec',
    'meanHighSec',
    'p50Sec',
  ];
  const header = [
    'point',
    ...vary.map(({ path }) => path),
    'workload',
    ...columns,
    'p90Sec',
    'p99Sec',
    'p99LowSec',
    'p99HighSec',
    'p999Sec',
    'objectivesFailed',
    'note',
  ];
  const lines = rows.flatMap((row) =>
    row.workloads.map(({ id, offeredOpsPerSec, achievedOpsPerSec, achievedBitsPerSec, lossRatio, latencySec: l, note }) => [
      row.point,
      ...vary.map(({ path }) => row.set[path] ?? ''),
      id,
      offeredOpsPerSec,
      achievedOpsPerSec,
      achievedBitsPerSec,
      lossRatio,
      l.mean ?? '',
      l.ci95?.mean[0] ?? '',
      l.ci95?.mean[1] ?? '',
      l.p50 ?? '',
      l.p90 ?? '',
      l.p99 ?? '',
      l.ci95?.p99[0] ?? '',
      l.ci95?.p99[1] ?? '',
      l.p999 ?? '',
      row.objectives.filter(({ status }) => status === 'fail').length,
      note ?? '',
    ]),
  );
  return [header, ...lines].map((line) => `${line.map(quoted).join(',')}\n`).join('');
}
