import { defineControllerKind } from './controller-kind.js';

export const vhostKernel = defineControllerKind({
  name: 'vhost-kernel',
  title: 'vhost kernel thread',
  help: 'A kernel thread that moves data between virtqueues and the host network or block layer without the device model. One for each device unless a document says otherwise. It sleeps when there is nothing to do and is woken by a kick.',
  role: 'vhost',
  width: 'one',
  alwaysPolls: false,
  isHardware: false,
  needs: [],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Runs in the host kernel: an exploit of it is an exploit of the host.',
  },
  sources: ['Linux drivers/vhost', 'Kata Containers: virtualization design'],
});
