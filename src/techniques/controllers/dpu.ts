import { namedControllers } from '../../core/model/virtual-device.js';
import { defineControllerKind } from './controller-kind.js';

export const dpu = defineControllerKind({
  name: 'dpu',
  title: 'DPU or SmartNIC offload engine',
  help: 'Processors of the card itself serve the virtio devices of guests, with SPDK or Open vSwitch on them. No host CPU is spent on the data path; `device` names the card, whose `cores` and `coreClock` say what it can do.',
  role: 'dpu',
  width: 'device-cores',
  alwaysPolls: true,
  isHardware: true,
  needs: [
    {
      what: 'the card it runs on (`device`)',
      isMet: (device) =>
        namedControllers(device)
          .flatMap((reference) => reference.as('controller') ?? [])
          .every((controller) => controller.controllerKind !== 'dpu' || controller.facts.device.state !== 'unknown'),
    },
  ],
  sharing: { parsedBy: 'device-firmware', guestDrivesDma: true, summary: 'All guests share the software and firmware of the card.' },
  sources: ['Firestone et al., Azure Accelerated Networking, NSDI 2018'],
});
