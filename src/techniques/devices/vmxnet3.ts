import { HYPERVISOR_NET_COSTS, hypervisorNetwork } from '../path/hypervisor.js';
import { needsHypervisor, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const vmxnet3 = defineTechnique({
  name: 'vmxnet3',
  title: 'VMware vmxnet3',
  family: 'paravirtual',
  carries: ['network'],
  keys: [
    'connect',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'limit',
    'minRate',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'mtu',
    'rss',
    'offloads',
    'segment',
    'coalesce',
    'protected',
    'bondedWith',
    'bondMode',
  ],
  help: `The paravirtual NIC of VMware: rings that a thread of the VMkernel serves and hands to the virtual switch. Naming a physical port in \`connect\` stands for a standard virtual switch with that uplink.

The default for every guest on ESXi. For latency below some tens of microseconds VMware offers polling worlds, or a VF. QEMU imitates the device for machines that come from VMware; on KVM write that as \`emulated-nic\`.`,
  needs: [needsVm, needsHypervisor('VMware ESXi', 'esxi')],
  network: hypervisorNetwork({ name: 'vmkernel-net', label: 'VMkernel and virtual switch', cost: 'vmxnet3.packet', copies: true }),
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'The VMkernel reads the rings of all guests; its virtual switch forwards for all of them.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'vMotion carries the state of the device.' },
    hotplug: { verdict: 'yes', why: 'Adapters can be added while the machine runs.' },
    snapshot: { verdict: 'yes', why: 'Snapshots with memory include it.' },
    memoryOvercommit: { verdict: 'yes', why: 'Ballooning, sharing and swapping all work.' },
  },
  forms: { libvirt: '<interface><model type="vmxnet3"/></interface>' },
  costs: ['vmxnet3.packet', 'copy.llc', ...HYPERVISOR_NET_COSTS],
  sources: ['VMware: Performance Evaluation of VMXNET3, from memory', 'Linux drivers/net/vmxnet3'],
});
