import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { loadProject, type Project } from '../../src/core/model/project.js';
import { findRate } from '../../src/language/find-rate.js';
import { type SimulationRequest, simulateProject } from '../../src/language/simulation.js';
import type { SimulationResult } from '../../src/sim/result.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';
import { type Point, UNITS, type ValidationCase, type Value } from './case.js';

export interface PointResult {
  readonly point: Point;
  readonly simulated: number;
  readonly error: number;
  readonly isInTolerance: boolean;
}

export interface RowResult {
  readonly row: ValidationCase;
  readonly points: readonly PointResult[];
  /** Mean of the absolute errors of its points, and the worst of them. */
  readonly meanError: number;
  readonly worstError: number;
  /** Every point is. */
  readonly isInTolerance: boolean;
}

/** Runs one published case: every point is a run of its design, runs that several points read are made once. */
export async function runCase(row: ValidationCase, engine: 'des' | 'fluid'): Promise<RowResult> {
  const workspace = new MemoryWorkspace({ 'main.iovt': row.design });
  const main = await workspace.read('memory:/main.iovt');
  if (main === undefined) throw new Error(`${row.id} has no design`);
  const project = await loadProject(main, workspace);
  const runs = new Map<string, SimulationResult>();
  const points: PointResult[] = [];
  for (const point of row.points) {
    let value = (await read(project, runs, point, engine)) / 1;
    if (point.over !== undefined) value /= await read(project, runs, point.over, engine);
    if (point.minus !== undefined) value -= await read(project, runs, point.minus, engine);
    const simulated = value / UNITS[point.unit];
    const error = errorOf(point, simulated);
    const limit = point.tolerance ?? row.tolerance;
    points.push({ point, simulated, error, isInTolerance: Math.abs(error) <= limit });
  }
  const errors = points.map(({ error }) => Math.abs(error));
  return {
    row,
    points,
    meanError: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length),
    worstError: Math.max(...errors),
    isInTolerance: points.every((point) => point.isInTolerance),
  };
}

/** Relative error; none inside a published range. A run that found nothing is wholly wrong, not right by accident. */
function errorOf({ measured, isAbsolute }: Point, simulated: number): number {
  if (!Number.isFinite(simulated)) return Number.POSITIVE_INFINITY;
  const nearest = typeof measured === 'number' ? measured : Math.min(measured[1], Math.max(measured[0], simulated));
  return isAbsolute === true ? simulated - nearest : (simulated - nearest) / nearest;
}

async function read(
  project: Project,
  runs: Map<string, SimulationResult>,
  point: Pick<Point, 'scenario' | 'set' | 'value'>,
  engine: 'des' | 'fluid',
): Promise<number> {
  const request: SimulationRequest = {
    engine,
    precisionRatio: 0.03,
    budgetSec: 60,
    scenarios: point.scenario === undefined ? [] : [point.scenario],
    set: Object.entries(point.set ?? {}),
  };
  const key = JSON.stringify([request, point.value.metric === 'zero-loss']);
  let result = runs.get(key);
  if (result === undefined) {
    const host = {
      clock: () => performance.now() / 1000,
      pause: async () => undefined,
      isCancelled: () => false,
      onProgress: () => undefined,
    };
    const run =
      point.value.metric === 'zero-loss'
        ? await findRate(project, request, { workload: point.value.of, lossRatio: 0 }, host)
        : await simulateProject(project, request, host, {});
    const wrong = run.analysis.diagnostics.filter(({ code, severity }) => severity === 'error' && /^IOVT0/.test(code));
    if (wrong.length > 0) throw new Error(wrong.map((diagnostic) => messageText(diagnostic.message)).join(' '));
    result = run.result;
    const left = result.notes.filter((note) => note.kind === 'no-path' || note.kind === 'not-simulated');
    if (left.length > 0) throw new Error(left.map((note) => `${note.about}: ${note.message}`).join(' '));
    runs.set(key, result);
  }
  return valueOf(result, point.value) * (point.value.times ?? 1);
}

function valueOf(result: SimulationResult, { metric, of, stages, bytes }: Value): number {
  const ids = of.split('+');
  const workloads = result.workloads.filter((workload) => ids.includes(workload.id));
  const sum = (pick: (workload: SimulationResult['workloads'][number]) => number) => {
    if (workloads.length !== ids.length) throw new Error(`no workload ${of}`);
    return workloads.reduce((total, workload) => total + pick(workload), 0);
  };
  switch (metric) {
    case 'ops':
    case 'zero-loss':
      return sum((workload) => workload.achieved.opsPerSec);
    case 'bits':
      return sum((workload) => (bytes === undefined ? workload.achieved.bitsPerSec : workload.achieved.opsPerSec * bytes * 8));
    case 'loss':
      return sum((workload) => workload.lossRatio);
    case 'busy': {
      const resource = result.resources.find(({ id }) => id === of);
      if (resource === undefined) throw new Error(`no resource ${of}: ${result.resources.map(({ id }) => id).join(', ')}`);
      return resource.utilisationRatio;
    }
    case 'cpu':
      return result.hosts.find(({ id }) => id === of)?.cpuCores ?? Number.NaN;
    case 'stages': {
      const flow = result.flows.find(({ workload }) => workload === of);
      const found = flow?.breakdown.filter(({ stage }) => stages?.includes(stage)) ?? [];
      return found.reduce((total, { serviceSec }) => total + serviceSec, 0);
    }
    default: {
      const key = metric.slice('latency.'.length) as 'mean' | 'p50' | 'p99' | 'p999';
      // The fluid engine knows means only.
      return sum(({ latencySec }) => latencySec[key] ?? latencySec.mean ?? Number.NaN);
    }
  }
}
