import { valueOf } from '../core/model/fact.js';
import type { Topology } from '../core/model/topology.js';
import { version } from '../core/version.js';
import { type Compiled, compile, type Variant } from './compile/compile.js';
import type { Trace } from './compile/trace.js';
import { type DesOptions, runDes } from './des-run.js';
import { runFluid } from './fluid-run.js';
import { aggressorsOf, comparison, owns, type Party, type Run } from './interference.js';
import type { Measured } from './measured.js';
import { judge } from './objectives.js';
import { report } from './report.js';
import type { InterferenceResult, Note, SimulationResult } from './result.js';

export interface SimulateOptions extends Omit<DesOptions, 'seed' | 'precisionRatio' | 'budgetSec'> {
  readonly engine?: 'des' | 'fluid';
  readonly seed?: number;
  readonly precisionRatio?: number;
  readonly budgetSec?: number;
  /** Measures every pair of tenants; done by itself where an objective asks for it. */
  readonly interference?: boolean;
  readonly scenarios?: readonly string[];
  readonly inputHash: string;
  readonly traces?: ReadonlyMap<string, Trace>;
}

/** Compiles a design, runs it and says what came out. Throws `Cancelled` when it was told to stop. */
export async function simulate(topology: Topology, options: SimulateOptions): Promise<SimulationResult> {
  const began = options.clock();
  const settings = topology.facts.simulation;
  const engine = options.engine ?? valueOf(settings.engine) ?? 'des';
  const seed = options.seed ?? valueOf(settings.seed) ?? 1;
  const durationSec = options.durationSec ?? (settings.duration.state === 'known' ? settings.duration.value : undefined);
  const desOptions: DesOptions = {
    ...options,
    seed,
    precisionRatio: options.precisionRatio ?? valueOf(settings.precision) ?? 0.05,
    budgetSec: options.budgetSec ?? valueOf(settings.budget) ?? 10,
    ...(durationSec === undefined ? {} : { durationSec }),
  };
  const compiled = compile(topology, options.traces);
  const measured = await runEngine(compiled, engine, desOptions);
  const run = report(compiled, measured);
  const isPromised = topology.objectives.some((objective) => valueOf(objective.facts.metric) === 'interference');
  // A matrix takes a run for each tenant. Where only an objective asks for it, the fluid engine answers at once.
  const interference =
    options.interference === true
      ? await interferenceMatrix(topology, compiled, measured, engine, withoutHistograms(desOptions), options.traces, true)
      : isPromised
        ? await interferenceMatrix(topology, compiled, runFluid(compiled), 'fluid', desOptions, options.traces, false)
        : undefined;
  const isEstimated = interference !== undefined && engine === 'des' && options.interference !== true;
  return {
    format: 'iovt-simulation/1',
    version,
    inputHash: options.inputHash,
    engine,
    scenarios: options.scenarios ?? [],
    seed,
    simulatedSec: measured.simulatedSec,
    events: measured.events,
    wallSec: options.clock() - began,
    ...run,
    notes: isEstimated ? [...run.notes, ESTIMATED] : run.notes,
    ...(interference === undefined ? {} : { interference }),
    objectives: judge(topology, run, interference),
  };
}

/** What the fluid engine makes of a design, at once: what an editor shows while somebody types. Recordings are left out. */
export function estimate(topology: Topology): Estimate {
  const compiled = compile(topology);
  return report(compiled, runFluid(compiled));
}

export type Estimate = Pick<SimulationResult, 'flows' | 'resources' | 'hosts'>;

function withoutHistograms({ histograms: _, ...options }: DesOptions): DesOptions {
  return options;
}

/** A verdict of one engine in the result of the other must not pass for a measured one: the two can disagree. */
const ESTIMATED: Note = {
  kind: 'assumption',
  about: 'interference',
  message: 'Interference, and objectives about it, are the fluid estimate; --interference measures them.',
};

async function runEngine(compiled: Compiled, engine: 'des' | 'fluid', options: DesOptions): Promise<Measured> {
  return engine === 'fluid' || compiled.flows.length === 0 ? runFluid(compiled) : runDes(compiled, options);
}

/**
 * Each party in turn goes from its stated load to as much as can pass, and to nothing: what the others lose and win is what it
 * does to them.
 */
async function interferenceMatrix(
  topology: Topology,
  base: Compiled,
  measured: Measured,
  engine: 'des' | 'fluid',
  options: DesOptions,
  traces: ReadonlyMap<string, Trace> | undefined,
  isAsked: boolean,
): Promise<InterferenceResult[]> {
  const promised = topology.objectives.flatMap(({ facts }) =>
    valueOf(facts.metric) === 'interference' ? (valueOf(facts.of)?.as('tenant', 'guest', 'workload') ?? []) : [],
  );
  const isPromised = (victim: Party) =>
    promised.some((of) => of.kind === victim.kind && (of.kind === 'guest' ? of.path : of.id) === victim.id);
  const results: InterferenceResult[] = [];
  for (const aggressor of aggressorsOf(topology, base.flows, isAsked)) {
    const play = async (variant: Variant): Promise<Run> => {
      const compiled = compile(topology, traces, variant);
      return { compiled, measured: await runEngine(compiled, engine, options) };
    };
    const saturated = await play({ saturates: (flow) => owns(aggressor, flow) });
    const alone = await play({ leavesOut: (flow) => owns(aggressor, flow) });
    results.push(...comparison(aggressor, { stated: { compiled: base, measured }, saturated, alone }, isPromised));
  }
  return results;
}
