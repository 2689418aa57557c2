import { needsConnection, needsContainer, needsKey } from '../path/needs.js';
import { MACVLAN_COSTS, stackedOnPort } from '../path/stacked.js';
import { defineTechnique } from '../technique.js';

export const macvlan = defineTechnique({
  name: 'macvlan',
  title: 'macvlan interface',
  family: 'container',
  carries: ['network'],
  keys: ['connect', 'mode', 'mac', 'vlan', 'mtu', 'limit', 'weight', 'priority', 'segment', 'offloads', 'bondedWith', 'bondMode'],
  help: `An interface of a container with a MAC address of its own, stacked directly on a physical port (\`connect\`). No bridge and no veth: the kernel sorts frames by MAC address.

\`mode\` decides whether siblings on the port reach each other: bridge, vepa, private, passthru. The host itself is out of their reach through that port. Needs a network that accepts several MAC addresses behind one port: many wireless networks, clouds and hypervisors do not; then take \`ipvlan\`. For virtual machines the same thing is \`virtio-net\` connected to the port (macvtap).`,
  needs: [
    needsContainer,
    needsKey('a physical port (`connect`)', 'connect'),
    needsConnection('a physical port, or a macvtap switch on one', 'nic-port', 'device', 'switch'),
  ],
  network: stackedOnPort('macvlan'),
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Containers share the kernel of the host and the port; in bridge mode siblings share a segment.',
  },
  operability: {
    liveMigration: { verdict: 'no', why: 'Containers are restarted elsewhere, not migrated.' },
    hotplug: { verdict: 'yes', why: 'An interface can be added at any time.' },
    snapshot: { verdict: 'no', why: 'Containers have no memory snapshots in general use.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {},
  costs: MACVLAN_COSTS,
  sources: ['Linux drivers/net/macvlan.c', 'CNI macvlan plugin documentation'],
});
