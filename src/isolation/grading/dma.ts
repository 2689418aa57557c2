import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { type GroupMember, type IommuGroups, iommuGroups } from '../../core/model/iommu-groups.js';
import { upstream } from '../../core/model/pcie.js';
import type { Component } from '../component.js';
import { between, exactly, F, P, S } from '../grade.js';
import type { ComponentGraph } from '../graph/graph.js';
import type { Reach } from '../graph/reach.js';
import { isStandby, type Root, takeTurns } from '../graph/root.js';
import type { Cause } from './cause.js';
import { moveRemedies } from './slots.js';

/** A component in which two tenants meet only as a pair: it depends on what functions both have. */
export interface PairComponent {
  readonly component: Component;
  readonly aToB: readonly Cause[];
  readonly bToA: readonly Cause[];
  readonly pathA: readonly string[];
  readonly pathB: readonly string[];
}

interface Held {
  readonly root: Root;
  readonly member: GroupMember;
}

/** What of a tenant takes part in DMA on one host. */
interface DmaSide {
  readonly reach: Reach;
  readonly host: Host;
  readonly held: readonly Held[];
  /** One for each function and group number: VFs of one function that nobody told apart are alike. */
  readonly kinds: readonly Held[];
  readonly byGroup: ReadonlyMap<string, Held>;
  /** Functions that the host drives for it. */
  readonly served: readonly { readonly member: GroupMember; readonly path: readonly string[] }[];
  readonly first: Root | undefined;
  /** It is meant to have functions that nothing hands out, because there is no IOMMU. */
  readonly isRefused: boolean;
}

function mayHaveIommu(host: Host): boolean {
  const state = valueOf(host.facts.iommu.state);
  return state !== 'off' && state !== 'absent';
}

function doubts(root: Root): number {
  return (root.isHeldForCertain ? 0 : 1) + (isStandby(root) ? 2 : 0);
}

/** What holds only if guests drive functions themselves, of which the driver is not stated. */
function softened(causes: readonly Cause[], ...holders: readonly (Held | undefined)[]): readonly Cause[] {
  const open = holders.filter((held) => held?.root.isHeldForCertain === false) as Held[];
  if (open.length === 0) return causes;
  const names = open.map(({ root }) => root.path).join(' and ');
  return causes.map(({ axis, about, interval, reason, open: facts = [], remedies, isInherent, isTimingChannel }) => ({
    axis,
    about,
    interval: between(0, interval.worst),
    reason: `${reason}, if ${names} ${open.length === 1 ? 'drives its function itself' : 'drive their functions themselves'} and not the kernel of the host`,
    open: [...facts, ...open.map(({ root }) => ({ entity: root.device?.path ?? root.path, property: 'hostDriver' }))],
    remedies: remedies ?? [],
    isInherent: isInherent ?? false,
    isTimingChannel: isTimingChannel ?? false,
  }));
}

const sides = new WeakMap<Reach, Map<Host, DmaSide>>();

function sideOf(reach: Reach, host: Host): DmaSide {
  const known = sides.get(reach) ?? new Map<Host, DmaSide>();
  sides.set(reach, known);
  let side = known.get(host);
  if (side === undefined) {
    const roots = reach.rootsOn.get(host) ?? [];
    const groups = iommuGroups(host);
    const held: Held[] = [];
    const kinds = new Map<string, Held>();
    const byGroup = new Map<string, Held>();
    const hasIommu = mayHaveIommu(host);
    let isRefused = false;
    // What is certain, and what runs at all times, speaks for the rest.
    for (const root of [...roots].sort((x, y) => doubts(x) - doubts(y))) {
      for (const member of root.held) {
        const entry = { root, member };
        // Without an IOMMU VFIO hands out nothing, so functions are the matter of processes alone that do without.
        if (!hasIommu && bypassesIommu(root, member, host) !== true) {
          isRefused = true;
          continue;
        }
        held.push(entry);
        const kind = `${member.kind === 'vf' ? member.fn.path : member.path} ${member.kind} ${valueOf(member.facts.group)}`;
        if (!kinds.has(kind)) kinds.set(kind, entry);
        const key = groups.keyOf(member);
        if (!byGroup.has(key)) byGroup.set(key, entry);
      }
    }
    side = { reach, host, held, kinds: [...kinds.values()], byGroup, served: servedBy(reach, host), first: roots[0], isRefused };
    known.set(host, side);
  }
  return side;
}

