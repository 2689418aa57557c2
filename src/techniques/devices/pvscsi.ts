import { HYPERVISOR_BLK_COSTS, hypervisorStorage } from '../path/hypervisor.js';
import { needsHypervisor, needsKey, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

/** Commands of one disk that the guest's driver keeps outstanding. */
const DEFAULT_DEPTH = 64;

export const pvscsi = defineTechnique({
  name: 'pvscsi',
  title: 'VMware paravirtual SCSI disk',
  family: 'paravirtual',
  carries: ['storage'],
  keys: [
    'media',
    'limit',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'format',
    'image',
    'size',
    'discard',
    'readonly',
    'shareable',
    'serial',
    'presentedAs',
    'coalesce',
  ],
  help: `A disk on the paravirtual SCSI adapter of VMware: rings in memory that the VMkernel serves, onto a VMDK file or a raw device (\`format\`).

Take it for guests with much I/O; VMware's emulated LSI adapters are for systems without the driver. Queue depth (64 a disk, 254 an adapter by default) limits before the adapter does: spread busy disks over adapters.`,
  needs: [needsVm, needsHypervisor('VMware ESXi', 'esxi'), needsKey('a medium for its data (`media`)', 'media')],
  storage: {
    ...hypervisorStorage({ name: 'vmkernel-scsi', label: 'VMkernel', cost: 'pvscsi.io', copies: false }),
    outstanding: ({ instance: { decl } }) => (decl.facts.queueSize.state === 'known' ? decl.facts.queueSize.value : DEFAULT_DEPTH),
  },
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'The VMkernel interprets the SCSI commands of all guests.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'vMotion carries the state; the datastore is shared or moved along.' },
    hotplug: { verdict: 'yes', why: 'Disks can be added while the machine runs.' },
    snapshot: { verdict: 'depends', why: 'VMDK files yes; raw device mappings in physical mode not.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned beyond requests under way.' },
  },
  forms: { libvirt: '<controller type="scsi" model="vmpvscsi"/>' },
  costs: ['pvscsi.io', ...HYPERVISOR_BLK_COSTS],
  sources: ['Linux drivers/scsi/vmw_pvscsi.c', 'VMware Knowledge Base 2053145: large-scale workloads with PVSCSI, from memory'],
});
