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
    summary:
      'Devices on one iothread wait for each other; an iothread is an object of one guest process. Named by devices of several guests it stands for one thread in each of them, on the same CPUs.',
  },
  sources: ['QEMU docs/devel/multiple-iothreads', 'libvirt formatdomain: iothreads'],
});
