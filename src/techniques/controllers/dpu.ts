import { defineControllerKind } from './controller-kind.js';

export const dpu = defineControllerKind({
  name: 'dpu',
  title: 'DPU or SmartNIC offload engine',
  help: 'Processors or hardware on the card itself present virtio devices to guests. No host CPU is spent on the data path; `device` names the card.',
  role: 'dpu',
  width: 'device-cores',
  alwaysPolls: true,
  isHardware: true,
  needs: [],
  sharing: { parsedBy: 'device-firmware', guestDrivesDma: true, summary: 'All guests share the software and firmware of the card.' },
  sources: ['Firestone et al., Azure Accelerated Networking, NSDI 2018'],
});
