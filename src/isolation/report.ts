import type { Topology } from '../core/model/topology.js';
import { version } from '../core/version.js';
import type { Assessment, IsolationAnalysis, Pair, SharedComponent } from './analysis.js';
import { TYPE_WORDS } from './component.js';
import { evidenceFor } from './evidence.js';
import { type Axis, contractName, type Grades, gradeName, type Interval, intervalName } from './grade.js';
import type { Cause } from './grading/cause.js';
import { judgeIsolation } from './objectives.js';
import type {
  BaselineResult,
  DirectionResult,
  GradeResult,
  GradesResult,
  IsolationResult,
  OpenFact,
  PairResult,
  PerformanceGrade,
  ReasonResult,
  SharedResult,
  UnknownFact,
} from './result.js';

export interface ReportExtras {
  readonly inputHash: string;
  readonly scenarios?: readonly string[];
  /** Those that are reported; all of them if left out. */
  readonly pairs?: readonly Pair[];
  /** What else is known of a pair: changes that better it, what was measured. */
  readonly about?: (pair: Pair) => Partial<Pick<PairResult, 'improvements' | 'measured' | 'unknown'>>;
  /** Findings of rules, by reference of the entity. */
  readonly rules?: ReadonlyMap<string, readonly string[]>;
}

/** The result format: plain data, with every reason as a sentence. */
export function isolationReport(topology: Topology, analysis: IsolationAnalysis, extras: ReportExtras): IsolationResult {
  return {
    format: 'iovt-isolation/1',
    version,
    inputHash: extras.inputHash,
    scenarios: extras.scenarios ?? [],
    tenants: analysis.tenants.map(({ id }) => id),
    pairs: (extras.pairs ?? analysis.pairs).map((pair) => pairResult(pair, extras)),
    baseline: baseline(topology, analysis),
    objectives: judgeIsolation(topology, analysis),
    notes: notes(analysis),
  };
}

function pairResult(pair: Pair, extras: ReportExtras): PairResult {
  const more = extras.about?.(pair) ?? {};
  return {
    tenants: [pair.a.id, pair.b.id],
    ...gradesResult(pair.grades),
    controllablePerformance: gradeResult('performance', pair.controlled),
    timing: pair.isTimingChannel,
    directions: { aToB: gradesResult(pair.aToB), bToA: gradesResult(pair.bToA) },
    shared: pair.shared.map((shared) => sharedResult(shared, extras)),
    decisive: { security: decisive(pair, 'security'), fault: decisive(pair, 'fault'), performance: decisive(pair, 'performance') },
    unknown: openFacts(pair),
    ...more,
  };
}

export function gradesResult(grades: Grades): GradesResult {
  return {
    security: gradeResult('security', grades.security),
    fault: gradeResult('fault', grades.fault),
    performance: gradeResult('performance', grades.performance),
  };
}

/** There are few intervals, and many reports have each: they are one object. */
const gradeResults: Readonly<Record<Axis, GradeResult<never>[]>> = { security: [], fault: [], performance: [] };

export function gradeResult<Grade extends string>(axis: Axis, interval: Interval): GradeResult<Grade> {
  const key = interval.best * 16 + interval.worst;
  const known = gradeResults[axis][key];
  if (known !== undefined) return known;
  const result = Object.freeze(newGradeResult<never>(axis, interval));
  gradeResults[axis][key] = result;
  return result;
}

function newGradeResult<Grade extends string>(axis: Axis, { best, worst }: Interval): GradeResult<Grade> {
  const [low, high] = [contractName(axis, best), contractName(axis, worst)] as [Grade, Grade];
  const exact = intervalName(axis, { best, worst });
  return { grade: high, ...(low === high ? {} : { range: [low, high] as const }), ...(/S3[uk]/.test(exact) ? { exact } : {}) };
}

export function performanceName({ worst }: Interval): PerformanceGrade {
  return contractName('performance', worst) as PerformanceGrade;
}

