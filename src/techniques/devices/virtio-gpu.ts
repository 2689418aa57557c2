import { servingThread } from '../path/backend.js';
import { vcpus, work } from '../path/cpu.js';
import { deliver, kick, wakeOf } from '../path/guest-side.js';
import { needsSource, needsVm } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const virtioGpu = defineTechnique({
  name: 'virtio-gpu',
  title: 'virtio GPU',
  family: 'paravirtual',
  carries: ['compute'],
  fromKinds: ['gpu'],
  keys: ['from', 'backend', 'model', 'framebuffer', 'controller', 'queues', 'queueSize', 'eventIdx', 'path', 'coalesce'],
  help: `A paravirtual display: the guest sends drawing commands over a virtqueue. In 2D the device model paints them; with 3D (virgl, Venus) it replays them on a GPU of the host (\`from\`), which several guests and the host share without knowing of each other.

For desktops and kiosks that need no vendor driver. Not for computing: there is no CUDA, and every command buffer is translated by the device model. With 3D on, the guest cannot be migrated.`,
  needs: [needsVm, needsSource('a GPU of the host, for 3D', 'gpu')],
  impliedController: () => 'qemu-main-loop',
  compute: {
    submit: (context) => {
      const thread = servingThread(context.instance);
      return [
        work(context, vcpus(context.instance), 'guest driver', ['gpu.submit']),
        ...kick(context, thread),
        work(context, thread, 'device model', ['virtio-gpu.command'], wakeOf(context, thread)),
      ];
    },
    complete: (context) => deliver(context, 'completion', []),
  },
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model, or a vhost-user process, interprets the commands; with 3D the graphics stack of the host runs them.',
  },
  operability: {
    liveMigration: { verdict: 'depends', why: 'Yes in 2D; with virgl or Venus the state is in the host’s graphics stack and blocks it.' },
    hotplug: { verdict: 'no', why: 'A display is there from the start.' },
    snapshot: { verdict: 'depends', why: 'As live migration.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: { libvirt: '<video><model type="virtio"><acceleration accel3d="yes"/></model></video>', qemu: '-device virtio-gpu-gl-pci' },
  costs: ['gpu.submit', 'virtio-gpu.command', 'kick.guest', 'wake.thread', 'wake.vcpu', 'irq.inject', 'irq.posted'],
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.7', 'QEMU docs/system/devices/virtio-gpu'],
});
