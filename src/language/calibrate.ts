import type { Cost } from '../catalog/costs/book.js';
import { valueOf } from '../core/model/fact.js';
import type { Project } from '../core/model/project.js';
import { changeOf, type PropertyChange } from '../core/model/scenario.js';
import { formatBase } from '../core/units/format.js';
import { compile } from '../sim/compile/compile.js';
import type { Trace } from '../sim/compile/trace.js';
import { runFluid } from '../sim/fluid-run.js';
import { check } from './check.js';

/** What somebody measured on a real machine, as far as a workload of the design says it. */
export interface Measurement {
  /** File it comes from, for the `source` of the cost. */
  readonly source: string;
  /** Undefined: the only workload of its kind. */
  readonly workload: string | undefined;
  readonly kind: 'io' | 'packet';
  /** Operations a second, or bits a second. */
  readonly opsPerSec?: number;
  readonly bitsPerSec?: number;
  /** Settings of the test that the workload takes over. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Fit {
  readonly measurement: Measurement;
  readonly workload: string;
  readonly cost: string;
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** Relative errors of the simulated rate. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

export interface Calibration {
  readonly fits: readonly Fit[];
  /** Measurements that determine nothing, each with the reason. */
  readonly unused: readonly { readonly measurement: Measurement; readonly reason: string }[];
  /** Costs by id, as the `calibration` block writes them. */
  readonly costs: Readonly<Record<string, { value: string; source: string }>>;
}

/** A cost is moved no further than this from its default: beyond, something else is wrong. */
const MAX_FACTOR = 8;
/** Part of a change of a cost that must show in the rate for the measurement to say anything about it. */
const LEAST_INFLUENCE = 0.1;

/**
 * Fits for each measurement the one cost that its rate depends on most, by bisection on the fluid engine. One that an earlier
 * measurement has fixed stays; so every number in the result was determined by exactly one measurement.
 */
export function calibrate(
  project: Project,
  measurements: readonly Measurement[],
  traces: ReadonlyMap<string, Trace> = new Map(),
): Calibration {
  const fixed: PropertyChange[] = [];
  const costs: Record<string, { value: string; source: string }> = {};
  const fits: Fit[] = [];
  const unused: { measurement: Measurement; reason: string }[] = [];
  for (const measurement of measurements) {
    const workload = workloadOf(project, measurement);
    if (typeof workload !== 'string') {
      unused.push({ measurement, reason: workload.reason });
      continue;
    }
    const test = Object.entries(measurement.settings).map(([key, value]) => changeOf(`${workload}.${key}`, value));
    const wanted = measurement.opsPerSec ?? measurement.bitsPerSec ?? 0;
    const rate = (more: readonly PropertyChange[]) => rateOf(project, [...test, ...fixed, ...more], workload, measurement, traces);
    const now = rate([]);
    if (now.rate === 0) {
      unused.push({ measurement, reason: `${workload} has no path in this design` });
      continue;
    }
    const influence = now.costs
      .filter((cost) => !Object.hasOwn(costs, cost.id))
      .map((cost) => ({ cost, share: Math.log(rate([changed(cost, 0.5)]).rate / now.rate) / Math.LN2 }))
      .sort((a, b) => b.share - a.share);
    const best = influence[0];
    if (best === undefined || best.share < LEAST_INFLUENCE) {
      unused.push({
        measurement,
        reason: `what limits ${workload} is hardware (a link, a wire, a medium), not a cost that could be fitted`,
      });
      continue;
    }
    const factor = bisect((f) => rate([changed(best.cost, f)]).rate, wanted);
    const after = rate([changed(best.cost, factor)]).rate;
    const value = formatBase(Number((best.cost.quantity.value * factor).toPrecision(3)), best.cost.quantity.base);
    const written = { value, source: measurement.source };
    costs[best.cost.id] = written;
    fixed.push(changeOf(`calibration.costs.${best.cost.id}`, JSON.stringify(written)));
    fits.push({
      measurement,
      workload,
      cost: best.cost.id,
      title: best.cost.title,
      before: formatBase(best.cost.quantity.value, best.cost.quantity.base),
      after: value,
      errorBefore: now.rate / wanted - 1,
      errorAfter: after / wanted - 1,
    });
  }
  return { fits, unused, costs };
}

function changed(cost: Cost, factor: number): PropertyChange {
  const value = formatBase(Number((cost.quantity.value * factor).toPrecision(6)), cost.quantity.base);
  return changeOf(`calibration.costs.${cost.id}`, JSON.stringify(value));
}

/** The rate falls with the cost. */
function bisect(rate: (factor: number) => number, wanted: number): number {
  let low = 1 / MAX_FACTOR;
  let high = MAX_FACTOR;
  for (let i = 0; i < 30; i++) {
    const middle = Math.sqrt(low * high);
    if (rate(middle) > wanted) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

function rateOf(
  project: Project,
  changes: readonly PropertyChange[],
  workload: string,
  { opsPerSec }: Measurement,
  traces: ReadonlyMap<string, Trace>,
) {
  const compiled = compile(check(project, { changes }).topology, traces);
  const measured = runFluid(compiled);
  const own = compiled.flows.flatMap((flow, f) => (flow.workload.id === workload ? [f] : []));
  const rate = own.reduce((sum, f) => {
    const values = measured.flows[f];
    return sum + (opsPerSec === undefined ? (values?.achievedBitsPerSec ?? 0) : (values?.achievedOpsPerSec ?? 0));
  }, 0);
  const stages = own.flatMap((f) => compiled.flows[f]?.stages ?? []);
  return { rate, costs: [...new Map(stages.flatMap((stage) => stage.costs).map((cost) => [cost.id, cost])).values()] };
}

function workloadOf(project: Project, { workload, kind }: Measurement): string | { reason: string } {
  const all = check(project).topology.workloads;
  if (workload !== undefined)
    return all.some(({ id }) => id === workload)
      ? workload
      : { reason: `there is no workload "${workload}"; the design has ${all.map(({ id }) => id).join(', ') || 'none'}` };
  const fitting = all.filter(({ facts }) => (valueOf(facts.on) !== undefined) === (kind === 'io'));
  const [only, ...others] = fitting;
  if (only === undefined) return { reason: `the design has no workload of this kind` };
  return others.length === 0 ? only.id : { reason: `it could be any of ${fitting.map(({ id }) => id).join(', ')}: write FILE=WORKLOAD` };
}