function sharedResult(shared: SharedComponent, { rules }: ReportExtras): SharedResult {
  const { component } = shared;
  const fired = component.entity === component.host?.path ? undefined : rules?.get(component.entity);
  return {
    component: component.id,
    type: component.type,
    title: TYPE_WORDS[component.type],
    entity: component.entity,
    classes: shared.classes,
    grades: gradesResult(shared.grades),
    directions: { aToB: directionResult(shared.aToB), bToA: directionResult(shared.bToA) },
    paths: { a: shared.pathA, b: shared.pathB },
    morePaths: { a: shared.moreA, b: shared.moreB },
    timing: shared.isTimingChannel,
    noControl: shared.isInherent,
    ...(shared.behind.length === 0
      ? {}
      : { behind: shared.behind.map(({ component: c, grades }) => ({ component: c.id, type: c.type, grades: gradesResult(grades) })) }),
    ...(fired === undefined ? {} : { rules: fired }),
  };
}

function directionResult({ grades, causes }: Assessment): DirectionResult {
  return {
    security: gradeResult('security', grades.security),
    fault: gradeResult('fault', grades.fault),
    performance: gradeResult('performance', grades.performance),
    reasons: [...causes].sort(byWeight).map(reasonResult),
  };
}

const WEIGHT: Readonly<Record<Axis, number>> = { security: 0, fault: 1, performance: 2 };

/** Security before fault before performance, and of each the worst first. */
function byWeight(x: Cause, y: Cause): number {
  return WEIGHT[x.axis] - WEIGHT[y.axis] || y.interval.worst - x.interval.worst;
}

function reasonResult({ axis, about, interval, reason, open }: Cause): ReasonResult {
  const { best, worst } = interval;
  if (best === worst && (open === undefined || open.length === 0)) return { class: about, grade: gradeName(axis, worst), reason };
  return {
    class: about,
    grade: gradeName(axis, worst),
    ...(best === worst ? {} : { range: [gradeName(axis, best), gradeName(axis, worst)] as const }),
    reason,
    ...(open === undefined || open.length === 0 ? {} : { unknown: open }),
  };
}

/** What has the worst grade of the pair on an axis, folded components included. */
function decisive({ shared, grades }: Pair, axis: Axis): string[] {
  const { worst } = grades[axis];
  const result: string[] = [];
  if (worst === 0) return result;
  for (const each of shared) {
    if (each.grades[axis].worst === worst) result.push(each.component.id);
    for (const folded of each.behind) if (folded.grades[axis].worst === worst) result.push(folded.component.id);
  }
  return result;
}

/** Each fact once, those that widen the worst grades first. */
export function openFacts({ shared }: Pair): OpenFact[] {
  const wide: Cause[] = [];
  const look = ({ causes }: Assessment) => {
    for (const cause of causes) if (cause.open !== undefined && cause.interval.best < cause.interval.worst) wide.push(cause);
  };
  for (const each of shared) {
    for (const { aToB, bToA } of [each, ...each.behind]) {
      look(aToB);
      look(bToA);
    }
  }
  const found = new Map<string, OpenFact>();
  for (const { open } of wide.sort(byWeight)) {
    for (const fact of open ?? []) {
      const key = `${fact.entity} ${fact.property}`;
      if (!found.has(key)) found.set(key, withEvidence(fact));
    }
  }
  return [...found.values()];
}

function withEvidence({ entity, property }: UnknownFact): OpenFact {
  const find = evidenceFor({ property });
  return { entity, property, ...(find === undefined ? {} : { find }) };
}

/** What every host is to its guests; nothing that a design could take apart but by another host. */
const BASELINE = ['host kernel and hypervisor', 'CPU package', 'memory', 'management controller', 'power'] as const;

function baseline(topology: Topology, analysis: IsolationAnalysis): BaselineResult[] {
  return topology.hosts.flatMap((host) => {
    const tenants = new Set(analysis.pairs.flatMap(({ a, b, hosts }) => (hosts.includes(host) ? [a.id, b.id] : [])));
    return tenants.size === 0
      ? []
      : [{ host: host.path, tenants: analysis.tenants.map(({ id }) => id).filter((id) => tenants.has(id)), components: BASELINE }];
  });
}

function notes({ unowned, pairsLeftOut, tenants }: IsolationAnalysis): string[] {
  const list: string[] = [];
  if (tenants.length < 2) list.push('Fewer than two tenants have guests, so there is nobody to isolate from each other.');
  if (unowned.length > 0) {
    const names = unowned.slice(0, 5).map(({ path }) => path);
    const more = unowned.length - names.length;
    list.push(`Left out, because they belong to no tenant: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`);
  }
  if (pairsLeftOut > 0) list.push(`There are too many pairs of tenants; ${pairsLeftOut} were not graded.`);
  return list;
}
