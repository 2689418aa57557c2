import { needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioConsole = defineTechnique({
  name: 'virtio-console',
  title: 'virtio console and channels',
  family: 'structural',
  carries: ['structure'],
  keys: ['path', 'socketMode', 'backend', 'type'],
  help: `A serial console, or named channels between the guest and programs of the host, such as the guest agent (\`type\` is the name of the channel, \`path\` the socket).

Carries no load worth simulating. Whoever may write to the channel of an agent can act inside the guest.`,
  needs: [needsVm],
  impliedController: () => 'qemu-main-loop',
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model passes bytes on to whatever listens on the host.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The device model keeps all state; whoever listens must connect again on the other host.' },
    hotplug: { verdict: 'yes', why: 'Ports come and go on the adapter.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {
    libvirt: '<channel type="unix"><target type="virtio" name="{type}"/></channel>',
    qemu: '-device virtio-serial-pci -device virtserialport,name={type}',
  },
  costs: [],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.3'],
});
