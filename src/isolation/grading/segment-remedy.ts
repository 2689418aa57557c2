import { S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import { nameOf, type Remedy, type RemedyChange } from './cause.js';
import type { SegmentOptions, Verdict } from './segment-verdict.js';

/** What takes the finding away: a VLAN of its own for `b` where they share one, enforcement, and nothing that `a` may pretend. */
export function segmentRemedy(a: Hold, b: Hold, found: readonly Verdict[], { entity, enforces, vlans }: SegmentOptions): Remedy[] {
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
      // Of a list of tags that nobody enforces one has to be chosen.
      if (device.facts.vlan.state === 'unknown') {
        set({ entity: device, keys: ['vlan'], value: own });
        titles.add(`VLAN ${own} for ${device.path}`);
      }
      if (presence.isVf && device.facts.vlanMode.state === 'known') set({ entity: device, keys: ['vlanMode'], value: 'vst' });
      if (presence.isVf && device.facts.trunks.state === 'known') set({ entity: device, keys: ['trunks'], value: undefined });
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
