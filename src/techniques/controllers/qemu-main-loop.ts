import { defineControllerKind } from './controller-kind.js';

export const qemuMainLoop = defineControllerKind({
  name: 'qemu-main-loop',
  title: 'QEMU main loop',
  help: 'The thread of a QEMU process that serves every device without a thread of its own: emulated devices, the monitor, virtio devices without vhost or iothread. There is one for each guest; `emulatorCpus` of the guest pins it.',
  role: 'main-loop',
  width: 'one',
  alwaysPolls: false,
  isHardware: false,
  needs: [],
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'One thread for all devices of one guest; nothing is shared with other guests but the CPUs it runs on.',
  },
  sources: ['QEMU docs/devel/multiple-iothreads', 'libvirt formatdomain: cputune/emulatorpin'],
});
