import type { Tristate } from '../../core/model/iommu-groups.js';
import type { Switch } from '../../core/model/switch.js';
import type { IsolationClass } from '../component.js';
import { type Interval, S, worseOf } from '../grade.js';
import type { Presence } from '../graph/presence.js';
import type { Hold } from '../graph/reach.js';
import { type Cause, type FreeVlans, nameOf, type OpenFact, type Remedy, type RemedyChange, remembered } from './cause.js';

export interface SegmentOptions {
  /** The grade where nothing of layer 2 is shared: what then keeps the two apart. */
  readonly base: number;
  /** Whether VLANs of ports are enforced here. */
  readonly enforces: Tristate;
  /** What to write where nobody says whether they are. */
  readonly enforcedBy?: OpenFact;
  /** The e-switch of a NIC: it alone looks at addresses and tags of VFs. */
  readonly isNic?: boolean;
  readonly entity?: Switch | undefined;
  /** Flows of a controller or security groups stand between ports, and no document says what they let through. */
  readonly hasPolicy?: boolean;
  readonly about?: IsolationClass;
  /** Beyond the vSwitch: what is in a tunnel has no VLAN there. */
  readonly isOutside?: boolean;
  readonly vlans: FreeVlans;
}

interface Verdict {
  readonly interval: Interval;
  readonly reason: () => string;
  readonly a: Presence;
  readonly b: Presence;
  readonly isSame: boolean;
}

/** Whether frames of `a` reach devices of `b` in a place where both are present on layer 2. The worst of all their devices counts. */
export function segmentCause(a: Hold, b: Hold, options: SegmentOptions): Cause | undefined {
  const [ours, theirs] = [presences(a, options), presences(b, options)];
  let interval: Interval | undefined;
  let worst: Verdict | undefined;
  const found: Verdict[] = [];
  for (const x of ours) {
    for (const y of theirs) {
      const verdict = meet(x, y, options);
      found.push(verdict);
      interval = interval === undefined ? verdict.interval : worseOf(interval, verdict.interval);
      if (worst === undefined || isWorse(verdict.interval, worst.interval)) worst = verdict;
    }
  }
  if (interval === undefined || worst === undefined) return undefined;
  const open = openFacts(found, options);
  return {
    axis: 'security',
    about: options.about ?? 'l2',
    interval,
    reason: worst.reason(),
    open: interval.best < interval.worst ? open : [],
    remedies: interval.worst > options.base ? () => remedy(a, b, found, options) : [],
  };
}

/** Devices that stand alike are one; beyond the vSwitch those in a tunnel are left out. */
function presences(hold: Hold, { isOutside }: SegmentOptions): readonly Presence[] {
  return isOutside === true ? outside(hold) : inside(hold);
}

const inside = remembered(({ roots }: Hold): readonly Presence[] => {
  const found = new Map<string, Presence>();
  for (const { presence } of roots) if (presence !== undefined && !found.has(presence.key)) found.set(presence.key, presence);
  return [...found.values()];
});

const outside = remembered((hold: Hold) => inside(hold).filter(({ isTunnelled }) => !isTunnelled));

function isWorse(a: Interval, b: Interval): boolean {
  return a.worst > b.worst || (a.worst === b.worst && a.best > b.best);
}

function meet(a: Presence, b: Presence, options: SegmentOptions): Verdict {
  const { base, enforces } = options;
  const common = a.vlans.find((vlan) => b.vlans.includes(vlan));
  const verdict = (best: number, worst: number, reason: () => string, isSame = false): Verdict => ({
    interval: { best, worst },
    reason,
    a,
    b,
    isSame,
  });
  const names = () => [a.device.path, b.device.path].sort().join(' and ');
  if (a.isIsolated && b.isIsolated && (common !== undefined || enforces !== true))
    return verdict(base, base, () => `${names()} are isolated ports`);
  const oneSided = a.isIsolated !== b.isIsolated ? `only ${(a.isIsolated ? a : b).device.path} is an isolated port` : undefined;
  if (options.hasPolicy === true && (common !== undefined || enforces !== true))
    return verdict(base, S.none, () => `${names()} are in one segment, and the flow rules of the switch decide whether they meet`, true);
  if (common !== undefined) {
    if (oneSided !== undefined) return verdict(S.weakened, S.weakened, () => `${names()} are in one segment, and ${oneSided}`, true);
    return verdict(S.none, S.none, () => `${names()} are both ${common === 0 ? 'untagged' : `in VLAN ${common}`}`, true);
  }
  if (enforces === false) {
    if (oneSided !== undefined) return verdict(S.weakened, S.weakened, () => `VLANs are not enforced, and ${oneSided}`, true);
    return verdict(S.none, S.none, () => `VLANs are not enforced, so ${names()} are in one segment`, true);
  }
  const own = withVlans(a, b, options);
  if (enforces === true) return verdict(own.interval.best, own.interval.worst, own.reason);
  const flat = oneSided === undefined ? S.none : S.weakened;
  return verdict(
    own.interval.best,
    Math.max(own.interval.worst, flat),
    () => `nobody states whether VLANs are enforced between ${names()}`,
  );
}

