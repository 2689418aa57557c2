import type { Tenant } from '../core/model/document.js';
import { valueOf } from '../core/model/fact.js';
import { tenantOf } from '../core/model/guest.js';
import type { Host } from '../core/model/host.js';
import type { Topology } from '../core/model/topology.js';
import type { Assessment, IsolationAnalysis, Pair, SharedComponent } from './analysis.js';
import { CLASSES, type Component } from './component.js';
import { AXES, exactly, type Grades, type Interval, NO_GRADES, P, worseGrades, worseOf } from './grade.js';
import { type Cause, type FreeVlans, laidOut, remembered } from './grading/cause.js';
import { dmaComponents } from './grading/dma.js';
import { causesOf } from './grading/index.js';
import { edgesOf } from './graph/edges.js';
import { ComponentGraph } from './graph/graph.js';
import { type Hold, type Reach, reachOf } from './graph/reach.js';
import { guestsByTenant, rootsOf } from './graph/roots.js';

/** Pairs that are graded at most: every pair of a hundred tenants. */
export const MAX_PAIRS = 4950;

/**
 * Who shares what with whom: for each pair of tenants the components that both reach, graded on three axes in both
 * directions, worst first. Never throws, whatever the design lacks.
 */
export function isolate(topology: Topology): IsolationAnalysis {
  const graph = new ComponentGraph(edgesOf(topology));
  const guests = guestsByTenant(topology);
  const tenants = topology.tenants.filter((tenant) => guests.has(tenant));
  const reach = remembered((tenant: Tenant) => reachOf(tenant, rootsOf(tenant, guests.get(tenant) ?? [], graph), graph));
  let holders: ReadonlyMap<Component, readonly Hold[]> | undefined;
  const holdersOf = (component: Component) => {
    holders ??= holdersByComponent(tenants.map(reach));
    return holders.get(component) ?? [];
  };
  const hostsOf = remembered((tenant: Tenant): ReadonlySet<Host> => new Set(guests.get(tenant)?.map(({ host }) => host)));
  const context: PairContext = { graph, vlans: freeVlans(topology), reach, hostsOf, holdersOf };
  const pairs: Pair[] = [];
  const count = (tenants.length * (tenants.length - 1)) / 2;
  for (let i = 0; i < tenants.length && pairs.length < MAX_PAIRS; i++) {
    for (let j = i + 1; j < tenants.length && pairs.length < MAX_PAIRS; j++) {
      pairs.push(new LazyPair(tenants[i] as Tenant, tenants[j] as Tenant, context));
    }
  }
  const unowned = topology.hosts.flatMap((host) => host.guests.filter((guest) => tenantOf(guest) === undefined));
  return { tenants, pairs, pairsLeftOut: count - pairs.length, unowned };
}

const analyses = new WeakMap<Topology, IsolationAnalysis>();

/** The isolation of a design, analysed when first asked for. */
export function isolationOf(topology: Topology): IsolationAnalysis {
  let analysis = analyses.get(topology);
  if (analysis === undefined) {
    analysis = isolate(topology);
    analyses.set(topology, analysis);
  }
  return analysis;
}

interface PairContext {
  readonly graph: ComponentGraph;
  readonly vlans: FreeVlans;
  /** What a tenant reaches, worked out when a pair of it is graded. */
  readonly reach: (tenant: Tenant) => Reach;
  readonly hostsOf: (tenant: Tenant) => ReadonlySet<Host>;
  readonly holdersOf: (component: Component) => readonly Hold[];
}

function holdersByComponent(reaches: readonly Reach[]): Map<Component, Hold[]> {
  const holders = new Map<Component, Hold[]>();
  for (const { holds } of reaches) {
    for (const [component, hold] of holds) {
      const list = holders.get(component);
      if (list === undefined) holders.set(component, [hold]);
      else list.push(hold);
    }
  }
  return holders;
}

type Grading = Omit<Pair, 'a' | 'b' | 'hosts'>;

/** A pair that is graded when somebody asks: an objective about two tenants is about two of a hundred. */
class LazyPair implements Pair {
  #grading: Grading | undefined;
  #hosts: readonly Host[] | undefined;

  constructor(
    readonly a: Tenant,
    readonly b: Tenant,
    private readonly context: PairContext,
  ) {}

  get grades() {
    return this.#graded.grades;
  }

  get aToB() {
    return this.#graded.aToB;
  }

  get bToA() {
    return this.#graded.bToA;
  }

  get controlled() {
    return this.#graded.controlled;
  }

  get isTimingChannel() {
    return this.#graded.isTimingChannel;
  }

  get shared() {
    return this.#graded.shared;
  }

  get hosts() {
    this.#hosts ??= sharedHosts(this.a, this.b, this.context);
    return this.#hosts;
  }

  get #graded(): Grading {
    this.#grading ??= gradingOf(this.context.reach(this.a), this.context.reach(this.b), this.hosts, this.context);
    return this.#grading;
  }
}

function sharedHosts(a: Tenant, b: Tenant, { hostsOf }: PairContext): Host[] {
  const others = hostsOf(b);
  return [...hostsOf(a)].filter((host) => others.has(host));
}

function gradingOf(a: Reach, b: Reach, hosts: readonly Host[], context: PairContext): Grading {
  const found: SharedComponent[] = [];
  for (const [component, ours] of a.holds) {
    const theirs = b.holds.get(component);
    if (theirs === undefined) continue;
    const { vlans } = context;
    const all = () => context.holdersOf(component);
    const aToB = causesOf({ a: ours, b: theirs, vlans, all }, component);
    const bToA = causesOf({ a: theirs, b: ours, vlans, all }, component);
    if (aToB.length === 0 && bToA.length === 0) continue;
    const way = { pathA: ours.path, pathB: theirs.path, moreA: ours.ways - 1, moreB: theirs.ways - 1 };
    found.push(sharedOf(component, aToB, bToA, way));
  }
  for (const host of hosts) {
    for (const { component, aToB, bToA, pathA, pathB } of dmaComponents(context.graph, host, a, b))
      found.push(sharedOf(component, aToB, bToA, { pathA, pathB, moreA: 0, moreB: 0 }));
  }
  const whole = summary(found);
  return { ...whole, shared: fold(found.sort(byBadness), a, b) };
}

