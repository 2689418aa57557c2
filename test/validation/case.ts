import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One published result: a design (`V13.iovt`) and what was measured on it (`V13.json`). */
export interface ValidationCase {
  readonly id: string;
  readonly title: string;
  /** Where the figures were published. */
  readonly source: string;
  /** How they were measured, and what the design assumes where the source is silent. */
  readonly setup: string;
  /**
   * What the row can show. `definition`: the equations or algorithms are those published. `source`: a cost of the model was taken
   * from it, so that it shows that paths add up, not that the cost is right. `prediction`: nothing of the model comes from it.
   */
  readonly basis: 'definition' | 'source' | 'prediction';
  /** Relative error that a calibrated simulator should keep. */
  readonly tolerance: number;
  /** Why a row is outside its tolerance, in a sentence; or a caution about a row inside it. */
  readonly why?: string;
  readonly points: readonly Point[];
  readonly design: string;
}

export interface Point {
  readonly name: string;
  /** A figure, or the range that was published. */
  readonly measured: number | readonly [low: number, high: number];
  readonly unit: keyof typeof UNITS;
  /** Instead of that of the row. */
  readonly tolerance?: number;
  /** Error is the difference as a fraction of 1, not of the measured value: for values near 0. */
  readonly isAbsolute?: boolean;
  readonly scenario?: string;
  /** Changes to the design, as `--set` takes them. */
  readonly set?: Readonly<Record<string, string>>;
  readonly value: Value;
  /** The value as a ratio to another one, or less another one. */
  readonly over?: Omit<Point, 'measured' | 'name' | 'unit'>;
  readonly minus?: Omit<Point, 'measured' | 'name' | 'unit'>;
}

/** What is read off a run. */
export interface Value {
  readonly metric:
    | 'ops'
    | 'bits'
    | 'latency.mean'
    | 'latency.p50'
    | 'latency.p99'
    | 'latency.p999'
    | 'busy'
    | 'cpu'
    | 'stages'
    | 'zero-loss'
    | 'loss';
  /** Workload, resource or host; workloads joined by + add up. */
  readonly of: string;
  /** `stages`: service time of these stages of one operation, by label. */
  readonly stages?: readonly string[];
  /** `bits` of so many bytes of each operation: goodput, payload. */
  readonly bytes?: number;
  readonly times?: number;
}

export const UNITS = {
  Mpps: 1e6,
  MIOPS: 1e6,
  kIOPS: 1e3,
  IOPS: 1,
  'Gbit/s': 1e9,
  'MiB/s': 8 * 1024 * 1024,
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  '%': 0.01,
  x: 1,
  cycles: 1,
  cores: 1,
  'per I/O': 1,
} as const;

const folder = dirname(fileURLToPath(import.meta.url));

export function validationCases(wanted: readonly string[] = []): ValidationCase[] {
  return readdirSync(folder)
    .filter((name) => /^V\d+\.json$/.test(name))
    .map((name) => name.slice(0, -5))
    .filter((id) => wanted.length === 0 || wanted.includes(id))
    .sort()
    .map((id) => ({
      ...(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as Omit<ValidationCase, 'id' | 'design'>),
      id,
      design: readFileSync(join(folder, `${id}.iovt`), 'utf8'),
    }));
}
