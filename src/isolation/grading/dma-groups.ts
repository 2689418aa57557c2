import { type GroupMember, type IommuGroups, iommuGroups } from '../../core/model/iommu-groups.js';
import { upstream } from '../../core/model/pcie.js';
import type { Component } from '../component.js';
import { between, exactly, F, P, S } from '../grade.js';
import type { ComponentGraph } from '../graph/graph.js';
import { takeTurns } from '../graph/root.js';
import type { Cause } from './cause.js';
import { type DmaSide, type Held, softened, wayOf } from './dma-side.js';
import { moveRemedies } from './slots.js';

/** A component in which two tenants meet only as a pair: it depends on what functions both have. */
export interface PairComponent {
  readonly component: Component;
  readonly aToB: readonly Cause[];
  readonly bToA: readonly Cause[];
  readonly pathA: readonly string[];
  readonly pathB: readonly string[];
}

/** IOMMU groups in which both have a function, or one has a function and the other is served by one. */
export function groupComponents(graph: ComponentGraph, x: DmaSide, y: DmaSide): PairComponent[] {
  const { host } = x;
  const groups = iommuGroups(host);
  const found: PairComponent[] = [];
  const make = (key: string, causes: readonly [readonly Cause[], readonly Cause[]], pathA: readonly string[], pathB: readonly string[]) => {
    const component = graph.component('iommu-group', `${host.path}#group:${key}`, entityOf(key, pathA), key, host);
    found.push({ component, aToB: causes[0], bToA: causes[1], pathA: [...pathA], pathB: [...pathB] });
  };
  for (const [key, a] of x.byGroup) {
    const b = y.byGroup.get(key);
    if (b === undefined || (a.member === b.member && takeTurns(a.root, b.root))) continue;
    const causes = (one: Held, other: Held) => softened(groupCauses(one.member, other.member, key), one, other);
    make(key, [causes(a, b), causes(b, a)], wayOf(a), wayOf(b));
  }
  const certain = new Set(found.map(({ component }) => component));
  for (const [from, to, flip] of [
    [x, y, false],
    [y, x, true],
  ] as const) {
    const served = new Set<string>();
    for (const { member, path } of to.served) {
      const a = from.byGroup.get(groups.keyOf(member));
      const key = groups.keyOf(member);
      if (a === undefined || a.member === member || served.has(key)) continue;
      served.add(key);
      if ([...certain].some(({ subject }) => subject === key)) continue;
      const causes = softened(servedCauses(a.member, member, key, from.reach.tenant.id, to.reach.tenant.id), a);
      make(key, flip ? [[], causes] : [causes, []], flip ? path : wayOf(a), flip ? wayOf(a) : path);
    }
  }
  const [forth, back] = [maybeGroup(groups, x, y), maybeGroup(groups, y, x)];
  if (forth !== undefined) make('unknown', [forth.causes, back?.causes ?? []], wayOf(forth.held), forth.path);
  else if (back !== undefined) make('unknown', [[], back.causes], back.path, wayOf(back.held));
  return found;
}

/** The member after which a predicted group is called; a number has none. */
function entityOf(key: string, path: readonly string[]): string {
  return key.includes('/') ? key : (path.at(-1) ?? key);
}

function groupName(key: string): string {
  return /^\d+$/.test(key) ? `IOMMU group ${key}` : `the IOMMU group of ${key}`;
}

function groupCauses(a: GroupMember, b: GroupMember, key: string): Cause[] {
  const what = a === b ? `both have ${a.path}` : `${a.path} and ${b.path} are in ${groupName(key)}`;
  const remedies = a === b ? [] : [...moveRemedies(a), ...moveRemedies(b)];
  return [
    { axis: 'security', about: 'dma', interval: exactly(S.none), reason: `${what}: nothing keeps their DMA apart`, remedies },
    { axis: 'fault', about: 'reset', interval: exactly(F.inducible), reason: `${what}: one can stop the other`, remedies },
    { axis: 'performance', about: 'link', interval: exactly(P.unmanaged), reason: `${what}: nothing divides it` },
  ];
}

function servedCauses(a: GroupMember, b: GroupMember, key: string, us: string, them: string): Cause[] {
  const what = `${a.path} of ${us} is in ${groupName(key)} with ${b.path}, which serves ${them}`;
  return [
    {
      axis: 'security',
      about: 'dma',
      interval: exactly(S.none),
      reason: `${what}: DMA between them may bypass the IOMMU`,
      remedies: moveRemedies(a),
    },
    { axis: 'fault', about: 'reset', interval: exactly(F.inducible), reason: `${what}: ${us} can stop it`, remedies: moveRemedies(a) },
  ];
}

/** A function of one and one that serves the other that share a group if a fact that nobody stated turns out badly. */
function maybeGroup(groups: IommuGroups, from: DmaSide, to: DmaSide): { held: Held; path: readonly string[]; causes: Cause[] } | undefined {
  const targets = [...to.kinds.map((held) => ({ member: held.member, path: wayOf(held) })), ...to.served];
  for (const held of from.kinds) {
    for (const { member, path } of targets) {
      if (held.member === member) continue;
      if (groups.share(held.member, member) === undefined) return { held, path, causes: maybeCauses(held.member, member, S.hardware) };
    }
  }
  return undefined;
}

function maybeCauses(a: GroupMember, b: GroupMember, best: number): Cause[] {
  const open = openPlaces(a, b);
  const reason = `nobody states what decides whether ${a.path} and ${b.path} share an IOMMU group`;
  return [
    { axis: 'security', about: 'dma', interval: between(best, S.none), reason, open },
    { axis: 'fault', about: 'reset', interval: between(F.none, F.inducible), reason, open },
    { axis: 'performance', about: 'link', interval: between(P.dedicated, P.unmanaged), reason, open },
  ];
}

function openPlaces(...members: readonly GroupMember[]): { entity: string; property: string }[] {
  const open = new Map<string, { entity: string; property: string }>();
  for (const member of members) {
    if (member.kind === 'pcie-port') continue;
    const port = upstream(member.device);
    let at = port;
    if (port === undefined) open.set(member.device.path, { entity: member.device.path, property: 'at' });
    const seen = new Set<unknown>();
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      if (at.facts.acs.state === 'unknown') open.set(at.path, { entity: at.path, property: 'acs' });
      at = upstream(at);
    }
    if (member.kind === 'function' && member.facts.acs.state === 'unknown' && member.device.functions.length > 1)
      open.set(member.device.path, { entity: member.device.path, property: 'acs' });
  }
  return [...open.values()];
}