type Way = Pick<SharedComponent, 'pathA' | 'pathB' | 'moreA' | 'moreB'>;

function sharedOf(component: Component, forthCauses: readonly Cause[], backCauses: readonly Cause[], way: Way): SharedComponent {
  const [aToB, bToA] = [forthCauses.map(laidOut), backCauses.map(laidOut)];
  const [forth, back] = [assessment(aToB), assessment(bToA)];
  const abouts = new Set<string>();
  let [isTimingChannel, isInherent, isManageable] = [false, false, false];
  for (const causes of [aToB, bToA]) {
    for (const cause of causes) {
      abouts.add(cause.about);
      if (cause.isTimingChannel === true) isTimingChannel = true;
      if (cause.axis !== 'performance') continue;
      if (cause.isInherent === true) isInherent ||= cause.interval.worst > 0;
      else if (cause.interval.worst >= P.unmanaged) isManageable = true;
    }
  }
  return {
    component,
    classes: CLASSES.filter((each) => abouts.has(each)),
    grades: worseGrades(forth.grades, back.grades),
    aToB: forth,
    bToA: back,
    isTimingChannel,
    isInherent: isInherent && !isManageable,
    pathA: way.pathA,
    pathB: way.pathB,
    moreA: way.moreA,
    moreB: way.moreB,
    behind: [],
  };
}

function assessment(causes: readonly Cause[]): Assessment {
  const { security, fault, performance } = NO_GRADES;
  const grades: Record<(typeof AXES)[number], Interval> = { security, fault, performance };
  for (const { axis, interval } of causes) grades[axis] = worseOf(grades[axis], interval);
  return { grades, causes };
}

function summary(found: readonly SharedComponent[]): Pick<Pair, 'grades' | 'aToB' | 'bToA' | 'controlled' | 'isTimingChannel'> {
  let [grades, aToB, bToA]: [Grades, Grades, Grades] = [NO_GRADES, NO_GRADES, NO_GRADES];
  let controlled: Interval = exactly(0);
  let isTimingChannel = false;
  for (const shared of found) {
    grades = worseGrades(grades, shared.grades);
    aToB = worseGrades(aToB, shared.aToB.grades);
    bToA = worseGrades(bToA, shared.bToA.grades);
    isTimingChannel ||= shared.isTimingChannel;
    controlled = worseControlled(worseControlled(controlled, shared.aToB.causes), shared.bToA.causes);
  }
  return { grades, aToB, bToA, controlled, isTimingChannel };
}

function worseControlled(before: Interval, causes: readonly Cause[]): Interval {
  let worst = before;
  for (const { axis, interval, isInherent } of causes) if (axis === 'performance' && isInherent !== true) worst = worseOf(worst, interval);
  return worst;
}

function byBadness(x: SharedComponent, y: SharedComponent): number {
  for (const axis of AXES) {
    const [p, q] = [x.grades[axis], y.grades[axis]];
    if (p.worst !== q.worst) return q.worst - p.worst;
    if (p.best !== q.best) return q.best - p.best;
  }
  const ways = y.moreA + y.moreB - (x.moreA + x.moreB);
  if (ways !== 0) return ways;
  const length = x.pathA.length + x.pathB.length - (y.pathA.length + y.pathB.length);
  return length !== 0 ? length : x.component.id < y.component.id ? -1 : 1;
}

/** A component that one of the two reaches only through another shared one, which is at least as bad on every axis, says nothing new. */
function fold(sorted: readonly SharedComponent[], a: Reach, b: Reach): SharedComponent[] {
  const kept = new Map<Component, { shared: SharedComponent; behind: SharedComponent[] }>();
  for (const shared of sorted) {
    const { component } = shared;
    const gates = [...(a.holds.get(component)?.dominators ?? []), ...(b.holds.get(component)?.dominators ?? [])];
    const above = gates.find((gate) => gate !== component && isAtLeastAsBad(kept.get(gate)?.shared, shared));
    const gate = above === undefined ? undefined : kept.get(above);
    if (gate === undefined) kept.set(component, { shared, behind: [] });
    else gate.behind.push(shared);
  }
  return [...kept.values()].map(({ shared, behind }) => (behind.length === 0 ? shared : { ...shared, behind }));
}

function isAtLeastAsBad(gate: SharedComponent | undefined, shared: SharedComponent): boolean {
  return (
    gate !== undefined &&
    AXES.every((axis) => gate.grades[axis].worst >= shared.grades[axis].worst && gate.grades[axis].best >= shared.grades[axis].best)
  );
}

/** VLANs that no device states, the same one for one tenant each time. */
function freeVlans(topology: Topology): FreeVlans {
  let used: Set<number> | undefined;
  const given = new Map<string, number>();
  return {
    for(name) {
      const known = given.get(name);
      if (known !== undefined) return known;
      used ??= new Set(topology.virtualDevices.flatMap(({ facts }) => [valueOf(facts.vlan) ?? 0, ...(valueOf(facts.trunks) ?? [])]));
      let vlan = 100;
      while (used.has(vlan) && vlan < 4094) vlan++;
      used.add(vlan);
      given.set(name, vlan);
      return vlan;
    },
  };
}
