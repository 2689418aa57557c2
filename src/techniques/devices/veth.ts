import { perPass, work } from '../path/cpu.js';
import { deliver } from '../path/guest-side.js';
import { packetLimit } from '../path/limits.js';
import { needsConnection, needsContainer, needsKey } from '../path/needs.js';
import { guestThread, TCP_COSTS, tcpSend } from '../path/tcp.js';
import { defineTechnique } from '../technique.js';

export const veth = defineTechnique({
  name: 'veth',
  title: 'veth pair',
  family: 'container',
  carries: ['network'],
  keys: [
    'connect',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'isolated',
    'hairpin',
    'limit',
    'weight',
    'priority',
    'mtu',
    'protected',
    'segment',
    'offloads',
    'bondedWith',
    'bondMode',
  ],
  help: `The usual NIC of a container: a pair of virtual Ethernet ends, one in the namespace of the container, one on a bridge or Open vSwitch. Everything runs in the host kernel, on the CPU of whoever sends.

Take it where containers must be filtered, shaped or moved between networks by the host. \`macvlan\` and \`ipvlan\` save the bridge; \`sriov-vf\` saves the host's kernel altogether.`,
  needs: [needsContainer, needsKey('a switch (`connect`)', 'connect'), needsConnection('a kernel switch to connect to', 'switch')],
  network: {
    transmit: (context) => {
      const processes = guestThread(context);
      return [
        work(context, processes, 'stack and veth', [
          perPass(context, 'guest.nic-kernel'),
          perPass(context, 'veth.packet'),
          ...tcpSend(context),
        ]),
        ...packetLimit(context, processes),
      ];
    },
    receive: (context) => deliver(context, 'veth and stack', [perPass(context, 'veth.packet'), perPass(context, 'guest.nic-kernel')]),
  },
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Containers share the kernel of the host: its network stack, its memory, its bugs.',
  },
  operability: {
    liveMigration: { verdict: 'no', why: 'Containers are restarted elsewhere, not migrated.' },
    hotplug: { verdict: 'yes', why: 'A pair can be added at any time.' },
    snapshot: { verdict: 'no', why: 'Containers have no memory snapshots in general use.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {},
  costs: [...TCP_COSTS, 'guest.nic-kernel', 'veth.packet', 'tc.shaper', 'wake.thread'],
  sources: ['Linux drivers/net/veth.c'],
});
