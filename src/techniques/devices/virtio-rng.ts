import { needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioRng = defineTechnique({
  name: 'virtio-rng',
  title: 'virtio entropy source',
  family: 'structural',
  carries: ['structure'],
  keys: ['path', 'limit', 'backend'],
  help: `Random numbers of the host (\`path\`, usually /dev/urandom) for the guest. It fills the guest's pool at boot, so that keys are not made from nothing.

Carries no load worth simulating. A rate \`limit\` keeps a guest from draining a slow hardware source that others need.`,
  needs: [needsVm],
  impliedController: () => 'qemu-main-loop',
  sharing: { parsedBy: 'device-model', guestDrivesDma: false, summary: 'All guests draw from the entropy of the host.' },
  operability: {
    liveMigration: { verdict: 'yes', why: 'There is no state but requests under way.' },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device.' },
    snapshot: { verdict: 'yes', why: 'A restored guest draws anew; its own pool must be reseeded.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {
    libvirt: '<rng model="virtio"><backend model="random">{path}</backend></rng>',
    qemu: '-object rng-random,id=r0,filename={path} -device virtio-rng-pci,rng=r0',
  },
  costs: [],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.4'],
});
