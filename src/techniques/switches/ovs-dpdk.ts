import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import { delay, type Terms, work } from '../path/cpu.js';
import type { PathContext } from '../technique.js';
import { isOffloaded, offloadedForward, optionTerms, pollingNeeds, upcallTerms } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

/** Entries of the exact-match cache of one PMD thread (EM_FLOW_HASH_ENTRIES). */
const EMC_ENTRIES = 8192;

export const ovsDpdk = defineSwitchKind({
  name: 'ovs-dpdk',
  title: 'Open vSwitch with DPDK',
  help: 'Open vSwitch with its datapath on polling cores (PMD threads, `cpus`). Guests connect over vhost-user and need shared memory, usually huge pages. Lookups go through the exact-match cache (`emc`), then the subtables of the megaflow cache (`subtables`).',
  runsIn: 'user-space',
  needs: pollingNeeds,
  sharing: {
    parsedBy: 'host-process',
    guestDrivesDma: false,
    summary: 'One process maps the memory of all its guests; its polling cores, caches and buffer pools serve every port.',
  },
  costs: [
    'ovs-dpdk.emc-hit',
    'ovs-dpdk.megaflow-hit',
    'ovs-dpdk.subtable',
    'ovs.upcall',
    'conntrack.packet',
    'tunnel.packet',
    'policer.packet',
    'pmd.io',
    'pmd.poll-delay',
    'eswitch.latency',
  ],
  sources: ['Open vSwitch Documentation/topics/dpdk', 'Open vSwitch commits 5a2fed486, d262ac2c6, af697f26b, 3453b4d62'],
  forward: (context, entity) => {
    const pmd = switchThread(entity, 'user-space');
    if (isOffloaded(context, entity)) return offloadedForward(context, entity, pmd);
    return [
      work(context, pmd, 'flow lookup', [
        ...lookup(context, entity, (valueOf(entity.facts.tunnel) ?? 'none') === 'none' ? 1 : 2),
        ...optionTerms(context, entity, 'user-space'),
        ...upcallTerms(entity),
      ]),
    ];
  },
  uplinkTransmit: (context, entity) =>
    isOffloaded(context, entity) ? [] : [work(context, switchThread(entity, 'user-space'), 'port transmit', ['pmd.io'])],
  uplinkReceive: (context, entity) =>
    isOffloaded(context, entity)
      ? []
      : [delay(context, 'poll interval', 'pmd.poll-delay'), work(context, switchThread(entity, 'user-space'), 'port receive', ['pmd.io'])],
});

/**
 * Hits of the exact-match cache fall with the number of flows that compete for its entries.
 *
 * @param passes a packet in a tunnel is looked up again without its outer header
 */
function lookup(context: PathContext, entity: Switch, passes: number): Terms {
  const hits = valueOf(entity.facts.emc) === false ? 0 : Math.min(1, EMC_ENTRIES / Math.max(1, context.load.flows));
  const extra = Math.max(0, (valueOf(entity.facts.subtables) ?? 1) - 1);
  const terms: [Parameters<typeof context.cost>[0], number][] = [
    ['ovs-dpdk.emc-hit', hits * passes],
    ['ovs-dpdk.megaflow-hit', (1 - hits) * passes],
    ['ovs-dpdk.subtable', (1 - hits) * extra * passes],
  ];
  return terms.filter(([, times]) => times > 0);
}
