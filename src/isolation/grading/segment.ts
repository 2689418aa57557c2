import type { NicPort } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import { type Interval, S, worseOf } from '../grade.js';
import type { Place, Presence } from '../graph/presence.js';
import type { Hold } from '../graph/reach.js';
import { type Cause, type OpenFact, remembered } from './cause.js';
import { segmentRemedy } from './segment-remedy.js';
import type { SegmentOptions, Verdict } from './segment-verdict.js';

/** Whether frames of `a` reach devices of `b` in a place where both are present on layer 2. The worst of all their devices counts. */
export function segmentCause(a: Hold, b: Hold, options: SegmentOptions): Cause | undefined {
  let interval: Interval | undefined;
  let worst: Verdict | undefined;
  const found: Verdict[] = [];
  const here = a.component.subject;
  for (const x of standing(a)) {
    for (const y of standing(b)) {
      if (!meetHere(x, y, here, options.isOnlyHere === true)) continue;
      const verdict = areHere(x, y, here) ? meet(x.presence, y.presence, options) : meetOutside(x.presence, y.presence, options);
      if (verdict === undefined) continue;
      found.push(verdict);
      interval = interval === undefined ? verdict.interval : worseOf(interval, verdict.interval);
      if (worst === undefined || isWorse(verdict.interval, worst.interval)) worst = verdict;
    }
  }
  if (interval === undefined || worst === undefined) return undefined;
  return {
    axis: 'security',
    about: 'l2',
    interval,
    reason: worst.reason(),
    open: interval.best < interval.worst ? openFacts(found) : [],
    remedies: interval.worst > options.base ? () => segmentRemedy(a, b, found, options) : [],
  };
}

/** Devices that stand alike, and all the places where they do. */
interface Standing {
  readonly presence: Presence;
  readonly places: Set<Place>;
}

const standing = remembered(({ roots }: Hold): readonly Standing[] => {
  const found = new Map<string, Standing>();
  for (const { presence } of roots) {
    if (presence === undefined) continue;
    const known = found.get(presence.key);
    if (known === undefined) found.set(presence.key, { presence, places: new Set([presence.place]) });
    else known.places.add(presence.place);
  }
  return [...found.values()];
});

/** Whether there are two of them that did not meet before: in a place they share, nearer than this one. */
function meetHere(x: Standing, y: Standing, here: unknown, isOnlyHere: boolean): boolean {
  if (isOnlyHere) return x.places.has(here as Place) || y.places.has(here as Place);
  if (x.places.size > 1 || y.places.size > 1) return true;
  const [place] = x.places;
  return place === here || !y.places.has(place as Place);
}

/** All of both are attached to the place that is looked at. */
function areHere(x: Standing, y: Standing, here: unknown): boolean {
  return x.places.size === 1 && y.places.size === 1 && x.places.has(here as Place) && y.places.has(here as Place);
}

function isWorse(a: Interval, b: Interval): boolean {
  return a.worst > b.worst || (a.worst === b.worst && a.best > b.best);
}

function verdictOf(a: Presence, b: Presence, best: number, worst: number, reason: () => string, open: readonly OpenFact[] = []): Verdict {
  return { interval: { best, worst }, reason, a, b, open };
}

const namesOf = (a: Presence, b: Presence) => () => [a.device.path, b.device.path].sort().join(' and ');

