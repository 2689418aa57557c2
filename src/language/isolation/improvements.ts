import type { PropertyChange } from '../../core/model/scenario.js';
import type { TextEdit } from '../../core/text/edits.js';
import type { IsolationAnalysis, Pair, SharedComponent } from '../../isolation/analysis.js';
import { answersTo } from '../../isolation/evidence.js';
import { AXES, type Axis, type Interval } from '../../isolation/grade.js';
import { type Remedy, remediesOf } from '../../isolation/grading/cause.js';
import { gradesResult } from '../../isolation/report.js';
import type { OpenFact, UnknownFact } from '../../isolation/result.js';
import { rules } from '../../rules/index.js';
import type { Analysis } from '../check.js';
import { Copies, type Improvement } from './copies.js';

export interface ImprovementOptions {
  /** Pairs that are looked into; all of them if left out. */
  readonly pairs?: readonly (readonly [string, string])[];
  /** Copies of the design that are graded at most; each costs as much as one analysis. None: no changes are looked for. */
  readonly tries?: number;
}

const MAX_TRIES = 24;
/** Every try reads and grades the whole design: so many characters are gone through in all. */
const TRY_BUDGET = 2_000_000;

function defaultTries({ project }: Analysis): number {
  const length = project.files.reduce((sum, { file }) => sum + file.text.length, 1);
  return Math.min(MAX_TRIES, Math.max(3, Math.floor(TRY_BUDGET / length)));
}

/**
 * Changes of the text that better a pair on an axis: all components that hold the grade up must be dealt with, so the remedies
 * of each are put together, tried on a copy, and made as few as still help. What is not better on the copy is not offered.
 */
export function findImprovements(
  analysis: Analysis,
  isolation: IsolationAnalysis,
  options: ImprovementOptions & { readonly changes?: readonly PropertyChange[] } = {},
): Map<Pair, Improvement[]> {
  const found = new Map<Pair, Improvement[]>();
  const copies = new Copies(analysis, options.changes ?? [], options.tries ?? defaultTries(analysis));
  for (const pair of wantedPairs(isolation, options)) {
    const own: Improvement[] = [];
    for (const goal of GOALS) {
      if (copies.isUsedUp) break;
      const improvement = improve(pair, goal, copies);
      if (improvement !== undefined && !own.some((other) => sameEdits(other.edits, improvement.edits))) own.push(improvement);
    }
    for (const improvement of byRules(pair, analysis, copies, own)) own.push(improvement);
    if (own.length > 0) found.set(pair, own);
  }
  return found;
}

export function wantedPairs({ pairs }: IsolationAnalysis, { pairs: named }: ImprovementOptions): readonly Pair[] {
  if (named === undefined) return pairs;
  return pairs.filter(({ a, b }) => named.some(([x, y]) => (x === a.id && y === b.id) || (x === b.id && y === a.id)));
}

interface Goal {
  readonly axis: Axis;
  readonly of: (pair: Pair) => Interval;
}

const GOALS: readonly Goal[] = [
  { axis: 'security', of: ({ grades }) => grades.security },
  { axis: 'fault', of: ({ grades }) => grades.fault },
  { axis: 'performance', of: ({ controlled }) => controlled },
];

function improve(pair: Pair, goal: Goal, copies: Copies): Improvement | undefined {
  const before = goal.of(pair);
  if (before.worst === 0) return undefined;
  const remedies = remediesFor(pair, goal, before);
  if (remedies === undefined || remedies.length === 0) return undefined;
  let chosen = remedies;
  let best = copies.try(pair, chosen);
  if (best === undefined || !isBetter(pair, best.after, goal)) return undefined;
  for (const remedy of remedies) {
    const fewer = chosen.filter((each) => each !== remedy);
    if (fewer.length === 0) break;
    const tried = copies.try(pair, fewer);
    if (tried === undefined || !isBetter(pair, tried.after, goal) || isBetter(tried.after, best.after, goal)) continue;
    chosen = fewer;
    best = tried;
  }
  const confirmed = copies.confirmed(pair, best);
  return confirmed !== undefined && isBetter(pair, confirmed.after, goal) ? confirmed : undefined;
}

/** Groups of rules whose fixes change the design. Those about DMA may also state what the machine is like. */
const REDESIGNING: ReadonlySet<string> = new Set(
  rules.flatMap(({ id, group }) => (['sharing', 'l2', 'performance'].includes(group) ? [id] : [])),
);
/** Fixes of rules that are tried for a pair. */
const MAX_RULE_FIXES = 8;

