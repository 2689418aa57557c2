import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { formatBitsPerSec, formatOpsPerSec } from '../../core/units/format.js';
import type { Component } from '../component.js';
import { between, exactly, type Interval, P, worseOf } from '../grade.js';
import { type Capacity, capacityOf } from '../graph/rates.js';
import type { Hold } from '../graph/reach.js';
import type { Root } from '../graph/root.js';
import { type Cause, nameOf, type OpenFact, type Remedy, type RemedyChange, remembered } from './cause.js';

export interface LoadOptions {
  readonly about: Cause['about'];
  readonly capacity?: Capacity;
  readonly isTimingChannel?: boolean;
  /** Weights of a scheduler that shares it: what follows "by". */
  readonly scheduler?: string | undefined;
  /** Minimum rates of a NIC count here. */
  readonly hasMinimums?: boolean;
  /** Who else draws on minimums. */
  readonly all?: () => readonly Hold[];
  /** Caps do not help here. */
  readonly isInherent?: boolean;
  readonly noControl?: string;
}

/**
 * What the load of `a` can take from `b` in a component: by enforced minimums, caps, weights, or nothing. Caps and minimums of
 * devices that carry frames hold for what guests send; what comes in for them has to be bounded as well.
 */
export function loadCause(a: Hold, b: Hold, component: Component, options: LoadOptions): Cause {
  const sent = sentCause(a, b, component, options);
  if (sent.interval.best >= P.unmanaged) return sent;
  const open = unbounded(a);
  if (open !== undefined) {
    const reason = `${sent.reason}, but in what it sends alone: nothing limits what comes in for ${open.path}`;
    return Object.assign(sent, {
      interval: exactly(P.unmanaged),
      reason,
      open: [],
      remedies: () => capRemedy(a, b, options.capacity ?? capacityFor(component)),
    });
  }
  const { received } = asked(a);
  const whole = (options.capacity ?? capacityFor(component)).bitsPerSec;
  if (received === undefined || whole === undefined) return sent;
  const incoming = received < whole ? P.capped : P.unmanaged;
  if (incoming <= sent.interval.best) return sent;
  return Object.assign(sent, {
    interval: worseOf(sent.interval, exactly(incoming)),
    reason: `${sent.reason}; what comes in for ${nameOf(a)} is capped at ${formatBitsPerSec(received)} of ${formatBitsPerSec(whole)}`,
  });
}

function sentCause(a: Hold, b: Hold, component: Component, options: LoadOptions): Cause {
  const capacity = options.capacity ?? capacityFor(component);
  if (isFree(a) && options.scheduler === undefined && !(options.hasMinimums === true && isKept(b)))
    return unlimited(a, b, capacity, options);
  const { about, isTimingChannel = false, isInherent = false } = options;
  const made = (interval: Interval, reason: string, open: readonly OpenFact[] = [], remedies: Cause['remedies'] = []): Cause => ({
    axis: 'performance',
    about,
    interval,
    reason,
    open,
    remedies,
    isInherent,
    isTimingChannel,
  });
  const kept = options.hasMinimums === true ? minimums(b, component, capacity, options) : undefined;
  if (kept?.interval.worst === P.reserved) return made(kept.interval, kept.reason, kept.open);
  const capped = caps(a, capacity);
  if (capped?.isBelow === true) return made(exactly(P.capped), `${nameOf(a)} is capped at ${capped.text}`);
  if (capped !== undefined && capped.isBelow === undefined) {
    const reason = `${nameOf(a)} is capped at ${capped.text}, but nobody states what ${component.entity} can carry`;
    return made(between(P.capped, P.unmanaged), reason, capacityFact(component));
  }
  if (kept !== undefined) return made(kept.interval, kept.reason, kept.open);
  if (options.scheduler !== undefined) return made(exactly(P.weighted), `shared by ${options.scheduler}`);
  const open = uncapped(a);
  const reason =
    options.noControl ??
    (capped !== undefined
      ? `the caps of ${nameOf(a)} add up to ${capped.text}, which is all that ${component.entity} can carry`
      : `nothing limits ${open === undefined ? nameOf(a) : open.path}`);
  return made(exactly(P.unmanaged), reason, [], isInherent ? [] : () => capRemedy(a, b, capacity));
}

const capacityFor = remembered(capacityOf);

/** Nothing caps some device of the tenant, which is how most designs are. */
function isFree(a: Hold): boolean {
  const { bits, ops } = asked(a);
  return bits === undefined && ops === undefined;
}

function unlimited(
  a: Hold,
  b: Hold,
  capacity: Capacity,
  { about, isTimingChannel = false, isInherent = false, noControl }: LoadOptions,
): Cause {
  return {
    axis: 'performance',
    about,
    interval: exactly(P.unmanaged),
    reason: noControl ?? `nothing limits ${uncapped(a)?.path ?? nameOf(a)}`,
    open: [],
    remedies: isInherent ? [] : () => capRemedy(a, b, capacity),
    isInherent,
    isTimingChannel,
  };
}

/** What all devices of a tenant may ask together; undefined if one of them is free. */
function caps(a: Hold, capacity: Capacity): { text: string; isBelow: boolean | undefined } | undefined {
  const { bits, ops } = asked(a);
  if (bits === undefined && ops === undefined) return undefined;
  const texts: string[] = [];
  let isBelow: boolean | undefined;
  const judge = (part: number | undefined, whole: number | undefined, show: (value: number) => string) => {
    if (part === undefined) return;
    texts.push(whole === undefined ? show(part) : `${show(part)} of ${show(whole)}`);
    if (whole !== undefined) isBelow = isBelow === true || part < whole;
  };
  judge(bits, capacity.bitsPerSec, formatBitsPerSec);
  judge(ops, capacity.opsPerSec, (value) => formatOpsPerSec(value));
  return { text: texts.join(' and '), isBelow };
}

