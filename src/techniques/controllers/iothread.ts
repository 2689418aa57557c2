import { defineControllerKind } from './controller-kind.js';

export const iothread = defineControllerKind({
  name: 'iothread',
  title: 'QEMU iothread',
  help: 'A thread of the QEMU process that serves the disks (and since QEMU 9 the queues) assigned to it, away from the main loop. It polls for a while before it sleeps. Pin it with `cpus`.',
  role: 'iothread',
  width: 'one',
  alwaysPolls: false,
  isHardware: false,
  needs: [],
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'Devices on one iothread wait for each other; an iothread belongs to one guest process unless the document shares it.',
  },
  sources: ['QEMU docs/devel/multiple-iothreads', 'libvirt formatdomain: iothreads'],
});
