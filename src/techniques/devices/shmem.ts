import { needsKey, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const shmem = defineTechnique({
  name: 'shmem',
  title: 'memory shared between guests (ivshmem)',
  family: 'structural',
  carries: ['structure'],
  keys: ['path', 'size', 'model', 'socketMode', 'readonly', 'queues'],
  help: `A piece of memory that appears as a PCI device in several guests: those whose devices name the same shared object (\`path\`) read and write the same bytes. \`model\` is ivshmem-plain, or ivshmem-doorbell, where a server on a socket lets guests interrupt each other.

Used for frame relay to the host (Looking Glass) and for messages between partitions of one owner. Nothing polices what is in it: never between tenants.`,
  needs: [needsVm, needsKey('a shared object (`path`)', 'path')],
  impliedController: () => 'qemu-main-loop',
  sharing: {
    parsedBy: 'nobody',
    guestDrivesDma: false,
    summary: 'All guests with the same object share its memory; no component stands between them.',
  },
  operability: {
    liveMigration: { verdict: 'depends', why: 'Only where the guest is the master of the memory; its peers lose it.' },
    hotplug: { verdict: 'yes', why: 'A PCI device like others.' },
    snapshot: { verdict: 'depends', why: 'The content belongs to several guests; only the master saves it.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {
    libvirt: '<shmem name="{path}"><model type="{model}"/><size unit="M">…</size></shmem>',
    qemu: '-object memory-backend-file,share=on,mem-path={path},size={size},id=m0 -device ivshmem-plain,memdev=m0',
  },
  costs: [],
  sources: ['QEMU docs/specs/ivshmem-spec', 'libvirt formatdomain: shmem'],
});
