import type { RelatedPlace } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import { iommuGroups } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import { related } from '../rule.js';
import { type Assignment, assignments, isStandby } from './assignments.js';
import { push } from './maps.js';
import { placeOfFact } from './text.js';
import { nameOf } from './vfs.js';

export type Member = PhysicalFunction | VirtualFunction;

export function hostOf(member: Member): Host {
  return member.device.host;
}

export function groupKey(member: Member): string {
  return iommuGroups(hostOf(member)).keyOf(member);
}

/** As a message names the group of a member: the number read off the host, or what a predicted one is called after. */
export function groupName(member: Member): string {
  const key = groupKey(member);
  if (/^\d+$/.test(key)) return `IOMMU group ${key}`;
  const bridge = iommuGroups(hostOf(member)).leakyBridgeAbove(member);
  if (bridge !== undefined) return `the IOMMU group below ${bridge.path}`;
  return `the IOMMU group of ${member.kind === 'vf' ? nameOf(member) : member.device.path}`;
}

/** What findings about one group mute each other by. */
export function groupSubject(member: Member): string {
  return `${hostOf(member).path} group ${groupKey(member)}`;
}

/** The group two members share, as a subject; nothing where they are in two. */
export function sharedGroup(a: Member, b: Member): string[] {
  const subject = groupSubject(a);
  return subject === groupSubject(b) ? [subject] : [];
}

const byGroupOf = new WeakMap<Topology, ReadonlyMap<string, readonly Assignment[]>>();

/** Functions in use through VFIO by the group they are in, guests that stand by left out. */
export function assignmentsByGroup(topology: Topology): ReadonlyMap<string, readonly Assignment[]> {
  let byGroup = byGroupOf.get(topology);
  if (byGroup === undefined) {
    const map = new Map<string, Assignment[]>();
    for (const assignment of assignments(topology).held) {
      if (isStandby(assignment)) continue;
      push(map, groupSubject(assignment.member), assignment);
    }
    byGroup = map;
    byGroupOf.set(topology, byGroup);
  }
  return byGroup;
}

/** Where it is stated what puts a member into one group with others. */
export function whyGrouped(member: Member): RelatedPlace[] {
  const groups = iommuGroups(hostOf(member));
  if (member.facts.group.state === 'known' && groupKey(member) === String(member.facts.group.value)) {
    return [related('group {n} as read off the host', placeOfFact(member.facts.group, member), { n: member.facts.group.value })];
  }
  const bridge = groups.leakyBridgeAbove(member);
  if (bridge !== undefined) {
    const cleared = hostOf(member).facts.kernel.disableAcsRedir;
    if (valueOf(cleared)?.some(({ target }) => target === bridge)) {
      return [related('ACS redirect of {port} is switched off', placeOfFact(cleared, hostOf(member)), { port: bridge.path })];
    }
    const isConventional = /pci-bridge$/.test(valueOf(bridge.facts.kind) ?? '');
    const fact = isConventional ? bridge.facts.kind : bridge.facts.acs;
    const template = isConventional
      ? '{port} leads to conventional PCI, which keeps nothing apart'
      : '{port} has no complete ACS, so all below it is one group';
    return [related(template, placeOfFact(fact, bridge), { port: bridge.path })];
  }
  if (member.kind === 'vf') return [];
  const { dmaAlias } = member.device.facts;
  if (dmaAlias.state !== 'unknown') return [related('its functions share a requester ID', placeOfFact(dmaAlias, member.device))];
  return [related('its functions have no ACS among themselves', placeOfFact(member.facts.acs, member.device))];
}
