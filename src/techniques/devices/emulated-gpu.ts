import { servingThread } from '../path/backend.js';
import { vcpus, work } from '../path/cpu.js';
import { accessRegisters, REGISTER_COSTS } from '../path/emulation.js';
import { needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const emulatedGpu = defineTechnique({
  name: 'emulated-gpu',
  title: 'emulated display adapter',
  family: 'emulated',
  carries: ['compute'],
  keys: ['model', 'framebuffer'],
  help: `A display adapter imitated in software (\`model\`: std, cirrus, qxl, vmware): a framebuffer in memory and some registers. Drawing to the framebuffer costs no exit; the device model finds what changed and redraws it.

Enough for a console. There is no 3D and nothing computes: a job on it is one update of the screen. For desktops see \`virtio-gpu\`, for computing \`passthrough\`, \`mig\` or \`mdev\`.`,
  needs: [needsVm],
  impliedController: () => 'qemu-main-loop',
  compute: {
    submit: (context) => {
      const deviceModel = servingThread(context.instance);
      return [
        work(context, vcpus(context.instance), 'guest driver', ['gpu.submit']),
        ...accessRegisters(context, deviceModel, { count: 1, space: 'memory', work: ['emulated-gpu.frame'] }),
      ];
    },
    // Nothing comes back: the picture is on the screen.
    complete: () => [],
  },
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model of the guest reads its framebuffer and registers, and hands pictures to a display server.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'Framebuffer and registers are state of the device model.' },
    hotplug: { verdict: 'no', why: 'The primary display is there from the start.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: { libvirt: '<video><model type="{model}"/></video>', qemu: '-device VGA' },
  costs: ['gpu.submit', 'emulated-gpu.frame', ...REGISTER_COSTS],
  sources: ['QEMU hw/display/vga.c'],
});
