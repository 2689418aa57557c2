import { join } from 'node:path';
import { formatCost } from '../../catalog/costs/book.js';
import { messageText } from '../../core/diagnostics/diagnostic.js';
import { loadProject, type Project } from '../../core/model/project.js';
import { changeAt } from '../../core/model/scenario.js';
import type { Topology } from '../../core/model/topology.js';
import { formatBitsPerSec, formatOpsPerSec, formatRatio } from '../../core/units/format.js';
import { parseQuantity } from '../../core/units/quantity.js';
import { check } from '../../language/check.js';
import { findRate, NoSuchRate } from '../../language/find-rate.js';
import { textReport } from '../../language/report/check-text.js';
import { csvSimulation, junitSimulation, markdownSimulation, textSimulation, whyFlow } from '../../language/report/simulation-report.js';
import { changesOf, parseTraces, readTraces, type SimulationRequest, simulateProject, UnknownScenario } from '../../language/simulation.js';
import { replicaThreads } from '../../server/simulation/replica-threads.js';
import { compile } from '../../sim/compile/compile.js';
import { Cancelled } from '../../sim/des-run.js';
import type { FlowResult, SimulationResult } from '../../sim/result.js';
import type { CommandSpec, OptionSpec } from '../command.js';
import { type ExitCode, type Io, UserError } from '../io.js';
import { numberOption } from '../options.js';
import { scenarioError } from '../scenarios.js';

/** Options of every command that simulates. */
export const simulationOptions: readonly OptionSpec[] = [
  { flags: '--engine <engine>', description: 'discrete events, or the instant estimate', choices: ['des', 'fluid'] },
  { flags: '--scenario <name>', description: 'apply a scenario; several add up', repeats: true },
  { flags: '--seed <n>', description: 'seed of the random streams' },
  { flags: '--duration <time>', description: 'simulated time at most, such as "100 ms"' },
  { flags: '--precision <ratio>', description: 'relative 95 % interval at which the run stops, such as 0.05 or "5 %"' },
  { flags: '--budget <time>', description: 'real time after which it stops, such as "10 s"' },
  { flags: '--set <path=value>', description: 'change a property, such as h1/web/eth0.queues=8', repeats: true },
];

export const simulateCommand: CommandSpec = {
  name: 'simulate',
  summary: 'Run a design: throughput, latency, contention, objectives',
  arguments: [{ syntax: '<file>', description: 'design (.iovt), or - for standard input' }],
  options: [
    ...simulationOptions,
    { flags: '--interference', description: 'measure what each tenant and each guest does to the others' },
    { flags: '--why <flow>', description: 'explain one flow: its stages, what it waits for, the costs behind it' },
    { flags: '--find-rate <workload>', description: 'the highest constant rate at which it loses no more than --loss (RFC 2544)' },
    { flags: '--loss <ratio>', description: 'loss that --find-rate accepts, such as 0 or "0.1 %"', default: '0' },
    {
      flags: '--format <format>',
      description: 'form of the result',
      choices: ['text', 'json', 'junit', 'markdown', 'csv'],
      default: 'text',
    },
  ],
  async action([file], options, io) {
    const name = file as string;
    const project = await loadProject(await io.readSource(name), io.workspace);
    const wanted = options['findRate'] as string | undefined;
    if (wanted !== undefined) return findAndReport(project, wanted, options, io, name);
    const { analysis, result } = await runOrExplain(project, requestOf(options), io);
    const errors = analysis.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    if (errors.length > 0) io.message(textReport([{ name, analysis: { ...analysis, diagnostics: errors, suppressed: [] } }]).trimEnd());
    const why = options['why'] as string | undefined;
    const text =
      why === undefined ? format(options['format'] as string, result, name) : await explain(result, analysis.topology, why, project, io);
    await io.write(undefined, text);
    const failed = result.objectives.some((objective) => objective.status === 'fail');
    return (errors.length > 0 || failed ? 1 : 0) as ExitCode;
  },
};

/** The rate first, then the run at that rate. */
async function findAndReport(
  project: Project,
  workload: string,
  options: Readonly<Record<string, unknown>>,
  io: Io,
  name: string,
): Promise<ExitCode> {
  const loss = options['loss'];
  const percent = /^\s*([\d.]+)\s*%\s*$/.exec(String(loss))?.[1];
  const lossRatio =
    numberOption(percent === undefined ? loss : Number(percent) / 100, '--loss', (n) => n >= 0 && n < 1, 'a fraction from 0 to below 1') ??
    0;
  try {
    const found = await findRate(project, requestOf(options), { workload, lossRatio }, hostOf(io));
    const form = options['format'] as string;
    const each = found.totalOpsPerSec === found.opsPerSec ? '' : ` in all, ${formatOpsPerSec(found.opsPerSec, 'pps')} each`;
    const sentence = `${workload} passes ${formatOpsPerSec(found.totalOpsPerSec, 'pps')}${each} (${formatBitsPerSec(found.bitsPerSec)}) with a loss of at most ${formatRatio(lossRatio)}, found in ${found.trials} trials at constant rates.`;
    if (form === 'text') await io.write(undefined, `${sentence}\n\n${format(form, found.result, name)}`);
    else {
      io.message(sentence);
      await io.write(undefined, format(form, found.result, name));
    }
    return 0;
  } catch (error) {
    if (error instanceof NoSuchRate) throw new UserError(error.message);
    throw error;
  }
}

function hostOf(io: Io) {
  return {
    clock: () => performance.now() / 1000,
    pause: () => new Promise<void>((done) => setImmediate(done)),
    isCancelled: () => io.signal.aborted,
    onProgress: () => undefined,
  };
}

