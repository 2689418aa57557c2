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

/** All submitters of one SPDK block device pass one lock as soon as it has a limit. */
export function ioLimit(context: PathContext, carrier: Thread): Stage[] {
  if (enforcedBy(context) !== 'spdk') return [];
  const cost = context.cost('spdk.qos-lock');
  const medium = valueOf(context.instance.decl.facts.media)?.as('namespace', 'volume', 'device')?.path ?? context.instance.path;
  const serviceSec = secondsOfCost(cost, carrier.clockHz);
  return [
    {
      label: 'rate limit lock',
      station: { id: `${medium}#qos-lock`, kind: 'lock', entity: carrier.entity, servers: 1, discipline: 'fifo' },
      serviceSec: () => serviceSec,
      costs: [cost],
    },
  ];
}

function enforcedBy(context: PathContext): string | undefined {
  return valueOf(context.instance.decl.facts.limit.by);
}
