import { needsConnection, needsContainer, needsKey } from '../path/needs.js';
import { MACVLAN_COSTS, stackedOnPort } from '../path/stacked.js';
import { defineTechnique } from '../technique.js';

export const ipvlan = defineTechnique({
  name: 'ipvlan',
  title: 'ipvlan interface',
  family: 'container',
  carries: ['network'],
  keys: ['connect', 'mode', 'vlan', 'mtu', 'limit', 'weight', 'priority', 'segment', 'offloads'],
  help: `An interface of a container on a physical port (\`connect\`) that shares the MAC address of the port; the kernel sorts packets by IP address. \`mode\` l2 leaves ARP and broadcasts to the containers, l3 routes in the kernel and lets none through.

Take it in place of \`macvlan\` where the network allows one MAC address for each port, or where hundreds of containers would fill the switch's table. DHCP by MAC address does not work with it.`,
  needs: [
    needsContainer,
    needsKey('a physical port (`connect`)', 'connect'),
    needsConnection('a physical port', 'nic-port', 'device'),
    {
      what: 'mode l2 or l3',
      isMet: (device) => {
        const { mode } = device.facts;
        return mode.state === 'unknown' ? true : mode.value === 'l2' || mode.value === 'l3';
      },
    },
  ],
  network: stackedOnPort('ipvlan'),
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Containers share the kernel of the host, the port and its MAC address; only the kernel keeps their packets apart.',
  },
  operability: {
    liveMigration: { verdict: 'no', why: 'Containers are restarted elsewhere, not migrated.' },
    hotplug: { verdict: 'yes', why: 'An interface can be added at any time.' },
    snapshot: { verdict: 'no', why: 'Containers have no memory snapshots in general use.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {},
  costs: MACVLAN_COSTS,
  sources: ['Linux Documentation/networking/ipvlan', 'CNI ipvlan plugin documentation'],
});