/** VLANs are enforced and differ: what is left is what `a` may pretend. */
function withVlans(a: Presence, b: Presence, { base, isNic }: SegmentOptions): Pick<Verdict, 'interval' | 'reason'> {
  if (a.mayTag !== false && b.vlans.some((vlan) => vlan !== 0))
    return {
      interval: { best: a.mayTag === true ? S.weakened : base, worst: S.weakened },
      reason: () => `${a.device.path} can send into VLAN ${b.vlans.find((vlan) => vlan !== 0)} of ${b.device.path}: ${a.how}`,
    };
  if (isNic === true && a.isVf && a.maySpoof === true)
    return { interval: { best: S.weakened, worst: S.weakened }, reason: () => `${a.device.path} can pretend to be another: ${a.how}` };
  if (isNic === true && a.isVf && a.mayTag === true)
    return { interval: { best: S.weakened, worst: S.weakened }, reason: () => `layer 2 of ${a.device.path} is up to its guest: ${a.how}` };
  if (isNic === true && a.isVf && a.maySpoof === undefined)
    return {
      interval: { best: base, worst: S.weakened },
      reason: () => `${a.device.path} can pretend to be another if its spoof check is off, which nobody states`,
    };
  return { interval: { best: base, worst: base }, reason: () => `VLANs keep ${[a.device.path, b.device.path].sort().join(' and ')} apart` };
}

function openFacts(found: readonly Verdict[], { enforces, enforcedBy }: SegmentOptions): OpenFact[] {
  const open = new Map<string, OpenFact>();
  const add = (fact: OpenFact) => open.set(`${fact.entity} ${fact.property}`, fact);
  if (enforces === undefined && enforcedBy !== undefined) add(enforcedBy);
  for (const { a, interval } of found)
    if (interval.best < interval.worst && a.maySpoof === undefined) add({ entity: a.device.path, property: 'spoofCheck' });
  return [...open.values()];
}

/** What takes the finding away: a VLAN of its own for `b` where they share one, enforcement, and nothing that `a` may pretend. */
function remedy(a: Hold, b: Hold, found: readonly Verdict[], { entity, enforces, vlans }: SegmentOptions): Remedy[] {
  const changes = new Map<string, RemedyChange>();
  const set = (change: RemedyChange) => changes.set(`${change.entity.path} ${change.keys.join('.')}`, change);
  const titles = new Set<string>();
  const bad = found.filter(({ interval }) => interval.worst >= S.weakened);
  const shared = new Set(bad.filter(({ a: x, b: y }) => x.vlans.some((vlan) => y.vlans.includes(vlan))).map(({ b: y }) => y.key));
  if (shared.size > 0) {
    const vlan = vlans.for(nameOf(b));
    for (const { presence } of b.roots) {
      if (presence === undefined || !shared.has(presence.key)) continue;
      if (!(presence.device.technique?.keys ?? []).includes('vlan') || presence.how === 'a macvtap does not tag') return [];
      set({ entity: presence.device, keys: ['vlan'], value: vlan });
      titles.add(`VLAN ${vlan} for ${presence.device.path}`);
    }
  }
  if (enforces !== true && entity?.switchKind === 'linux-bridge') {
    set({ entity, keys: ['vlanFiltering'], value: true });
    titles.add(`VLAN filtering on ${entity.path}`);
  }
  const loose = new Set(bad.map(({ a: x }) => x.key));
  for (const { presence } of a.roots) {
    if (presence === undefined || !loose.has(presence.key)) continue;
    const { device } = presence;
    if (presence.isVf && presence.maySpoof !== false && presence.isNicLegacy) {
      set({ entity: device, keys: ['spoofCheck'], value: true });
      titles.add(`spoof check on ${device.path}`);
      if (device.facts.trust.state === 'known' && device.facts.trust.value) set({ entity: device, keys: ['trust'], value: false });
      if (device.facts.promisc.state === 'known' && device.facts.promisc.value) set({ entity: device, keys: ['promisc'], value: false });
    }
    if (presence.mayTag === true) {
      if (!(device.technique?.keys ?? []).includes('vlan')) return [];
      const own = presence.vlans.find((vlan) => vlan !== 0) ?? vlans.for(nameOf(a));
      if (presence.vlans.every((vlan) => vlan === 0)) {
        set({ entity: device, keys: ['vlan'], value: own });
        titles.add(`VLAN ${own} for ${device.path}`);
      }
      if (presence.isVf && device.facts.vlanMode.state === 'known') set({ entity: device, keys: ['vlanMode'], value: 'vst' });
      if (!presence.isVf && device.facts.portMode.state === 'known') set({ entity: device, keys: ['portMode'], value: 'access' });
    }
  }
  if (changes.size === 0) return [];
  const list = [...titles];
  return [
    {
      title: list.length > 3 ? `${list.slice(0, 3).join(', ')} and ${list.length - 3} more` : list.join(', '),
      changes: [...changes.values()],
    },
  ];
}
