import { defineControllerKind } from './controller-kind.js';

export const vios = defineControllerKind({
  name: 'vios',
  title: 'Virtual I/O Server partition',
  help: 'A partition of its own (PowerVM VIOS, a Xen driver domain) that owns the adapters and serves other partitions over the hypervisor. Two of them give redundancy.',
  role: 'partition',
  width: 'cpus',
  alwaysPolls: false,
  isHardware: false,
  needs: [
    {
      what: 'a hypervisor with service partitions: PowerVM or Xen',
      isMet: (device) => {
        const { hypervisor } = device.guest.host.facts;
        return hypervisor.state === 'known' ? ['powervm', 'xen'].includes(hypervisor.value) : undefined;
      },
    },
  ],
  sharing: {
    parsedBy: 'service-partition',
    guestDrivesDma: false,
    summary: 'All client partitions share the operating system and the adapters of the service partition.',
  },
  sources: ['IBM PowerVM Virtual I/O Server documentation', 'Xen: driver domains'],
});
