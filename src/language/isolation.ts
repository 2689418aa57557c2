import { messageText } from '../core/diagnostics/diagnostic.js';
import type { Project } from '../core/model/project.js';
import type { PropertyChange } from '../core/model/scenario.js';
import { rangeOf, type SourceFile } from '../core/text/source.js';
import type { Pair } from '../isolation/analysis.js';
import { isolationOf } from '../isolation/isolate.js';
import { gradeResult, gradesResult, isolationReport, openFacts } from '../isolation/report.js';
import type { ImprovementResult, IsolationResult, OpenFact } from '../isolation/result.js';
import { placeOfEntity } from '../rules/support/text.js';
import type { InterferenceResult } from '../sim/result.js';
import type { Analysis } from './check.js';
import { findImprovements, type ImprovementOptions, settleFacts, wantedPairs } from './isolation/improvements.js';
import { measuredBetween } from './isolation/measured.js';
import { hashOf } from './simulation.js';

export interface IsolationRequest extends ImprovementOptions {
  readonly scenarios?: readonly string[];
  /** Changes that were made to the design, scenarios included. */
  readonly changes?: readonly PropertyChange[];
  /** What a simulation measured between tenants. */
  readonly interference?: readonly InterferenceResult[] | undefined;
  /** How results name a file of the design; the main file needs no name. */
  readonly nameOf?: (file: SourceFile) => string;
}

/** The report on a design, or on some of its pairs: components, ways, reasons, objectives, and changes that would help. */
export function isolationResult(analysis: Analysis, request: IsolationRequest = {}): IsolationResult {
  const { topology, project } = analysis;
  const isolation = isolationOf(topology);
  const improvements = findImprovements(analysis, isolation, request);
  const answersOf = request.tries === 0 ? undefined : settleFacts(analysis, isolation, request);
  const about = (pair: Pair) => {
    const own = improvements.get(pair) ?? [];
    const measured = measuredBetween(pair, request.interference);
    return {
      ...(own.length === 0 ? {} : { improvements: own.map((improvement) => improvementResult(improvement, project, request)) }),
      ...(measured.length === 0 ? {} : { measured }),
      unknown: openFacts(pair).map((fact) => settled(fact, answersOf?.(pair, fact), analysis, request)),
    };
  };
  return isolationReport(topology, isolation, {
    inputHash: hashOf(project, { scenarios: request.scenarios ?? [] }),
    scenarios: request.scenarios ?? [],
    pairs: wantedPairs(isolation, request),
    about,
    rules: rulesByEntity(analysis),
  });
}

/** With the place where it is to be written, and what each answer would make of the pair. */
function settled(fact: OpenFact, answers: OpenFact['answers'], { topology, project }: Analysis, { nameOf }: IsolationRequest): OpenFact {
  const path = fact.entity.replace(/\[\d+\]/g, '');
  const entity = topology.entities.find((candidate) => candidate.path === path);
  const place = entity === undefined ? undefined : placeOfEntity(entity);
  const file = place === undefined || place.file === project.main.file ? undefined : (nameOf?.(place.file) ?? place.file.uri);
  return {
    ...fact,
    ...(place === undefined ? {} : { at: { ...(file === undefined ? {} : { file }), start: rangeOf(place).start } }),
    ...(answers === undefined ? {} : { answers }),
  };
}

type Improvement = NonNullable<ReturnType<ReturnType<typeof findImprovements>['get']>>[number];

function improvementResult({ fix, edits, after }: Improvement, project: Project, { nameOf }: IsolationRequest): ImprovementResult {
  return {
    title: messageText(fix.title),
    edits: edits.map((edit) => ({
      ...(edit.file === project.main.file ? {} : { file: nameOf?.(edit.file) ?? edit.file.uri }),
      range: rangeOf(edit),
      newText: edit.newText,
    })),
    after: { ...gradesResult(after.grades), controllablePerformance: gradeResult('performance', after.controlled) },
  };
}

function rulesByEntity({ diagnostics }: Analysis): Map<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, path, severity } of diagnostics) {
    if (path === undefined || severity === 'hint') continue;
    const list = found.get(path) ?? [];
    found.set(path, list);
    if (!list.includes(name)) list.push(name);
  }
  return found;
}