export function requestOf(options: Readonly<Record<string, unknown>>): SimulationRequest {
  const seed = numberOption(options['seed'], '--seed', (n) => Number.isSafeInteger(n) && n >= 0, 'a whole number');
  const precision = precisionOf(options['precision']);
  const durationSec = durationOf(options['duration'], '--duration');
  const budgetSec = durationOf(options['budget'], '--budget');
  return {
    ...(options['engine'] === undefined ? {} : { engine: options['engine'] as 'des' | 'fluid' }),
    scenarios: (options['scenario'] as string[]) ?? [],
    set: ((options['set'] as string[]) ?? []).map((assignment) => {
      const at = assignment.indexOf('=');
      if (at < 1) throw new UserError(`--set takes PATH=VALUE, not "${assignment}".`, 'For example --set h1/web/eth0.queues=8');
      return [assignment.slice(0, at).trim(), assignment.slice(at + 1).trim()] as const;
    }),
    ...(seed === undefined ? {} : { seed }),
    ...(precision === undefined ? {} : { precisionRatio: precision }),
    ...(durationSec === undefined ? {} : { durationSec }),
    ...(budgetSec === undefined ? {} : { budgetSec }),
    ...(options['interference'] === true ? { interference: true } : {}),
  };
}

function precisionOf(value: unknown): number | undefined {
  const percent = typeof value === 'string' ? /^\s*([\d.]+)\s*%\s*$/.exec(value)?.[1] : undefined;
  return numberOption(
    percent === undefined ? value : Number(percent) / 100,
    '--precision',
    (n) => n > 0 && n < 1,
    'a fraction such as 0.05, or a percentage such as "5 %"',
  );
}

function durationOf(value: unknown, flag: string): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  const parsed = parseQuantity(/^\s*[\d.]+\s*$/.test(text) ? `${text} s` : text, 'duration');
  if (!parsed.ok) throw new UserError(`${flag}: ${messageText(parsed.problem.message)}`);
  if (parsed.value.value <= 0) throw new UserError(`${flag} takes a time longer than zero.`);
  return parsed.value.value;
}

/** @param histograms latencies by workload are put there. */
export async function runOrExplain(project: Project, request: SimulationRequest, io: Io, histograms?: Map<string, Uint32Array>) {
  try {
    const host = {
      clock: () => performance.now() / 1000,
      pause: () => new Promise<void>((done) => setImmediate(done)),
      isCancelled: () => io.signal.aborted,
      onProgress: () => undefined,
      // Sources that are run as they are have no script of a thread beside them, and are modules without a directory.
      ...(typeof __dirname === 'string' ? replicaThreads(join(__dirname, 'replica.js')) : {}),
      ...(histograms === undefined ? {} : { histograms }),
    };
    refuseChanges(project, request);
    return await simulateProject(project, request, host, await readTraces(project, io.workspace));
  } catch (error) {
    if (error instanceof UnknownScenario) throw scenarioError(error);
    if (error instanceof Cancelled) throw new UserError('The simulation was interrupted.');
    throw error;
  }
}

/** A change on the command line that is no change of this design is a mistake of the call, and not worth a run. */
function refuseChanges(project: Project, request: SimulationRequest): void {
  if (request.set === undefined || request.set.length === 0) return;
  for (const { at, message } of check(project, { changes: changesOf(project, request) }).diagnostics) {
    const change = changeAt(at);
    if (change !== undefined) throw new UserError(`--set ${change.path}=${change.text}: ${messageText(message)}`);
  }
}

function format(form: string, result: SimulationResult, name: string): string {
  switch (form) {
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'csv':
      return csvSimulation(result);
    case 'junit':
      return junitSimulation(result, name);
    case 'markdown':
      return markdownSimulation(result);
    default:
      return textSimulation(result);
  }
}

/** A flow by its id, or by its workload or device where that leaves one; else the slowest of those that match. */
async function explain(result: SimulationResult, topology: Topology, wanted: string, project: Project, io: Io): Promise<string> {
  const flow = findFlow(result, wanted);
  const { traces } = parseTraces(topology, await readTraces(project, io.workspace));
  const compiled = compile(topology, traces);
  const index = compiled.flows.findIndex((candidate) => candidate.id === flow.id);
  const { stepStart } = compiled.network.flows;
  const stages = index < 0 ? [] : compiled.stages.slice(stepStart[index], stepStart[index + 1]);
  const costs = [...new Map(stages.flatMap((stage) => stage.costs).map((cost) => [cost.id, cost])).values()];
  return whyFlow(
    flow,
    costs.map((cost) => ({ title: `${cost.title} (${cost.id})`, value: formatCost(cost), source: cost.source })),
  );
}

function findFlow(result: SimulationResult, wanted: string): FlowResult {
  const exact = result.flows.find((flow) => flow.id === wanted);
  const matching =
    exact !== undefined
      ? [exact]
      : result.flows.filter((flow) => flow.workload === wanted || flow.from === wanted || flow.to === wanted || flow.id.includes(wanted));
  const slowest = matching.reduce<FlowResult | undefined>(
    (worst, flow) =>
      worst === undefined || (flow.latencySec.mean ?? Number.POSITIVE_INFINITY) > (worst.latencySec.mean ?? Number.POSITIVE_INFINITY)
        ? flow
        : worst,
    undefined,
  );
  if (slowest !== undefined) return slowest;
  const names = result.flows.map((flow) => flow.id);
  throw new UserError(
    `There is no flow "${wanted}".`,
    names.length === 0 ? 'The design has no flows.' : `Flows are called ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}.`,
  );
}
