import { loadProject, type Project } from '../../core/model/project.js';
import { version } from '../../core/version.js';
import { textReport } from '../../language/report/check-text.js';
import { hashOf } from '../../language/simulation.js';
import {
  csvSweep,
  MergeProblem,
  mergeSweeps,
  pointOf,
  rowOf,
  type SweepResult,
  type SweepRow,
  type Variation,
} from '../../language/sweep.js';
import type { CommandSpec } from '../command.js';
import { type ExitCode, type Io, UserError } from '../io.js';
import { requestOf, runOrExplain, simulationOptions } from './simulate.js';

/** Points of one grid; each is a run of seconds. */
const MAX_POINTS = 100_000;

const outputOptions: CommandSpec['options'] = [
  { flags: '--format <format>', description: 'form of the result; only json can be merged', choices: ['csv', 'json'], default: 'csv' },
  { flags: '-o, --output <file>', description: 'file to write; standard output if left out' },
];

export const sweepCommand: CommandSpec = {
  name: 'sweep',
  summary: 'Run a design for every combination of the values of some properties',
  arguments: [{ syntax: '<file>', description: 'design (.iovt), or - for standard input' }],
  options: [
    { flags: '--vary <path=a,b,c>', description: 'a property and its values, such as h1/web/eth0.queues=1,2,4', repeats: true },
    { flags: '--shard <i/n>', description: 'run part i of n only, i from 0' },
    ...simulationOptions,
    ...outputOptions,
  ],
  async action([file], options, io) {
    const name = file as string;
    const vary = ((options['vary'] as string[]) ?? []).map(variationOf);
    const points = vary.reduce((product, { values }) => product * values.length, 1);
    if (vary.length === 0) throw new UserError('sweep needs at least one --vary.', 'For example --vary h1/web/eth0.queues=1,2,4');
    if (points > MAX_POINTS) throw new UserError(`The grid has ${points} points; ${MAX_POINTS} is the limit.`);
    const shard = shardOf(options['shard']);
    const project = await loadProject(await io.readSource(name), io.workspace);
    const request = requestOf(options);
    const rows: SweepRow[] = [];
    let errors = 0;
    for (let point = shard.index; point < points; point += shard.count) {
      const { row, failed } = await runPoint(project, request, vary, point, name, io);
      rows.push(row);
      errors += failed ? 1 : 0;
    }
    const inputHash = hashOf(project, request);
    await print({ format: 'iovt-sweep/1', version, inputHash, vary, points, rows }, options, io);
    return codeOf(rows, errors);
  },
};

export const mergeCommand: CommandSpec = {
  name: 'merge',
  summary: 'Put the parts of a sweep together',
  arguments: [{ syntax: '<result...>', description: 'results of `iovt sweep --format json`' }],
  options: outputOptions,
  async action([files], options, io) {
    const parts: SweepResult[] = [];
    for (const name of files as string[]) parts.push(parse(name, (await io.readSource(name)).text));
    try {
      const merged = mergeSweeps(parts);
      const missing = merged.points - merged.rows.length;
      if (missing > 0) io.message(`${missing} of ${merged.points} points are missing.`);
      await print(merged, options, io);
      return codeOf(merged.rows, 0);
    } catch (error) {
      if (error instanceof MergeProblem) throw new UserError(error.message);
      throw error;
    }
  },
};

async function runPoint(
  project: Project,
  request: ReturnType<typeof requestOf>,
  vary: readonly Variation[],
  point: number,
  name: string,
  io: Io,
): Promise<{ row: SweepRow; failed: boolean }> {
  const set = pointOf(vary, point);
  const histograms = new Map<string, Uint32Array>();
  const { analysis, result } = await runOrExplain(
    project,
    { ...request, set: [...(request.set ?? []), ...Object.entries(set)] },
    io,
    histograms,
  );
  const diagnostics = analysis.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (diagnostics.length > 0) {
    io.message(
      `${Object.entries(set)
        .map((pair) => pair.join('='))
        .join(', ')}:`,
    );
    io.message(textReport([{ name, analysis: { ...analysis, diagnostics, suppressed: [] } }]).trimEnd());
  }
  return { row: rowOf(point, set, result, histograms), failed: diagnostics.length > 0 };
}

function codeOf(rows: readonly SweepRow[], errors: number): ExitCode {
  return errors > 0 || rows.some((row) => row.objectives.some(({ status }) => status === 'fail')) ? 1 : 0;
}

async function print(result: SweepResult, options: Readonly<Record<string, unknown>>, io: Io): Promise<void> {
  const text = options['format'] === 'json' ? `${JSON.stringify(result)}\n` : csvSweep(result);
  await io.write(options['output'] as string | undefined, text);
}

function variationOf(text: string): Variation {
  const at = text.indexOf('=');
  const values = text
    .slice(at + 1)
    .split(',')
    .map((value) => value.trim());
  if (at < 1 || values.some((value) => value === ''))
    throw new UserError(`--vary takes PATH=a,b,c, not "${text}".`, 'For example --vary h1/web/eth0.queues=1,2,4');
  return { path: text.slice(0, at).trim(), values };
}

function shardOf(value: unknown): { index: number; count: number } {
  if (value === undefined) return { index: 0, count: 1 };
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(String(value).trim()) ?? [];
  if (index === undefined || Number(count) < 1 || Number(index) >= Number(count))
    throw new UserError(`--shard takes I/N with I from 0 to N - 1, not "${String(value)}".`, 'For example --shard 0/4');
  return { index: Number(index), count: Number(count) };
}

function parse(name: string, text: string): SweepResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${name} is not JSON.`, 'Merge takes what `iovt sweep --format json` wrote.');
  }
  const result = value as Partial<SweepResult> | null;
  const isSweep =
    typeof result === 'object' &&
    result?.format === 'iovt-sweep/1' &&
    Array.isArray(result.rows) &&
    Array.isArray(result.vary) &&
    Number.isInteger(result.points);
  const isWhole =
    isSweep &&
    (result.rows as unknown[]).every((row) => {
      const { point, seeds, workloads, set, objectives, notes } = (row ?? {}) as Partial<SweepRow>;
      return (
        Number.isInteger(point) &&
        typeof set === 'object' &&
        [seeds, workloads, objectives, notes].every(Array.isArray) &&
        (workloads as readonly { histogram?: unknown; latencySec?: unknown }[]).every(
          (w) => Array.isArray(w?.histogram) && typeof w.latencySec === 'object',
        )
      );
    });
  if (!isWhole) throw new UserError(`${name} is not a result of iovt sweep.`, 'Merge takes what `iovt sweep --format json` wrote.');
  return result as SweepResult;
}
