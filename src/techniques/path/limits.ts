import { valueOf } from '../../core/model/fact.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { perPass, secondsOfCost, work } from './cpu.js';

/**
 * What it costs to enforce the limit of a device. How long operations wait for the limit is not a matter of the technique:
 * the rates and bursts of `limit` hold for the flow as a whole.
 */
export function packetLimit(context: PathContext, carrier: Thread): Stage[] {
  return enforcedBy(context) === 'tc' ? [work(context, carrier, 'traffic control', [perPass(context, 'tc.shaper')])] : [];
}

/** One core passes the lock in no time; several hand its cache line to each other. All submitters of one SPDK block device pass one lock as soon as it has a limit. */
export function ioLimit(context: PathContext, carrier: Thread): Stage[] {
  if (enforcedBy(context) !== 'spdk') return [];
  const medium = valueOf(context.instance.decl.facts.media)?.as('namespace', 'volume', 'device')?.path ?? context.instance.path;
  const handover = context.cost('spdk.qos-lock');
  const own = context.cost('spdk.qos');
  const serviceSec = carrier.width > 1 ? secondsOfCost(handover, carrier.clockHz) : secondsOfCost(own, carrier.clockHz);
  return [
    work(context, carrier, 'rate limit', ['spdk.qos']),
    {
      label: 'rate limit lock',
      station: { id: `${medium}#qos-lock`, kind: 'lock', entity: carrier.entity, servers: 1, discipline: 'fifo' },
      serviceSec: () => serviceSec,
      costs: [carrier.width > 1 ? handover : own],
    },
  ];
}

function enforcedBy(context: PathContext): string | undefined {
  return valueOf(context.instance.decl.facts.limit.by);
}