const asked = remembered(({ roots }: Hold) => ({
  bits: sum(roots, ({ caps: own }) => own.bitsPerSec),
  received: sum(roots, ({ caps: own }) => own.receiveBitsPerSec),
  ops: sum(roots, ({ caps: own }) => own.opsPerSec),
}));

/** A device that carries frames and whose incoming ones nothing bounds. */
const unbounded = remembered(({ roots }: Hold) =>
  roots.find(({ device, presence, caps: own }) => device !== undefined && presence !== undefined && own.receiveBitsPerSec === undefined),
);

const uncapped = remembered(({ roots }: Hold) =>
  roots.find(({ caps: own, device }) => device !== undefined && own.bitsPerSec === undefined && own.opsPerSec === undefined),
);

const isKept = remembered(({ roots }: Hold) => roots.every(({ caps: own }) => own.minBitsPerSec !== undefined));

/** Minimum rates of all copies that reach a component. */
const keptFor = remembered(({ roots }: Hold) => roots.reduce((sum, root) => sum + (root.caps.minBitsPerSec ?? 0) * root.count, 0));

/** Sum over all copies; devices of one bucket count once. Undefined where one of them has none. Guests themselves ask for nothing here. */
function sum(roots: readonly Root[], of: (root: Root) => number | undefined): number | undefined {
  let total = 0;
  const buckets = new Set<string>();
  for (const root of roots) {
    if (root.device === undefined) continue;
    const own = of(root);
    if (own === undefined) return undefined;
    const { bucket } = root.caps;
    if (bucket !== undefined) {
      const name = `${root.host.path} ${bucket}`;
      if (buckets.has(name)) continue;
      buckets.add(name);
      total += own;
    } else total += own * root.count;
  }
  return total;
}

/** Minimum rates of the victim count if all of its devices have one and all that are promised fit. */
function minimums(
  b: Hold,
  component: Component,
  capacity: Capacity,
  { all }: LoadOptions,
): Pick<Cause, 'interval' | 'reason' | 'open'> | undefined {
  if (!isKept(b)) return undefined;
  const promised = (all?.() ?? [b]).reduce((total, hold) => total + keptFor(hold), 0);
  const semantics = new Set(b.roots.map(({ pf }) => pf && valueOf((pf as PhysicalFunction).facts.sriov.minRate)));
  if (semantics.has('share'))
    return { interval: exactly(P.weighted), reason: `the minimum rates of ${nameOf(b)} are shares of what is asked for` };
  const whole = capacity.bitsPerSec;
  if (whole === undefined)
    return {
      interval: between(P.reserved, P.unmanaged),
      reason: `${nameOf(b)} has minimum rates, but nobody states what ${component.entity} can carry`,
      open: capacityFact(component),
    };
  if (promised > whole)
    return {
      interval: exactly(P.unmanaged),
      reason: `minimum rates of ${formatBitsPerSec(promised)} are promised of ${formatBitsPerSec(whole)}`,
    };
  if (semantics.has(undefined))
    return {
      interval: between(P.reserved, P.unmanaged),
      reason: `${nameOf(b)} has minimum rates, but nobody states whether the NIC keeps them`,
      open: b.roots.flatMap(({ pf }) => (pf === undefined ? [] : [{ entity: pf.device.path, property: 'sriov.minRate' }])).slice(0, 1),
    };
  return {
    interval: exactly(P.reserved),
    reason: `minimum rates of ${formatBitsPerSec(promised)} in all are kept of ${formatBitsPerSec(whole)}`,
  };
}

function capacityFact({ type, entity }: Component): NonNullable<Cause['open']> {
  const property = { drive: 'storage.readBandwidth', 'pcie-port': 'link', card: 'totalRate', controller: 'cpus' }[type as string] ?? 'rate';
  return type === 'switch' || type === 'controller' || type === 'switch-cores' ? [] : [{ entity, property }];
}

/** A cap for each device of both tenants that has none: half of the whole for each of the two. */
function capRemedy(a: Hold, b: Hold, capacity: Capacity): Remedy[] {
  const { bitsPerSec } = capacity;
  if (bitsPerSec === undefined) return [];
  const changes: RemedyChange[] = [];
  for (const side of [a, b]) {
    const copies = side.roots.reduce((total, root) => total + (root.device === undefined ? 0 : root.count), 0);
    const each = Math.floor(bitsPerSec / 2 / Math.max(1, copies) / 1e6);
    if (each < 1) return [];
    for (const { device, pf, presence, caps: own } of side.roots) {
      if (device === undefined) continue;
      const [sends, receives] = [own.bitsPerSec === undefined && own.opsPerSec === undefined, own.receiveBitsPerSec === undefined];
      if (!sends && !receives) continue;
      // No setting of a VF bounds what comes in for it.
      if (pf !== undefined || !(device.technique?.keys ?? []).includes('limit')) return [];
      const rate = each >= 1000 ? `${Math.floor(each / 100) / 10} Gbit/s` : `${each} Mbit/s`;
      if (sends) changes.push({ entity: device, keys: ['limit', 'rate'], value: rate });
      if (receives && presence !== undefined) changes.push({ entity: device, keys: ['limit', 'receiveRate'], value: rate });
    }
  }
  const unique = [...new Map(changes.map((change) => [`${change.entity.path} ${change.keys.join('.')}`, change])).values()];
  if (unique.length === 0) return [];
  const names = [...new Set(unique.map(({ entity, value }) => `${entity.path} at ${value}`))].sort();
  return [
    {
      title: `cap ${names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')}`,
      changes: unique,
    },
  ];
}