function servedBy(reach: Reach, host: Host): DmaSide['served'] {
  const served: { member: GroupMember; path: readonly string[] }[] = [];
  for (const root of reach.rootsOn.get(host) ?? [])
    for (const member of root.heldByHost) served.push({ member, path: wayOf({ root, member }) });
  for (const { component, path, roots } of reach.holds.values()) {
    if (component.host !== host) continue;
    const { type, subject } = component;
    if (type === 'function') {
      const fn = subject as GroupMember;
      if (roots.some(({ pf, held, owned }) => pf !== fn && !held.includes(fn) && !owned.includes(fn as never)))
        served.push({ member: fn, path });
    } else if (type === 'drive' || type === 'storage-adapter' || type === 'gpu' || type === 'mediated-device') {
      const device = subject as Device;
      if (roots.some((root) => !takesFrom(root, device))) for (const member of device.functions) served.push({ member, path });
    }
  }
  return served;
}

/** It has a function of the device, so it is not the driver of the host that serves it. */
function takesFrom({ pf, held, owned }: Root, device: Device): boolean {
  return (
    pf?.device === device ||
    owned.some((fn) => fn.device === device) ||
    held.some((member) => member.kind !== 'pcie-port' && member.device === device)
  );
}

/** Components of one host in which two tenants meet by DMA and interrupts. */
export function dmaComponents(graph: ComponentGraph, host: Host, a: Reach, b: Reach): PairComponent[] {
  const [x, y] = [sideOf(a, host), sideOf(b, host)];
  if (x.first === undefined || y.first === undefined) return [];
  if (x.held.length === 0 && y.held.length === 0 && !x.isRefused && !y.isRefused) return [];
  const pathOf = (side: DmaSide, through: Held | undefined) =>
    through === undefined ? [(side.first as Root).path, host.path] : [...wayOf(through), host.path];
  const made = (type: 'memory' | 'interrupts' | 'iommu', grade: (from: DmaSide, to: DmaSide) => readonly Cause[]): PairComponent => ({
    component: graph.component(type, `${host.path}#${type}`, host.path, host, host),
    aToB: grade(x, y),
    bToA: grade(y, x),
    pathA: pathOf(x, x.held[0]),
    pathB: pathOf(y, y.held[0]),
  });
  const groups = mayHaveIommu(host) ? groupComponents(graph, x, y) : [];
  return [...groups, made('memory', memory), made('interrupts', interrupts), made('iommu', translation)].filter(
    ({ aToB, bToA }) => aToB.length > 0 || bToA.length > 0,
  );
}

/** A function that a card presents to one guest goes by the name of the virtual device. */
function wayOf({ root, member }: Held): string[] {
  return root.path === member.path ? [root.path] : [root.path, member.path];
}

/** Whether DMA of the aggressor's functions stays in its own memory. */
function memory(from: DmaSide, to: DmaSide): Cause[] {
  const { host } = from;
  const [us, them] = [from.reach.tenant.id, to.reach.tenant.id];
  const first = from.held[0];
  if (first === undefined && !from.isRefused) return [];
  const isOn = mayHaveIommu(host);
  const causes: Cause[] = [];
  if (isOn || from.isRefused) {
    const reason = isOn
      ? `the IOMMU keeps DMA of ${us} out of the memory of ${them}`
      : `VFIO hands out no function of ${host.path} while no IOMMU is on, so none of ${us} reaches the memory of ${them}`;
    causes.push(...softened([{ axis: 'security', about: 'dma', interval: exactly(S.hardware), reason }], isOn ? first : undefined));
  }
  for (const held of from.kinds) {
    const { root, member } = held;
    const bypass = bypassesIommu(root, member, host);
    if (bypass === true)
      causes.push({
        axis: 'security',
        about: 'dma',
        interval: exactly(S.none),
        reason: `${root.path} drives ${member.path} with no IOMMU in between: it can read and write all memory of ${host.path}`,
      });
    if (bypass === undefined)
      causes.push({
        axis: 'security',
        about: 'dma',
        interval: between(S.hardware, S.none),
        reason: `nobody states whether an IOMMU stands between ${member.path} of ${us} and the memory of ${host.path}`,
        open: [{ entity: host.path, property: 'iommu.state' }],
      });
    const translates = isOn ? mayTranslate(from, member) : undefined;
    if (translates === undefined) continue;
    const [ats] = softened([translates], held) as [Cause];
    // Functions of one card are alike.
    if (!causes.some(({ reason }) => reason === ats.reason)) causes.push(ats);
  }
  return causes;
}

