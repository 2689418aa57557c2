import { defineControllerKind } from './controller-kind.js';

export const vhostUser = defineControllerKind({
  name: 'vhost-user',
  title: 'vhost-user process',
  help: 'A user-space process (SPDK, DPDK, qemu-storage-daemon) that maps the memory of its guests and serves their virtqueues from polling cores. Give it `cpus` of its own: each is busy all the time.',
  role: 'poll',
  width: 'cpus',
  alwaysPolls: true,
  isHardware: false,
  needs: [{ what: 'guest memory that is shared', rule: 'vhost-user-memory-not-shared' }],
  sharing: {
    parsedBy: 'host-process',
    guestDrivesDma: false,
    summary: 'One process reads the rings and memory of all guests that it serves.',
  },
  sources: ['QEMU docs/interop/vhost-user', 'SPDK vhost documentation'],
});
