import type { Objective, Tenant } from '../core/model/document.js';
import { valueOf } from '../core/model/fact.js';
import type { Topology } from '../core/model/topology.js';
import type { IsolationAnalysis, Pair, SharedComponent } from './analysis.js';
import { CLASSES, type IsolationClass } from './component.js';
import { evidenceFor } from './evidence.js';
import { type Axis, boundOf, gradeName, intervalName, MEANING, S } from './grade.js';
import { type Cause, type Remedy, remediesOf } from './grading/cause.js';
import type { IsolationObjective, UnknownFact } from './result.js';

/** Whether the design keeps what its objectives promise of isolation. Objectives that promise something else are left out. */
export function judgeIsolation(topology: Topology, analysis: IsolationAnalysis): IsolationObjective[] {
  return topology.objectives.filter(isIsolationObjective).map((objective) => judgeObjective(objective, topology, analysis).verdict);
}

export function isIsolationObjective({ facts }: Objective): boolean {
  return valueOf(facts.isolate) !== undefined;
}

export interface Judgement {
  readonly verdict: IsolationObjective;
  /** What would take away each of the causes that break it; empty where one of them has no remedy. */
  readonly remedies: readonly Remedy[];
}

/** The verdict on one objective, with the way of each tenant to the component that decides. */
export function judgeObjective(objective: Objective, topology: Topology, analysis: IsolationAnalysis): Judgement {
  const breaches: Breach[] = [];
  const verdict = judgeOne(objective, topology, analysis, breaches);
  const each = breaches.map(({ cause }) => remediesOf(cause)[0]);
  const remedies = each.includes(undefined) ? [] : [...new Map((each as Remedy[]).map((remedy) => [remedy.title, remedy])).values()];
  return { verdict, remedies };
}

/** The worst grade that an objective accepts on an axis, for causes of a class; undefined where it says nothing of it. */
type Bound = (axis: Axis, about: IsolationClass) => number | undefined;

/** @param broken receives what breaks it. */
function judgeOne(objective: Objective, topology: Topology, analysis: IsolationAnalysis, broken: Breach[]): IsolationObjective {
  const { id, facts } = objective;
  const unknown = (message: string): IsolationObjective => ({ id, status: 'unknown', message });
  const named = (valueOf(facts.isolate) ?? []).map((reference) => reference.as('tenant'));
  if (named.includes(undefined)) return unknown('One of the tenants it names does not exist.');
  const tenants = [...new Set(named as Tenant[])];
  if (tenants.length < 2) return unknown('It names fewer than two tenants.');
  const idle = tenants.filter((tenant) => !analysis.tenants.includes(tenant));
  const bound = boundFor(objective, topology, tenants);
  const pairs = analysis.pairs.filter(({ a, b }) => tenants.includes(a) && tenants.includes(b));
  if (pairs.length === 0 && analysis.pairsLeftOut > 0) return unknown('There are too many pairs of tenants; this one was not graded.');
  const breaches = pairs.flatMap((pair) => breachesOf(pair, bound));
  const certain = breaches.filter(({ cause, limit }) => cause.interval.best > limit);
  const list = certain.length > 0 ? certain : breaches;
  broken.push(...list);
  const worst = list.reduce<Breach | undefined>((most, breach) => (most === undefined || isWorse(breach, most) ? breach : most), undefined);
  if (worst === undefined) return { id, status: 'pass', message: passed(tenants, idle, pairs, objective) };
  const { pair, shared, cause, limit } = worst;
  const grade = intervalName(cause.axis, cause.interval);
  const more = new Set(list.map((breach) => breach.shared)).size - 1;
  const where = `${cause.reason} (${shared.component.entity}, ${grade}; at most ${gradeName(cause.axis, limit)} is accepted)`;
  const others = more > 0 ? ` ${more} more component${more === 1 ? '' : 's'} break${more === 1 ? 's' : ''} it.` : '';
  const open = certain.length > 0 ? [] : uniqueFacts(breaches.flatMap((breach) => breach.cause.open ?? []));
  return {
    id,
    status: certain.length > 0 ? 'fail' : 'unknown',
    message: `${capital(where)}.${certain.length > 0 ? others : ''}${open.length > 0 ? ` State ${listed(open)} to decide it${howToFind(open)}.` : ''}`,
    counterExample: {
      component: shared.component.id,
      entity: shared.component.entity,
      tenants: [pair.a.id, pair.b.id],
      paths: { a: shared.pathA, b: shared.pathB },
    },
    ...(open.length > 0 ? { unknown: open } : {}),
  };
}

