import { HYPERVISOR_NET_COSTS, hypervisorNetwork } from '../path/hypervisor.js';
import { needsHypervisor, needsKey, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const xenNetfront = defineTechnique({
  name: 'xen-netfront',
  title: 'Xen network front end',
  family: 'paravirtual',
  carries: ['network'],
  keys: [
    'connect',
    'controller',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'isolated',
    'hairpin',
    'limit',
    'weight',
    'priority',
    'queues',
    'mtu',
    'offloads',
    'segment',
    'coalesce',
    'protected',
    'bondedWith',
    'bondMode',
  ],
  help: `The paravirtual NIC of Xen: netfront in the guest, netback in dom0, a ring and grants in between. netback copies frames between domains and hands them to a bridge or Open vSwitch of its domain (\`connect\`).

A driver domain in place of dom0 is a \`vios\` controller: it owns the card, can crash and restart by itself, and takes the NIC drivers out of dom0. The copies cost more than vhost on KVM; for packet rates assign a VF.`,
  needs: [needsVm, needsHypervisor('Xen', 'xen'), needsKey('a switch in the domain that serves it (`connect`)', 'connect')],
  network: hypervisorNetwork({ name: 'netback', label: 'netback and grant copy', cost: 'netback.packet', copies: false }),
  sharing: {
    parsedBy: 'service-partition',
    guestDrivesDma: false,
    summary: 'netback runs in the kernel of dom0 or of a driver domain, for all guests that it serves.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'Front and back end disconnect and connect again on the other host.' },
    hotplug: { verdict: 'yes', why: 'xl network-attach, through xenstore.' },
    snapshot: { verdict: 'yes', why: 'Saving a domain disconnects its rings in an orderly way.' },
    memoryOvercommit: { verdict: 'yes', why: 'Only pages that are granted at the moment are touched; ballooning works.' },
  },
  forms: { libvirt: '<interface type="bridge"><model type="netfront"/></interface>' },
  costs: ['netback.packet', ...HYPERVISOR_NET_COSTS],
  sources: ['Linux drivers/net/xen-netback', 'Xen Project wiki: driver domain'],
});