/** Ports of one switch, or VFs of one NIC. */
function meet(a: Presence, b: Presence, options: SegmentOptions): Verdict {
  const { base, enforces } = options;
  const common = a.vlans.find((vlan) => b.vlans.includes(vlan));
  const names = namesOf(a, b);
  const isOne = common !== undefined || enforces !== true;
  // Ports are isolated from those of the same switch only.
  const areNeighbours = a.place === b.place;
  if (areNeighbours && a.isIsolated && b.isIsolated && isOne) return verdictOf(a, b, base, base, () => `${names()} are isolated ports`);
  const oneSided =
    areNeighbours && a.isIsolated !== b.isIsolated ? `only ${(a.isIsolated ? a : b).device.path} is an isolated port` : undefined;
  const policy = policyBetween(a, b);
  if (policy !== undefined && isOne)
    return verdictOf(
      a,
      b,
      Math.max(base, policy),
      S.none,
      () => `${names()} are in one segment, and the flow rules of the switch decide whether they meet`,
    );
  if (common !== undefined) {
    if (oneSided !== undefined) return verdictOf(a, b, S.weakened, S.weakened, () => `${names()} are in one segment, and ${oneSided}`);
    return together(a, b, common, base);
  }
  if (enforces === false) {
    if (oneSided !== undefined) return verdictOf(a, b, S.weakened, S.weakened, () => `VLANs are not enforced, and ${oneSided}`);
    return verdictOf(a, b, S.none, S.none, () => `VLANs are not enforced, so ${names()} are in one segment`);
  }
  const own = withVlans(a, b, options);
  if (enforces === true) return own;
  const flat = oneSided === undefined ? S.none : S.weakened;
  return verdictOf(
    a,
    b,
    own.interval.best,
    Math.max(own.interval.worst, flat),
    () => `nobody states whether VLANs are enforced between ${names()}`,
    options.enforcedBy === undefined ? own.open : [options.enforcedBy, ...own.open],
  );
}

/** Beyond what both are attached to: on the wire, in the e-switch below two vSwitches, in the network. */
function meetOutside(a: Presence, b: Presence, options: SegmentOptions): Verdict | undefined {
  const names = namesOf(a, b);
  if (a.tunnel !== undefined || b.tunnel !== undefined) return a.tunnel === b.tunnel ? meetInTunnel(a, b, options) : undefined;
  if (a.isRouted || b.isRouted) {
    const rank = Math.max(options.base, S.kernel);
    return verdictOf(a, b, rank, rank, () => `a router of the host ends layer 2 between ${names()}`);
  }
  return options.isNetwork === true ? meetInNetwork(a, b, options) : meet(a, b, options);
}

/** Switches that tunnel to each other join VLANs by the id of the tunnel (VNI), whatever number the VLAN has on either side. */
function meetInTunnel(a: Presence, b: Presence, { base }: SegmentOptions): Verdict | undefined {
  const names = namesOf(a, b);
  const [ours, theirs] = [tunnelIds(a), tunnelIds(b)];
  const id = ours.find((each) => each !== undefined && theirs.includes(each));
  if (id !== undefined) return verdictOf(a, b, S.none, S.none, () => `${names()} are both in tunnel ${id} (${a.tunnel})`);
  const common = a.vlans.find((vlan, i) =>
    b.vlans.some((other, j) => other === vlan && (ours[i] === undefined || theirs[j] === undefined)),
  );
  if (common === undefined) return undefined;
  const open = [a, b].flatMap((each, i) =>
    (i === 0 ? ours : theirs).includes(undefined) ? [{ entity: each.place.path, property: 'tunnelIds' }] : [],
  );
  return verdictOf(
    a,
    b,
    base,
    S.none,
    () =>
      `${names()} are both ${vlanText(common)} of switches that tunnel (${a.tunnel}), and nobody states which tunnel id the VLAN has there`,
    open,
  );
}

function tunnelIds({ place, vlans }: Presence): readonly (number | undefined)[] {
  const ids = place.kind === 'switch' ? (valueOf(place.facts.tunnelIds) ?? {}) : {};
  return vlans.map((vlan) => ids[vlan]);
}

/** The VLAN of untagged frames is a setting of the physical switch. */
function meetInNetwork(a: Presence, b: Presence, options: SegmentOptions): Verdict {
  const [ours, theirs] = [tagged(a), tagged(b)];
  const open = [...unstatedPort(a), ...unstatedPort(b)];
  if (open.length === 0) return meet(ours, theirs, options);
  return verdictOf(
    a,
    b,
    options.base,
    S.none,
    () =>
      `${namesOf(a, b)()} may be in one VLAN: nobody states into which one the network puts frames of ${open.map(({ entity }) => entity).join(' and ')}`,
    open,
  );
}

/** The port of a guest that has it for itself, where nobody states its VLAN. */
function unstatedPort(presence: Presence): OpenFact[] {
  if (!presence.isOwner) return [];
  const unstated = portsOf(presence.place).filter(({ facts }) => valueOf(facts.accessVlan) === undefined);
  return unstated.map(({ path }) => ({ entity: path, property: 'accessVlan' }));
}