/** Quick fixes of findings on what the two share: they reach further than single settings, such as a process divided in two. */
function byRules(pair: Pair, analysis: Analysis, copies: Copies, known: readonly Improvement[]): Improvement[] {
  const shared = new Set(pair.shared.flatMap((each) => [each, ...each.behind]).map(({ component }) => component.entity));
  const fixes = analysis.diagnostics
    .filter(({ code, path }) => path !== undefined && shared.has(path) && REDESIGNING.has(code))
    .flatMap((diagnostic) => diagnostic.fixes ?? []);
  const found: Improvement[] = [];
  for (const fix of fixes.slice(0, MAX_RULE_FIXES)) {
    if (copies.isUsedUp) break;
    const tried = copies.tryFix(pair, fix);
    if (tried === undefined || !GOALS.some((goal) => isBetter(pair, tried.after, goal))) continue;
    const isNew = [...known, ...found].every(
      (other) => !sameEdits(other.edits, tried.edits) && GOALS.some((goal) => isLower(tried, other, goal)),
    );
    const confirmed = isNew ? copies.confirmed(pair, tried) : undefined;
    if (confirmed !== undefined && GOALS.some((goal) => isBetter(pair, confirmed.after, goal))) found.push(confirmed);
  }
  return found;
}

/** Better on an axis than another improvement: else it says nothing new. */
function isLower(a: Improvement, b: Improvement, { of }: Goal): boolean {
  return of(a.after).worst < of(b.after).worst;
}

/** Open facts of a pair that are tried with each answer. */
const MAX_FACTS = 4;

/** What becomes of a pair with either answer to each fact that is open, by the name of the fact. */
export function settleFacts(
  analysis: Analysis,
  isolation: IsolationAnalysis,
  options: ImprovementOptions & { readonly changes?: readonly PropertyChange[] } = {},
): (pair: Pair, fact: UnknownFact) => OpenFact['answers'] {
  const copies = new Copies(analysis, options.changes ?? [], options.tries ?? defaultTries(analysis));
  const asked = new Map<Pair, number>();
  return (pair, fact) => {
    const before = asked.get(pair) ?? 0;
    if (before >= MAX_FACTS || !isolation.pairs.includes(pair)) return undefined;
    asked.set(pair, before + 1);
    const path = fact.entity.replace(/\[\d+\]/g, '');
    const entity = analysis.topology.entities.find((candidate) => candidate.path === path);
    const answers = (entity === undefined ? [] : answersTo(fact)).flatMap((value) => {
      const change = { entity: entity as NonNullable<typeof entity>, keys: fact.property.split('.'), value };
      const tried = copies.try(pair, [{ title: '', changes: [change] }]);
      return tried === undefined ? [] : [{ value, after: gradesResult(tried.after.grades) }];
    });
    return answers.length < 2 ? undefined : answers;
  };
}

/** One remedy for every cause that holds the grade up; undefined if one of them has none, for then nothing would change. */
function remediesFor(pair: Pair, { axis }: Goal, { worst }: Interval): Remedy[] | undefined {
  const remedies = new Map<string, Remedy>();
  for (const shared of pair.shared.flatMap((each): SharedComponent[] => [each, ...each.behind])) {
    for (const cause of [...shared.aToB.causes, ...shared.bToA.causes]) {
      if (cause.axis !== axis || cause.interval.worst < worst || (axis === 'performance' && cause.isInherent === true)) continue;
      const [remedy] = remediesOf(cause);
      if (remedy === undefined && cause.interval.best === worst) return undefined;
      if (remedy === undefined) continue; // only facts can settle it
      remedies.set(remedy.title, remedy);
    }
  }
  return [...remedies.values()];
}

/** Better on the axis, and no worse on any other. */
function isBetter(before: Pair, after: Pair, goal: Goal): boolean {
  const [was, is] = [goal.of(before), goal.of(after)];
  const better = is.worst < was.worst || (is.worst === was.worst && is.best < was.best);
  return (
    better &&
    AXES.every((axis) => after.grades[axis].worst <= before.grades[axis].worst) &&
    after.controlled.worst <= before.controlled.worst
  );
}

function sameEdits(a: readonly TextEdit[], b: readonly TextEdit[]): boolean {
  return (
    JSON.stringify(a.map(({ start, end, newText }) => [start, end, newText])) ===
    JSON.stringify(b.map(({ start, end, newText }) => [start, end, newText]))
  );
}
