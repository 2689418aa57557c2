import { valueOf } from '../../core/model/fact.js';
import { type PhysicalFunction, virtualFunction } from '../../core/model/function.js';
import { tenantOf } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import { factLines } from './fact-lines.js';
import { rangeLabel } from './range-label.js';

/** VFs of one fold that are shown one by one at most. */
const MAX_UNFOLDED = 512;

/** VFs that have the same settings, and users of the same technique and tenant or none. */
interface Alike {
  readonly user: VirtualDevice | undefined;
  readonly isEnabled: boolean;
  readonly ranges: [first: number, last: number][];
  count: number;
}

/** The VFs of a function: used ones by what they have in common, free ones as one row with their number. */
export function vfRows(fn: PhysicalFunction, context: BuildContext): Box[] {
  const groups = new Map<string, Alike>();
  for (const [first, last] of segments(fn, context)) {
    const user = context.vfUsers.get(fn)?.get(first);
    const settings = fn.vfRanges.filter((range) => range.first <= first && first <= range.last).map((range) => range.property.key);
    const isEnabled = first < fn.numVfs;
    const use = user === undefined ? 'free' : `${valueOf(user.facts.technique)}|${tenantOf(user.guest)?.id ?? ''}|${settingsOf(user)}`;
    const key = `${isEnabled}|${settings.join()}|${use}`;
    const group = groups.get(key);
    const count = last - first + 1;
    if (group === undefined) groups.set(key, { user, isEnabled, ranges: [[first, last]], count });
    else {
      const before = group.ranges.at(-1) as [number, number];
      if (before[1] + 1 === first) before[1] = last;
      else group.ranges.push([first, last]);
      group.count += count;
    }
  }
  // What is used first: rows of free VFs shrink and vanish as VFs are taken.
  const ordered = [...groups.values()].sort((a, b) => Number(a.user === undefined) - Number(b.user === undefined));
  return ordered.flatMap((group) => rowsOf(group, fn, context));
}

/** Stretches of VF indexes, of enabled and of named VFs, over which nothing changes. */
function segments(fn: PhysicalFunction, context: BuildContext): [number, number][] {
  const used = [...(context.vfUsers.get(fn)?.keys() ?? [])];
  const cuts = new Set([0, fn.numVfs]);
  for (const index of used) cuts.add(index).add(index + 1);
  for (const range of fn.vfRanges) cuts.add(range.first).add(range.last + 1);
  const sorted = [...cuts].sort((a, b) => a - b);
  const isThere = (index: number) => index < fn.numVfs || context.vfUsers.get(fn)?.has(index) === true;
  return sorted.slice(0, -1).flatMap((first, i): [number, number][] => (isThere(first) ? [[first, (sorted[i + 1] as number) - 1]] : []));
}

function rowsOf(group: Alike, fn: PhysicalFunction, context: BuildContext): Box[] {
  const fold = vfPath(fn, (group.ranges[0] as [number, number])[0]);
  if (group.count > 1 && group.count <= MAX_UNFOLDED && context.isUnfolded(fold)) {
    return group.ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, i) => row({ ...group, ranges: [[first + i, first + i]], count: 1 }, fn, fold, context)),
    );
  }
  return [row(group, fn, group.count > 1 && group.count <= MAX_UNFOLDED ? fold : undefined, context)];
}

function row(group: Alike, fn: PhysicalFunction, fold: string | undefined, context: BuildContext): Box {
  const [first] = group.ranges[0] as [number, number];
  const vf = virtualFunction(fn, first);
  const names = rangeLabel(group.ranges.map(([from, to]) => (from === to ? `vf${from}` : `vf${from}–vf${to}`)));
  const isFree = group.user === undefined;
  const owner = group.user === undefined ? undefined : tenantOf(group.user.guest)?.id;
  const vlan = valueOf(group.user?.facts.vlan ?? NOTHING) ?? valueOf(vf?.facts.vlan ?? NOTHING);
  const rate = valueOf(group.user?.facts.maxRate ?? NOTHING) ?? valueOf(vf?.facts.maxRate ?? NOTHING);
  const details = [vlan === undefined ? '' : `VLAN ${vlan}`, rate === undefined ? '' : `at most ${formatBitsPerSec(rate)}`];
  const box = context.drawing.box({
    id: vfPath(fn, first),
    kind: 'vf',
    symbol: 'vf',
    form: 'row',
    label: isFree && group.count > 1 ? `${group.count} free VFs` : names,
    sublabel: [...(isFree && group.count === 1 ? ['free'] : []), ...details.filter((text) => text !== '')].join(' · '),
    count: group.count,
    fold,
    covers: coveredPaths(group, fn),
    marks: group.isEnabled ? [] : [{ text: 'not enabled', tone: 'bad' }],
    facts: [...(group.count > 1 ? [names] : []), ...(isFree ? ['free'] : []), ...(vf === undefined ? [] : factLines('vf', vf.facts))],
    alike: `vf|${isFree}|${details.join()}|${group.count}`,
  });
  box.isUnused = isFree;
  for (const tenant of isFree || owner === undefined ? [] : [owner]) box.tenants.add(tenant);
  for (const [from, to] of group.ranges) context.drawing.standsForVfs(box, fn, from, to);
  return box;
}

const NOTHING = { state: 'unknown' } as const;

/** Long ranges are left to the port they are in. */
function coveredPaths(group: Alike, fn: PhysicalFunction): string[] {
  if (group.count > MAX_UNFOLDED) return [];
  return group.ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => vfPath(fn, from + i))).slice(1);
}

function vfPath(fn: PhysicalFunction, index: number): string {
  return `${(fn.port ?? fn).path}/vf${index}`;
}

/** What users set on their VF themselves. */
function settingsOf(user: VirtualDevice): string {
  return `${valueOf(user.facts.vlan) ?? ''}|${valueOf(user.facts.maxRate) ?? ''}`;
}
