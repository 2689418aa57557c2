import { HYPERVISOR_BLK_COSTS, hypervisorStorage } from '../path/hypervisor.js';
import { needsHypervisor, needsKey, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const xenBlkfront = defineTechnique({
  name: 'xen-blkfront',
  title: 'Xen block front end',
  family: 'paravirtual',
  carries: ['storage'],
  keys: [
    'media',
    'controller',
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
    'presentedAs',
    'coalesce',
  ],
  help: `The paravirtual disk of Xen: blkfront in the guest, blkback in the kernel of dom0, on a block device of that domain (\`media\`). A driver domain in place of dom0 is a \`vios\` controller.

blkback keeps grants mapped between requests (persistent grants), which saves most of the cost of sharing pages. Image files that are not raw are served by QEMU or blktap instead, somewhat slower.`,
  needs: [needsVm, needsHypervisor('Xen', 'xen'), needsKey('a medium for its data (`media`)', 'media')],
  storage: hypervisorStorage({ name: 'blkback', label: 'blkback', cost: 'blkback.io', copies: true }),
  sharing: {
    parsedBy: 'service-partition',
    guestDrivesDma: false,
    summary: 'blkback runs in the kernel of dom0 or of a driver domain, for all guests that it serves.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'Front and back end reconnect on the other host; the medium must be reachable from both.' },
    hotplug: { verdict: 'yes', why: 'xl block-attach, through xenstore.' },
    snapshot: { verdict: 'yes', why: 'Saving a domain drains and disconnects its rings.' },
    memoryOvercommit: { verdict: 'yes', why: 'Only granted pages are touched; ballooning works.' },
  },
  forms: { libvirt: '<disk><driver name="phy"/><target dev="xvda" bus="xen"/></disk>' },
  costs: ['blkback.io', 'copy.llc', ...HYPERVISOR_BLK_COSTS],
  sources: ['Linux drivers/block/xen-blkback', 'Xen Project wiki: storage driver domains'],
});