/** A process of a container may drive a function where no IOMMU is on; for virtual machines VFIO refuses that. */
function bypassesIommu({ guest, device }: Root, member: GroupMember, host: Host): boolean | undefined {
  const state = valueOf(host.facts.iommu.state);
  if (state === 'on' || valueOf(guest.facts.kind) !== 'container' || member.kind === 'pcie-port') return false;
  const driver = (device === undefined ? undefined : valueOf(device.facts.hostDriver)) ?? valueOf(member.facts.driver);
  if (driver === undefined) return state === undefined ? false : valueOf(host.facts.vfio.noiommu) === true;
  if (driver === 'uio_pci_generic' || driver === 'igb_uio') return state === undefined ? undefined : true;
  return /vfio[-_]pci$/.test(driver) && valueOf(host.facts.vfio.noiommu) === true;
}

/** A device that translates addresses itself (ATS) is believed by the IOMMU, unless the port above blocks what is translated already. */
function mayTranslate(from: DmaSide, member: GroupMember): Cause | undefined {
  const { trust } = from.reach.tenant.facts;
  if (valueOf(trust) !== 'untrusted' || member.kind === 'pcie-port') return undefined;
  const { host } = from;
  const fn = member.kind === 'vf' ? member.fn : member;
  const port = upstream(fn.device);
  const blocks = valueOf(host.facts.kernel.noats) === true || (port !== undefined && valueOf(port.acs.translationBlocking) === true);
  if (blocks) return undefined;
  const ats = valueOf(fn.facts.ats);
  if (ats === false) return undefined;
  const name = fn.device.path;
  const remedies = [{ title: `boot ${host.path} with pci=noats`, changes: [{ entity: host, keys: ['kernel', 'noats'], value: true }] }];
  if (ats === true)
    return {
      axis: 'security',
      about: 'dma',
      interval: exactly(S.weakened),
      reason: `${name} translates addresses itself (ATS), and the IOMMU believes what it says`,
      remedies,
    };
  return {
    axis: 'security',
    about: 'dma',
    interval: between(S.hardware, S.weakened),
    reason: `nobody states whether ${name} translates addresses itself (ATS); if it does, the IOMMU believes what it says`,
    open: [{ entity: name, property: 'ats' }],
    remedies,
  };
}

function interrupts(from: DmaSide, to: DmaSide): readonly Cause[] {
  return from.held.length === 0 ? [] : softened(delivery(from, to), from.held[0]);
}

/** Interrupts of the aggressor's functions: remapped to its own guests, or anywhere on the host. */
function delivery(from: DmaSide, to: DmaSide): Cause[] {
  const { host } = from;
  const us = from.reach.tenant.id;
  const them = to.reach.tenant.id;
  const remapping = valueOf(host.facts.iommu.interruptRemapping);
  const isUntrusted = valueOf(from.reach.tenant.facts.trust) === 'untrusted';
  if (isUntrusted && valueOf(host.facts.vfio.allowUnsafeInterrupts) === true)
    return [
      {
        axis: 'security',
        about: 'interrupt',
        interval: exactly(S.weakened),
        reason: `${host.path} allows unsafe interrupts: functions of ${us} can raise any`,
      },
    ];
  if (isUntrusted && remapping === false)
    return [
      {
        axis: 'security',
        about: 'interrupt',
        interval: exactly(S.weakened),
        reason: `${host.path} does not remap interrupts: functions of ${us} can raise any`,
      },
    ];
  if (isUntrusted && remapping === undefined)
    return [
      {
        axis: 'security',
        about: 'interrupt',
        interval: between(S.hardware, S.weakened),
        reason: `nobody states whether ${host.path} remaps interrupts; if not, functions of ${us} can raise any`,
        open: [{ entity: host.path, property: 'iommu.interruptRemapping' }],
      },
    ];
  const reason =
    remapping === true
      ? `interrupts of ${us} are remapped and do not reach ${them}`
      : `${us} is trusted not to raise interrupts of others; nothing that is stated would stop it`;
  return [{ axis: 'security', about: 'interrupt', interval: exactly(S.hardware), reason }];
}

/** Both translate through one IOMMU: its cache is shared, and nothing divides it. */
function translation(from: DmaSide, to: DmaSide): readonly Cause[] {
  if (from.held.length === 0 || to.held.length === 0 || !mayHaveIommu(from.host)) return [];
  const causes: Cause[] = [
    { axis: 'security', about: 'cache', interval: exactly(S.hardware), reason: 'both translate addresses through one IOMMU' },
    {
      axis: 'performance',
      about: 'cache',
      interval: exactly(P.unmanaged),
      reason: 'translations of both compete for one cache (IOTLB), which nothing divides',
      isInherent: true,
      isTimingChannel: true,
    },
  ];
  return softened(causes, from.held[0], to.held[0]);
}

function groupComponents(graph: ComponentGraph, x: DmaSide, y: DmaSide): PairComponent[] {
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
