import { needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioBalloon = defineTechnique({
  name: 'virtio-balloon',
  title: 'memory balloon',
  family: 'structural',
  carries: ['structure'],
  keys: ['model'],
  help: `Lets the host take memory back from a guest while it runs: the guest's driver gives pages up and the device model frees them. Also reports what the guest uses.

Carries no I/O. It frees nothing while a device that does DMA is assigned to the guest, for then all its memory is pinned. How far it may go stands in \`memory\` of the guest.`,
  needs: [needsVm, { what: 'no device that pins the memory it would free', rule: 'balloon-with-passthrough' }],
  impliedController: () => 'qemu-main-loop',
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model frees the pages that the guest names, its own only.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'Pages in the balloon need not even be sent.' },
    hotplug: { verdict: 'depends', why: 'A virtio device like others, but one for each guest and usually there from the start.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model.' },
    memoryOvercommit: { verdict: 'yes', why: 'It is what makes overcommit bearable.' },
  },
  forms: { libvirt: '<memballoon model="{model}"/>', qemu: '-device virtio-balloon-pci' },
  costs: [],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.5', 'QEMU system/physmem: ram_block_discard_disable'],
});
