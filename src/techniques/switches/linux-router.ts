import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import { perPass, type Term, work } from '../path/cpu.js';
import { hostReceive, hostTransmit, IDLE_COSTS } from '../path/host-nic.js';
import type { PathContext } from '../technique.js';
import { optionTerms, sharedKernelTerms } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const linuxRouter = defineSwitchKind({
  name: 'linux-router',
  title: 'Linux routing',
  help: 'IP forwarding of the Linux kernel between its ports, as routed guest networks and virtual routers use it. `routes` is the size of the table: lookups in a full Internet table miss the caches of the CPU. `conntrack` adds the firewall.',
  runsIn: 'kernel',
  needs: [],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'One kernel routes for all; tenants are kept apart by its tables and firewall rules.',
  },
  costs: [
    'linux-router.packet',
    'linux-router.lookup',
    'linux.shared-lines',
    'conntrack.packet',
    'tunnel.packet',
    'policer.packet',
    'host-nic.kernel',
    'host-nic.latency',
    ...IDLE_COSTS,
    'iommu.map-lazy',
    'iommu.map-strict',
  ],
  sources: ['Høiland-Jørgensen et al., CoNEXT 2018'],
  forward: (context, entity, carrier) => [
    work(context, carrier, 'IP forwarding', [
      perPass(context, 'linux-router.packet'),
      ...lookup(context, entity),
      ...sharedKernelTerms(context, carrier),
      ...optionTerms(context, entity, 'kernel'),
    ]),
  ],
  uplinkTransmit: (context, entity, carrier) => hostTransmit(context, entity.host, carrier),
  uplinkReceive: (context, entity) => hostReceive(context, switchThread(entity, 'kernel')),
});

/** A trie grows with the logarithm of its entries, and so do the lines of memory that a lookup touches. */
function lookup(context: PathContext, entity: Switch): Term[] {
  const doublings = Math.log2(Math.max(1, valueOf(entity.facts.routes) ?? 1));
  return doublings === 0 ? [] : [{ ...perPass(context, 'linux-router.lookup'), times: doublings }];
}
