import { valueOf } from '../core/model/fact.js';
import type { Project } from '../core/model/project.js';
import { changeOf } from '../core/model/scenario.js';
import type { SimulationResult } from '../sim/result.js';
import { simulate } from '../sim/simulate.js';
import { type Analysis, check } from './check.js';
import { changesOf, hashOf, type SimulationHost, type SimulationRequest } from './simulation.js';

/** The highest rate at which a workload loses no more than it may (RFC 2544, throughput). */
export interface FoundRate {
  readonly workload: string;
  /** Operations per second of each of its flows, and of all together. */
  readonly opsPerSec: number;
  readonly totalOpsPerSec: number;
  readonly bitsPerSec: number;
  readonly lossRatio: number;
  readonly trials: number;
  /** The run at that rate. */
  readonly analysis: Analysis;
  readonly result: SimulationResult;
}

export class NoSuchRate extends Error {}

/** Width of the interval in which the answer lies, relative. */
const PRECISION = 0.005;
/** Operations of the workload that one trial offers; a loss of one in so many is seen. */
const TRIAL_OPERATIONS = 100_000;

/**
 * Bisection between a rate that passes and one that does not. Each trial offers the workload alone at a constant rate, as
 * RFC 2544 does; the others keep theirs.
 */
export async function findRate(
  project: Project,
  request: SimulationRequest,
  wanted: { readonly workload: string; readonly lossRatio: number },
  host: SimulationHost,
): Promise<FoundRate> {
  const stated = changesOf(project, request);
  const known = check(project, { changes: stated }).topology.workloads;
  const workload = known.find((candidate) => candidate.id === wanted.workload);
  if (workload === undefined)
    throw new NoSuchRate(`There is no workload "${wanted.workload}". The design has ${known.map(({ id }) => id).join(', ') || 'none'}.`);
  if (valueOf(workload.facts.on) !== undefined)
    throw new NoSuchRate(`${workload.id} is I/O on a device: nothing of it is ever lost. Only packets have a rate without loss.`);

  let trials = 0;
  const run = async (opsPerSec: number | 'saturate', engine: 'des' | 'fluid', durationSec?: number) => {
    const set = (key: string, value: string) => changeOf(`${workload.id}.${key}`, value);
    const rate = opsPerSec === 'saturate' ? '"saturate"' : `"${opsPerSec.toFixed(3)} pps"`;
    const changes = [...stated, set('rate', rate), set('arrival', '"constant"')];
    if (opsPerSec !== 'saturate') changes.push(set('depth', 'null'));
    const analysis = check(project, { changes });
    const result = await simulate(analysis.topology, {
      ...request,
      ...host,
      engine,
      ...(durationSec === undefined ? {} : { durationSec }),
      inputHash: hashOf(project, request),
    });
    const own = result.workloads.find(({ id }) => id === workload.id);
    const flows = result.flows.filter((flow) => flow.workload === workload.id).length;
    if (own === undefined || flows === 0)
      throw new NoSuchRate(`${workload.id} has no path: ${result.notes.map(({ message }) => message).join(' ')}`);
    return { analysis, result, own, flows };
  };
  const trial = (opsPerSec: number) => {
    trials++;
    return run(opsPerSec, request.engine ?? 'des', request.durationSec ?? Math.max(1e-3, TRIAL_OPERATIONS / opsPerSec));
  };

  // What passes when everything is full is where a loss begins, or a little above it.
  const full = await run('saturate', 'fluid');
  let low = 0;
  let high = (full.own.achieved.opsPerSec / full.flows) * 1.1;
  if (!(high > 0)) throw new NoSuchRate(`Nothing of ${workload.id} can pass.`);
  let best: Awaited<ReturnType<typeof trial>> | undefined;
  // The estimate is an upper end only once that much has been lost there.
  let isTooMuch = false;
  while ((high - low > PRECISION * high || !isTooMuch) && trials <= 40) {
    if (!isTooMuch && high - low <= PRECISION * high) high *= 2;
    const middle = best === undefined && trials === 0 ? high / 1.1 : (low + high) / 2;
    const outcome = await trial(middle);
    if (outcome.own.lossRatio <= wanted.lossRatio) {
      low = middle;
      best = outcome;
    } else {
      high = middle;
      isTooMuch = true;
    }
  }
  if (best === undefined) throw new NoSuchRate(`${workload.id} loses more than that at any rate.`);
  return {
    workload: workload.id,
    opsPerSec: low,
    totalOpsPerSec: low * best.flows,
    bitsPerSec: best.own.offered.bitsPerSec,
    lossRatio: best.own.lossRatio,
    trials,
    analysis: best.analysis,
    result: best.result,
  };
}
