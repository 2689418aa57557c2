import { servingThread } from '../path/backend.js';
import { vcpus, work } from '../path/cpu.js';
import { deliver, kick, wakeOf } from '../path/guest-side.js';
import { needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioVsock = defineTechnique({
  name: 'virtio-vsock',
  title: 'virtio socket',
  family: 'paravirtual',
  carries: ['network', 'structure'],
  keys: ['cid', 'backend', 'controller', 'queueSize', 'eventIdx', 'coalesce'],
  help: `Sockets between a guest and its host that need no network: the guest has a number (\`cid\`), the host is number 2. Agents of clusters, cloud images and sandboxes talk over it.

It carries messages, not traffic: there is no switch, no address and no filter, and guests do not reach each other. Every service of the host that listens on it is within reach of every guest that has one.`,
  needs: [needsVm],
  impliedController: () => 'vhost-kernel',
  network: {
    transmit: (context) => {
      const thread = servingThread(context.instance);
      return [
        work(context, vcpus(context.instance), 'guest driver', ['guest.virtio-kernel']),
        ...kick(context, thread),
        work(context, thread, 'vhost-vsock', ['vsock.message', 'copy.llc'], wakeOf(context, thread)),
      ];
    },
    receive: (context) => {
      const thread = servingThread(context.instance);
      return [
        work(context, thread, 'vhost-vsock', ['vsock.message', 'copy.llc'], wakeOf(context, thread)),
        ...deliver({ ...context, load: { ...context.load, isTcp: false } }, 'guest driver', ['guest.virtio-kernel']),
      ];
    },
  },
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'vhost-vsock in the host kernel reads the rings; services of the host listen for all guests.',
  },
  operability: {
    liveMigration: { verdict: 'depends', why: 'The device moves, its connections do not: they are reset.' },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device.' },
    snapshot: { verdict: 'depends', why: 'As live migration: connections are reset.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: { libvirt: '<vsock model="virtio"><cid auto="no" address="{cid}"/></vsock>', qemu: '-device vhost-vsock-pci,guest-cid={cid}' },
  costs: ['guest.virtio-kernel', 'kick.guest', 'vsock.message', 'copy.llc', 'wake.thread', 'wake.vcpu', 'irq.inject', 'irq.posted'],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.10', 'Linux drivers/vhost/vsock.c'],
});
