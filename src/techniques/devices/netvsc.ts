import { HYPERVISOR_NET_COSTS, hypervisorNetwork } from '../path/hypervisor.js';
import { needsHypervisor, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const netvsc = defineTechnique({
  name: 'netvsc',
  title: 'Hyper-V synthetic NIC',
  family: 'paravirtual',
  carries: ['network'],
  keys: [
    'connect',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'isolated',
    'limit',
    'minRate',
    'maxRate',
    'weight',
    'priority',
    'queues',
    'mtu',
    'rss',
    'offloads',
    'segment',
    'coalesce',
    'protected',
    'failoverFor',
    'bondedWith',
    'bondMode',
  ],
  help: `The synthetic NIC of Hyper-V: a channel of the VMBus between the guest's netvsc driver and the virtual switch in the parent partition. Naming a physical port in \`connect\` stands for an external virtual switch on that port.

With accelerated networking the guest has a VF beside it and netvsc stays as the path for migration: give the VF as \`sriov-vf\` and name it in \`failoverFor\`.`,
  needs: [needsVm, needsHypervisor('Microsoft Hyper-V', 'hyperv')],
  network: hypervisorNetwork({ name: 'vmswitch', label: 'virtual switch of the parent partition', cost: 'netvsc.packet', copies: true }),
  sharing: {
    parsedBy: 'service-partition',
    guestDrivesDma: false,
    summary: 'The kernel of the parent partition reads the channels of all guests; its virtual switch forwards for all of them.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The parent partition keeps the state of the channel.' },
    hotplug: { verdict: 'yes', why: 'Network adapters of generation 2 machines can be added while they run.' },
    snapshot: { verdict: 'yes', why: 'Checkpoints include it.' },
    memoryOvercommit: { verdict: 'yes', why: 'Dynamic memory works; only the buffers of the channel are fixed.' },
  },
  forms: {},
  costs: ['netvsc.packet', 'copy.llc', ...HYPERVISOR_NET_COSTS],
  sources: ['Linux Documentation/networking/device_drivers/ethernet/microsoft/netvsc.rst', 'Linux drivers/net/hyperv'],
});