/** The same as the network sees it: an access port has one VLAN, whatever the guest writes into its frames. */
function tagged(presence: Presence): Presence {
  const vlan = nativeVlanOf(presence.place);
  if (vlan === undefined || !(presence.isOwner || presence.vlans.includes(0))) return presence;
  const vlans = presence.vlans.map((each) => (each === 0 ? vlan : each));
  return Object.assign({}, presence, { vlans, mayTag: presence.isOwner ? false : presence.mayTag });
}

const nativeVlanOf = remembered((place: Place): number | undefined => {
  const [vlan, ...others] = new Set(portsOf(place).map(({ facts }) => valueOf(facts.accessVlan)));
  // The default VLAN of physical switches is that of all untagged frames.
  return others.length > 0 ? undefined : vlan === 1 ? 0 : vlan;
});

function portsOf(place: Place): readonly NicPort[] {
  switch (place.kind) {
    case 'nic-port':
      return [place];
    case 'function':
      return place.port === undefined ? [] : [place.port];
    case 'device':
      return place.ports;
    case 'switch':
      return uplinksOf(place).flatMap((uplink) => uplink.as('nic-port') ?? []);
    case 'network':
      return [];
  }
}

/** Rules in front of either of them may let nothing pass. The weaker of what runs them is what has to fail. */
function policyBetween(a: Presence, b: Presence): number | undefined {
  if (a.policy === undefined) return b.policy;
  return b.policy === undefined ? a.policy : Math.max(a.policy, b.policy);
}

function vlanText(vlan: number): string {
  return vlan === 0 ? 'untagged' : `in VLAN ${vlan}`;
}

function together(a: Presence, b: Presence, vlan: number, base: number): Verdict {
  const names = namesOf(a, b);
  const unwired = [a, b].filter(({ isUnwired }) => isUnwired);
  if (unwired.length > 0)
    return verdictOf(
      a,
      b,
      base,
      S.none,
      () => `${names()} are both ${vlanText(vlan)} behind an e-switch that forwards by rules, and nobody states the switch that sets them`,
      unwired.map(({ device }) => ({ entity: device.path, property: 'connect' })),
    );
  const isDefault = vlan === 0 && [a, b].some(({ device }) => valueOf(device.facts.vlan) === 1);
  return verdictOf(a, b, S.none, S.none, () =>
    isDefault
      ? `${names()} are both in VLAN 1, which a Linux bridge gives to ports without a VLAN`
      : `${names()} are both ${vlanText(vlan)}`,
  );
}

/** VLANs are enforced and differ: what is left is what `a` may pretend. */
function withVlans(a: Presence, b: Presence, { base, isNic }: SegmentOptions): Verdict {
  const foreign = a.mayTag === false ? undefined : b.vlans.find((vlan) => vlan !== 0);
  if (foreign !== undefined)
    return verdictOf(
      a,
      b,
      a.mayTag === true ? S.weakened : base,
      S.weakened,
      () => `${a.device.path} can send into VLAN ${foreign} of ${b.device.path}: ${a.how}`,
    );
  if (isNic === true && a.isVf && a.maySpoof === true)
    return verdictOf(a, b, S.weakened, S.weakened, () => `${a.device.path} can pretend to be another: ${a.how}`);
  if (isNic === true && a.isVf && a.mayTag === true)
    return verdictOf(a, b, S.weakened, S.weakened, () => `layer 2 of ${a.device.path} is up to its guest: ${a.how}`);
  if (isNic === true && a.isVf && a.maySpoof === undefined)
    return verdictOf(
      a,
      b,
      base,
      S.weakened,
      () => `${a.device.path} can pretend to be another if its spoof check is off, which nobody states`,
      [{ entity: a.device.path, property: 'spoofCheck' }],
    );
  return verdictOf(a, b, base, base, () => `VLANs keep ${namesOf(a, b)()} apart`);
}

function openFacts(found: readonly Verdict[]): OpenFact[] {
  const open = new Map<string, OpenFact>();
  for (const verdict of found) for (const fact of verdict.open) open.set(`${fact.entity} ${fact.property}`, fact);
  return [...open.values()];
}
