import { valueOf } from '../core/model/fact.js';
import type { Project } from '../core/model/project.js';
import { changeOf, type PropertyChange } from '../core/model/scenario.js';
import { resolve, type Topology } from '../core/model/topology.js';
import type { Workspace } from '../core/model/workspace.js';
import { sha256 } from '../core/text/hash.js';
import type { SourceFile } from '../core/text/source.js';
import { isolationOf } from '../isolation/isolate.js';
import { isIsolationObjective, judgeIsolation } from '../isolation/objectives.js';
import type { IsolationObjective } from '../isolation/result.js';
import { parseTrace, type Trace } from '../sim/compile/trace.js';
import type { DesOptions } from '../sim/des-run.js';
import type { Note, SimulationResult } from '../sim/result.js';
import { simulate } from '../sim/simulate.js';
import { type Analysis, check, registries, scenarioOf } from './check.js';

/** What to simulate and how; plain data, so that it can be sent to a worker. */
export interface SimulationRequest {
  readonly engine?: 'des' | 'fluid';
  readonly scenarios?: readonly string[];
  /** Changes as on the command line: path and value. */
  readonly set?: readonly (readonly [path: string, value: string])[];
  readonly seed?: number;
  readonly durationSec?: number;
  readonly precisionRatio?: number;
  readonly budgetSec?: number;
  readonly interference?: boolean;
}

/** What a run needs of the outside world. */
export type SimulationHost = Pick<DesOptions, 'clock' | 'pause' | 'wait' | 'isCancelled' | 'onProgress' | 'startReplicas' | 'histograms'>;

export class UnknownScenario extends Error {
  constructor(
    readonly scenario: string,
    readonly known: readonly string[],
  ) {
    super(`There is no scenario "${scenario}".`);
  }
}

/** The changes that a request makes to a design. Throws `UnknownScenario`. */
export function changesOf(project: Project, request: Pick<SimulationRequest, 'scenarios' | 'set'>): PropertyChange[] {
  const scenarios = (request.scenarios ?? []).flatMap((name) => {
    const changes = scenarioOf(project, name);
    if (changes === undefined)
      throw new UnknownScenario(
        name,
        check(project).topology.scenarios.map((scenario) => scenario.id),
      );
    return changes;
  });
  return [...scenarios, ...(request.set ?? []).map(([path, value]) => changeOf(path, value))];
}

/** Texts of recordings by the path that a workload names; only those that could be read. */
export type TraceTexts = Readonly<Record<string, string>>;

/** Checks and simulates a design. What is wrong with it is in the analysis; what can be simulated is. */
export async function simulateProject(
  project: Project,
  request: SimulationRequest,
  host: SimulationHost,
  traceTexts: TraceTexts,
): Promise<{ analysis: Analysis; result: SimulationResult }> {
  const analysis = check(project, { changes: changesOf(project, request) });
  const { traces, notes } = parseTraces(analysis.topology, traceTexts);
  const result = await simulate(analysis.topology, { ...request, ...host, traces, inputHash: hashOf(project, request) });
  const objectives = withIsolation(analysis.topology, result.objectives);
  return { analysis, result: { ...result, objectives, notes: [...notes, ...result.notes] } };
}

/** Verdicts on isolation come from the structure: a run cannot measure them, but its list of objectives is whole. */
function withIsolation(topology: Topology, objectives: SimulationResult['objectives']): SimulationResult['objectives'] {
  if (!topology.objectives.some(isIsolationObjective)) return objectives;
  const judged = new Map(judgeIsolation(topology, isolationOf(topology)).map((verdict) => [verdict.id, verdict]));
  return objectives.map((objective) => {
    const verdict = judged.get(objective.id);
    return verdict === undefined ? objective : { ...objective, status: verdict.status, message: `${verdict.message}${waysText(verdict)}` };
  });
}

function waysText({ counterExample }: IsolationObjective): string {
  if (counterExample === undefined) return '';
  const { tenants, paths } = counterExample;
  return ` ${tenants[0]} reaches it by ${paths.a.join(' -> ')}, ${tenants[1]} by ${paths.b.join(' -> ')}.`;
}

/** Reads the recordings that the workloads of a project name. */
export async function readTraces(project: Project, workspace: Workspace): Promise<TraceTexts> {
  const texts: Record<string, string> = {};
  for (const workload of resolve(project, registries).topology.workloads) {
    const { file } = workload.facts.trace;
    if (file.state !== 'known' || valueOf(workload.facts.arrival) !== 'trace') continue;
    const uri = workspace.resolve(file.value, file.at.file.uri);
    const source = uri === undefined ? undefined : await workspace.read(uri);
    if (source !== undefined) texts[file.value] = source.text;
  }
  return texts;
}

/** The recordings of a design, parsed, and what is wrong with them. */
export function parseTraces(topology: Topology, texts: TraceTexts): { traces: Map<string, Trace>; notes: Note[] } {
  const traces = new Map<string, Trace>();
  const notes: Note[] = [];
  for (const workload of topology.workloads) {
    const file = valueOf(workload.facts.trace.file);
    if (file === undefined || valueOf(workload.facts.arrival) !== 'trace') continue;
    const add = (message: string) => notes.push({ kind: 'not-simulated', about: workload.id, message });
    const text = Object.hasOwn(texts, file) ? texts[file] : undefined;
    if (text === undefined) {
      add(`${file} cannot be read.`);
      continue;
    }
    const { trace, problem } = parseTrace(text);
    if (trace !== undefined) traces.set(file, trace);
    if (problem !== undefined)
      add(`${file}, line ${problem.line}: ${problem.message}${trace === undefined ? '' : ' What comes before is used.'}`);
  }
  return { traces, notes };
}

/** Hash of everything a result depends on but the program: texts of all files, scenarios, changes. */
export function hashOf(project: Project, request: Pick<SimulationRequest, 'scenarios' | 'set'>): string {
  const texts = project.files.map((parsed: { readonly file: SourceFile }) => parsed.file.text);
  return sha256(JSON.stringify([texts, request.scenarios ?? [], request.set ?? []]));
}
