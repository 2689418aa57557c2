import { vcpus, work } from '../path/cpu.js';
import { needsConnection, needsContainer, needsKey } from '../path/needs.js';
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
  help: 'The usual NIC of a container: a pair of virtual Ethernet ends, one in the namespace of the container, one on a bridge or Open vSwitch. Everything runs in the host kernel, on the CPU of whoever sends.',
  needs: [needsContainer, needsKey('a switch (`connect`)', 'connect'), needsConnection('a kernel switch to connect to', 'switch')],
  network: {
    transmit: (context) => [work(context, vcpus(context.instance), 'stack and veth', ['guest.nic-kernel', 'veth.packet'])],
    receive: (context) => [work(context, vcpus(context.instance), 'veth and stack', ['veth.packet', 'guest.nic-kernel'])],
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
  costs: ['guest.nic-kernel', 'veth.packet'],
  sources: ['Linux drivers/net/veth.c'],
});
