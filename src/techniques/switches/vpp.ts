import { valueOf } from '../../core/model/fact.js';
import { delay, work } from '../path/cpu.js';
import { optionTerms, pollingNeeds } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

const GRAPHS = {
  bridge: 'vpp.l2-packet',
  'cross-connect': 'vpp.cross-connect',
  ipv4: 'vpp.ipv4-packet',
  lisp: 'vpp.lisp-packet',
} as const;

export const vpp = defineSwitchKind({
  name: 'vpp',
  title: 'FD.io VPP',
  help: 'Vector Packet Processing: a user-space switch and router that handles packets in vectors on polling workers (`cpus`). Guests connect over vhost-user or memif.',
  runsIn: 'user-space',
  needs: pollingNeeds,
  sharing: {
    parsedBy: 'host-process',
    guestDrivesDma: false,
    summary: 'One process maps the memory of all its guests; its workers and buffer pools serve every port.',
  },
  costs: [
    'vpp.l2-packet',
    'vpp.cross-connect',
    'vpp.ipv4-packet',
    'vpp.lisp-packet',
    'vpp.tunnel',
    'policer.packet',
    'conntrack.packet',
    'pmd.poll-delay',
  ],
  sources: ['FD.io CSIT report 17.07'],
  forward: (context, entity) => [
    work(context, switchThread(entity, 'user-space'), 'vector graph', [
      GRAPHS[valueOf(entity.facts.forwarding) ?? 'bridge'],
      ...optionTerms(context, entity, 'user-space'),
    ]),
  ],
  // CSIT measures port to port: receive and transmit are part of the figure.
  uplinkTransmit: () => [],
  uplinkReceive: (context) => [delay(context, 'poll interval', 'pmd.poll-delay')],
});
