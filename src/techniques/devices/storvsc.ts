import { HYPERVISOR_BLK_COSTS, hypervisorStorage } from '../path/hypervisor.js';
import { needsHypervisor, needsKey, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const storvsc = defineTechnique({
  name: 'storvsc',
  title: 'Hyper-V synthetic SCSI disk',
  family: 'paravirtual',
  carries: ['storage'],
  keys: [
    'media',
    'limit',
    'weight',
    'priority',
    'queues',
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
  help: `A disk on the synthetic SCSI controller of Hyper-V: requests go over the VMBus to the storage stack of the parent partition, usually onto a VHDX file (\`format\`).

The disk to use on Hyper-V for everything but the boot disk of old (generation 1) machines. Limits in IOPS are set for each disk in the parent partition.`,
  needs: [needsVm, needsHypervisor('Microsoft Hyper-V', 'hyperv'), needsKey('a medium for its data (`media`)', 'media')],
  storage: hypervisorStorage({ name: 'storvsp', label: 'storage of the parent partition', cost: 'storvsc.io', copies: false }),
  sharing: {
    parsedBy: 'service-partition',
    guestDrivesDma: false,
    summary: 'The storage stack of the parent partition serves all guests.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The parent partition keeps all state; the medium is shared or moved along.' },
    hotplug: { verdict: 'yes', why: 'Disks on the SCSI controller come and go while the machine runs.' },
    snapshot: { verdict: 'depends', why: 'Checkpoints need a VHDX file; disks passed through have none.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned beyond requests under way.' },
  },
  forms: {},
  costs: ['storvsc.io', ...HYPERVISOR_BLK_COSTS],
  sources: ['Linux drivers/scsi/storvsc_drv.c', 'Microsoft: Hyper-V storage I/O performance'],
});
