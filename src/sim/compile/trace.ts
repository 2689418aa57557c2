/** Recorded arrivals, times from the first one. */
export interface Trace {
  readonly timesSec: readonly number[];
  /** Sizes by arrival; undefined if the file has none. */
  readonly sizesBytes: readonly number[] | undefined;
  readonly opsPerSec: number;
  /** Time after which it begins again, for workloads that repeat it. */
  readonly periodSec: number;
}

export interface TraceProblem {
  readonly line: number;
  readonly message: string;
}

/** Lines that are read; longer recordings say nothing more about a design. */
const MAX_ARRIVALS = 5_000_000;

/**
 * A CSV file with a header and the columns `time_s` and optionally `size_b`. Times must not run backwards.
 *
 * @returns what could be read, and the first thing that could not.
 */
export function parseTrace(text: string): { trace: Trace | undefined; problem: TraceProblem | undefined } {
  const lines = text.split(/\r\n|\n|\r/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const timeColumn = header.indexOf('time_s');
  const sizeColumn = header.indexOf('size_b');
  if (timeColumn < 0) return { trace: undefined, problem: { line: 1, message: 'The header names no column "time_s".' } };
  const timesSec: number[] = [];
  const sizesBytes: number[] = [];
  let problem: TraceProblem | undefined;
  for (let i = 1; i < lines.length && timesSec.length < MAX_ARRIVALS; i++) {
    const line = lines[i] as string;
    if (line.trim() === '') continue;
    const fields = line.split(',');
    const time = Number(fields[timeColumn]);
    const size = sizeColumn < 0 ? 0 : Number(fields[sizeColumn]);
    const reason = reasonAgainst(time, size, timesSec.at(-1), fields[timeColumn]);
    if (reason !== undefined) {
      problem = { line: i + 1, message: reason };
      break;
    }
    timesSec.push(time);
    sizesBytes.push(size);
  }
  const first = timesSec[0];
  const last = timesSec.at(-1);
  if (first === undefined || last === undefined)
    return { trace: undefined, problem: problem ?? { line: 2, message: 'It holds no arrivals.' } };
  const span = last - first;
  const mean = timesSec.length > 1 && span > 0 ? span / (timesSec.length - 1) : 1;
  const trace = {
    timesSec: timesSec.map((time) => time - first),
    sizesBytes: sizeColumn < 0 ? undefined : sizesBytes,
    opsPerSec: 1 / mean,
    periodSec: span + mean,
  };
  return { trace, problem };
}

function reasonAgainst(time: number, size: number, before: number | undefined, field: string | undefined): string | undefined {
  if (field === undefined || field.trim() === '' || !Number.isFinite(time)) return `"${field ?? ''}" is not a time.`;
  if (time < 0) return 'A time is not negative.';
  if (before !== undefined && time < before) return 'Times run backwards; sort the file.';
  if (!Number.isFinite(size) || size < 0) return 'A size is a positive number of bytes.';
  return undefined;
}
