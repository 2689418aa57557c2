import type { Tenant } from '../../core/model/document.js';
import type { Host } from '../../core/model/host.js';
import type { Component, Edge, EdgeKind } from '../component.js';
import type { ComponentGraph } from './graph.js';
import { namedFor, type Partners, partnersOf } from './partners.js';
import type { Root } from './root.js';

/** How a tenant reaches one component. */
export interface Hold {
  readonly component: Component;
  readonly reach: Reach;
  /** Its guests and virtual devices that reach it, each once. */
  readonly roots: readonly Root[];
  readonly kinds: ReadonlySet<EdgeKind>;
  /** The shortest way, as references. */
  readonly path: readonly string[];
  /** How many simple ways there are in all, of all copies; at least this many where the search was cut off. */
  readonly ways: number;
  /** Components that every way passes, itself included. */
  readonly dominators: readonly Component[];
}

/** All that the guests of a tenant act on. */
export interface Reach {
  readonly tenant: Tenant;
  readonly roots: readonly Root[];
  readonly rootsOn: ReadonlyMap<Host, readonly Root[]>;
  readonly holds: ReadonlyMap<Component, Hold>;
  /** Whether a failure of the component is bridged for a root: another way to the same end does not pass it. */
  isBridged(root: Root, failed: Component): boolean;
}

/** Steps that one root may take in all; only meshes of switches need so many. */
const MAX_STEPS = 4000;

interface Growing {
  component: Component;
  reach: Reach;
  roots: Root[];
  kinds: Set<EdgeKind>;
  path: readonly string[];
  ways: number;
  dominators: Component[];
}

/** Every component that a tenant reaches, with all simple ways to it, by bounded depth-first search from each of its guests and devices. */
export function reachOf(tenant: Tenant, roots: readonly Root[], graph: ComponentGraph): Reach {
  const holds = new Map<Component, Growing>();
  const rootsOn = new Map<Host, Root[]>();
  let hasForks = false;
  let partners: Partners | undefined;
  const reach: Reach = {
    tenant,
    roots,
    rootsOn,
    holds,
    isBridged: (root, failed) => {
      partners ??= partnersOf(roots);
      return bridged(root, failed, graph, partners, hasForks);
    },
  };
  for (const root of roots) {
    const onHost = rootsOn.get(root.host);
    if (onHost === undefined) rootsOn.set(root.host, [root]);
    else onHost.push(root);
    const way: Component[] = [];
    const start = [root.path, ...root.prefix];
    let steps = 0;
    /** @param at where on its route the edge is; beyond the route the graph knows how it goes on. */
    const visit = ({ to, kind, fork }: Edge, route: readonly Edge[], at: number): void => {
      if (steps++ >= MAX_STEPS || way.includes(to)) return;
      if (fork !== undefined) hasForks = true;
      way.push(to);
      note(holds, reach, to, kind, root, way, start);
      const next = route[at + 1];
      if (next !== undefined) visit(next, route, at + 1);
      else for (const onward of graph.edges(to)) visit(onward, route, route.length);
      way.pop();
    };
    for (const route of root.routes) if (route[0] !== undefined) visit(route[0], route, 0);
  }
  return reach;
}

function note(
  holds: Map<Component, Growing>,
  reach: Reach,
  component: Component,
  kind: EdgeKind,
  root: Root,
  way: readonly Component[],
  start: readonly string[],
): void {
  const hold = holds.get(component);
  if (hold === undefined) {
    const path = pathOf(start, way);
    holds.set(component, { component, reach, roots: [root], kinds: new Set([kind]), path, ways: root.count, dominators: [...way] });
    return;
  }
  hold.kinds.add(kind);
  hold.ways += root.count;
  if (hold.roots.at(-1) !== root) hold.roots.push(root);
  if (hold.dominators.some((each) => !way.includes(each))) hold.dominators = hold.dominators.filter((each) => way.includes(each));
  if (start.length + way.length < hold.path.length) hold.path = pathOf(start, way);
}

/** References on the way, without saying one twice where two components are parts of one entity. */
function pathOf(start: readonly string[], way: readonly Component[]): string[] {
  const path = [...start];
  for (const { entity } of way) if (path.at(-1) !== entity) path.push(entity);
  return path;
}

/** Edges of one fork stand in for each other; all other edges are needed. A bonded partner in the guest stands in as well. */
function bridged(root: Root, failed: Component, graph: ComponentGraph, partners: Partners, hasForks: boolean): boolean {
  const isCut = cutBy(failed, graph);
  if (hasForks && !root.routes.some((route) => routeIsCut(route, isCut))) return true;
  const others = root.device === undefined ? [] : namedFor(partners, root.device);
  return others.some((other) => other !== root && !other.routes.some((route) => routeIsCut(route, isCut)));
}

function routeIsCut(route: readonly Edge[], isCut: (component: Component) => boolean): boolean {
  return route.some(({ to }, i) => (i === route.length - 1 ? isCut(to) : isCutAlone(to, isCut)));
}

/** A step that serves only this root on this way: only its own failure counts. */
function isCutAlone(component: Component, isCut: (component: Component) => boolean): boolean {
  return component.type === 'controller' || component.type === 'service-stack' ? isCut(component) : false;
}

function cutBy(failed: Component, graph: ComponentGraph): (component: Component) => boolean {
  const known = new Map<Component, boolean>();
  const isCut = (component: Component): boolean => {
    if (component === failed) return true;
    const before = known.get(component);
    if (before !== undefined) return before;
    known.set(component, false);
    const forks = new Map<string, boolean>();
    let cut = false;
    for (const { to, fork } of graph.edges(component)) {
      if (fork === undefined) cut ||= isCut(to);
      else forks.set(fork, (forks.get(fork) ?? true) && isCut(to));
    }
    cut ||= [...forks.values()].includes(true);
    known.set(component, cut);
    return cut;
  };
  return isCut;
}