/**
 * What an objective accepts. Where it names no grade: for tenants that do not trust each other, a device in between where
 * DMA, interrupts, firmware or layer 2 are concerned, software in between elsewhere, and nothing that one can do to the other at will;
 * for tenants that do, whatever is not wide open.
 */
function boundFor(objective: Objective, topology: Topology, tenants: readonly Tenant[]): Bound {
  const from = valueOf(objective.facts.from);
  const classes = new Set<string>(from === undefined ? CLASSES : typeof from === 'string' ? [from] : from);
  const stated = valueOf(objective.facts.grade);
  const grades = stated === undefined ? [] : [stated].flat().flatMap((name) => boundOf(name as string) ?? []);
  if (grades.length > 0) return (axis, about) => (classes.has(about) ? grades.findLast((grade) => grade.axis === axis)?.rank : undefined);
  const isHard = tenants.some((tenant) => valueOf(tenant.facts.trust) === 'untrusted') && topology.tenants.length > 1;
  return (axis, about) => {
    if (!classes.has(about)) return undefined;
    if (axis === 'security') return !isHard ? S.weakened : HARDWARE.has(about) ? S.device : S.kernel;
    // A class that was named for what it does to load or uptime is bounded there as well.
    if (from === undefined) return undefined;
    if (axis === 'fault') return about === 'reset' ? 2 : undefined;
    return LOAD.has(about) ? 2 : undefined;
  };
}

/** Where software between two tenants would come too late: the device acts by itself. */
const HARDWARE: ReadonlySet<string> = new Set(['dma', 'interrupt', 'firmware', 'reset']);
const LOAD: ReadonlySet<string> = new Set(['queue', 'link', 'core', 'cache', 'media']);

interface Breach {
  readonly pair: Pair;
  readonly shared: SharedComponent;
  readonly cause: Cause;
  readonly limit: number;
}

function breachesOf(pair: Pair, bound: Bound): Breach[] {
  const all = pair.shared.flatMap((shared) => [shared, ...shared.behind]);
  return all.flatMap((shared) =>
    [...shared.aToB.causes, ...shared.bToA.causes].flatMap((cause) => {
      const limit = bound(cause.axis, cause.about);
      return limit !== undefined && cause.interval.worst > limit ? [{ pair, shared, cause, limit }] : [];
    }),
  );
}

function isWorse(x: Breach, y: Breach): boolean {
  const order: readonly Axis[] = ['security', 'fault', 'performance'];
  const [i, j] = [order.indexOf(x.cause.axis), order.indexOf(y.cause.axis)];
  if (i !== j) return i < j;
  const [p, q] = [x.cause.interval, y.cause.interval];
  return p.worst !== q.worst ? p.worst > q.worst : p.best > q.best;
}

function passed(tenants: readonly Tenant[], idle: readonly Tenant[], pairs: readonly Pair[], { facts }: Objective): string {
  const names = tenants.map(({ id }) => id).join(' and ');
  if (idle.length > 0) return `${idle.map(({ id }) => id).join(' and ')} ${idle.length === 1 ? 'has' : 'have'} no guests.`;
  const shared = pairs.reduce((sum, pair) => sum + pair.shared.length, 0);
  if (shared === 0) return `${names} share nothing but what every host is to its guests.`;
  const from = valueOf(facts.from);
  const what = from === undefined ? '' : ` for ${[from].flat().join(', ')}`;
  const worst = pairs.reduce((most, pair) => Math.max(most, pair.grades.security.worst), 0);
  return from === undefined
    ? `The worst between ${names} is ${gradeName('security', worst)}: ${MEANING[gradeName('security', worst)]}.`
    : `Nothing that ${names} share is worse than accepted${what}.`;
}

function uniqueFacts(facts: readonly UnknownFact[]): UnknownFact[] {
  return [...new Map(facts.map((fact) => [`${fact.entity} ${fact.property}`, fact])).values()];
}

function listed(facts: readonly UnknownFact[]): string {
  const names = facts.map(({ entity, property }) => `"${property}" of ${entity}`);
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

/** For one fact, where it is read. */
function howToFind([first, ...others]: readonly UnknownFact[]): string {
  const find = first === undefined || others.length > 0 ? undefined : evidenceFor(first);
  return find === undefined ? '' : ` (${find})`;
}

function capital(text: string): string {
  // References keep their spelling.
  return /^[a-z]+ /.test(text) && !/^[a-z]+ is capped/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
