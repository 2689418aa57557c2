import type { Device, Namespace } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { mediaOf, type Volume } from '../../core/model/volume.js';
import { servingThread } from '../path/backend.js';
import { delay, vcpus, work } from '../path/cpu.js';
import { deliver, isPollMode, kick, wakeOf } from '../path/guest-side.js';
import { ioLimit } from '../path/limits.js';
import { needsKey, needsSharedMemory, needsVm } from '../path/needs.js';
import { defineTechnique, type PathContext } from '../technique.js';

export const nvmeNamespace = defineTechnique({
  name: 'nvme-namespace',
  title: 'NVMe namespace driven from user space',
  family: 'hardware',
  carries: ['storage'],
  keys: [
    'media',
    'backend',
    'controller',
    'model',
    'queues',
    'queueSize',
    'eventIdx',
    'driver',
    'coalesce',
    'limit',
    'weight',
    'priority',
    'discard',
    'readonly',
    'serial',
    'path',
    'socketMode',
  ],
  help: `A whole namespace of an NVMe drive (\`media\`) is the disk of one guest, and the kernel of the host is not on the way: a driver in user space talks to the drive.

| back end | who drives it |
| --- | --- |
| \`qemu\` (default) | the NVMe driver inside QEMU (\`nvme://\`, libvirt disk type nvme). It takes the whole drive through VFIO, so no other guest, volume or file system can have any namespace of it |
| \`vhost-user\` | SPDK on polling cores (name it as \`controller\`). It owns the drive and gives each namespace to another guest |

With \`"model": "nvme"\` the guest sees an NVMe controller, else a virtio disk.

For a namespace that the host kernel serves, write \`virtio-blk\` with the namespace as \`media\`. For a drive with SR-IOV take \`sriov-vf\`, for a drive of one's own \`passthrough\`: those have no back end at all. This is for what lies between: several guests on a drive without SR-IOV, and more I/Os a core than the kernel gives.`,
  needs: [
    needsVm,
    needsKey('a namespace (`media`)', 'media'),
    {
      what: 'an NVMe namespace as its medium',
      isMet: (device) => {
        const target = valueOf(device.facts.media)?.target;
        if (target === undefined) return undefined;
        return target.kind === 'namespace' && ['nvme', 'other'].includes(target.device.deviceKind);
      },
    },
    { what: 'the drive to itself, for the driver inside QEMU', isMet: hasDriveToItself },
    { what: 'an IOMMU that is on: the drive is given to a process through VFIO', rule: 'assignment-needs-iommu' },
    needsSharedMemory,
  ],
  impliedController: (facts) => (valueOf(facts.backend) === 'vhost-user' ? 'vhost-user' : 'qemu-main-loop'),
  storage: {
    via: () => 'user-space',
    submit: (context) => {
      const { instance } = context;
      const thread = servingThread(instance);
      const isSpdk = thread.role === 'poll';
      return [
        work(context, vcpus(instance), 'guest block layer and driver', [guestDriver(context)]),
        ...kick(context, thread),
        isSpdk
          ? work(context, thread, 'SPDK', ['spdk.vhost', 'spdk.bdev'], wakeOf(context, thread))
          : work(
              context,
              thread,
              'back end',
              // No system call lies between QEMU and the drive: as one that polls.
              ['qemu-blk.io-polled', 'qemu-blk.byte'],
              wakeOf(context, thread),
            ),
        ...ioLimit(context, thread),
      ];
    },
    complete: (context) => {
      const isSpdk = servingThread(context.instance).role === 'poll';
      return [delay(context, 'back end latency', isSpdk ? 'spdk.latency' : 'qemu-blk.latency'), ...deliver(context, 'completion', [])];
    },
    outstanding: ({ instance: { decl } }) => (valueOf(decl.facts.queues) ?? 1) * (valueOf(decl.facts.queueSize) ?? 256),
  },
  sharing: {
    parsedBy: 'host-process',
    guestDrivesDma: false,
    summary:
      'The process that drives the controller reads the requests; namespaces of one drive share its controller, its firmware and mostly its flash.',
  },
  operability: {
    liveMigration: { verdict: 'no', why: 'The drive is bound to a process of this host, which sees it through VFIO.' },
    hotplug: { verdict: 'yes', why: 'For the guest it is a virtio or NVMe device like others.' },
    snapshot: { verdict: 'no', why: 'A raw namespace keeps no snapshots, and QEMU pins the memory that the drive reaches.' },
    memoryOvercommit: { verdict: 'no', why: 'QEMU maps and pins guest memory for the drive; SPDK needs it shared and in huge pages.' },
  },
  forms: {
    libvirt: '<disk type="nvme"><source type="pci" managed="yes" namespace="{nsid}"><address …/></source></disk>',
    qemu: '-blockdev driver=nvme,device={bdf},namespace={nsid}',
  },
  costs: [
    'guest.virtio-blk',
    'guest.nvme',
    'guest.spdk',
    'kick.guest',
    'wake.thread',
    'wake.vcpu',
    'irq.inject',
    'irq.posted',
    'qemu-blk.io-polled',
    'qemu-blk.byte',
    'qemu-blk.latency',
    'spdk.vhost',
    'spdk.bdev',
    'spdk.qos',
    'spdk.qos-lock',
    'spdk.latency',
  ],
  sources: ['QEMU commit bdd6a90a9e5f, block/nvme.c', 'libvirt formatdomain: disk type nvme', 'SPDK vhost and vfio-user documentation'],
});

function guestDriver(context: PathContext) {
  if (isPollMode(context)) return 'guest.spdk';
  return valueOf(context.instance.decl.facts.model) === 'nvme' ? 'guest.nvme' : 'guest.virtio-blk';
}

/** QEMU's driver takes the controller of the drive away from everyone else. */
function hasDriveToItself(device: VirtualDevice): boolean | undefined {
  if (valueOf(device.facts.backend) === 'vhost-user') return true;
  const drive = valueOf(device.facts.media)?.as('namespace')?.device;
  if (drive === undefined) return undefined;
  if (device.guest.count > 1) return false;
  return (usersOfDrives(device.guest.host).get(drive)?.size ?? 0) <= 1;
}

const drivesOf = new WeakMap<Host, ReadonlyMap<Device, ReadonlySet<VirtualDevice | Volume>>>();

/** Virtual devices and volumes of a host by the drives that they lie on. */
function usersOfDrives(host: Host): ReadonlyMap<Device, ReadonlySet<VirtualDevice | Volume>> {
  let users = drivesOf.get(host);
  if (users === undefined) {
    const made = new Map<Device, Set<VirtualDevice | Volume>>();
    const add = (user: VirtualDevice | Volume, target: Namespace | Volume | Device | undefined) => {
      for (const medium of target === undefined ? [] : mediaOf(target)) {
        const drive = medium.kind === 'device' ? medium : medium.device;
        made.set(drive, (made.get(drive) ?? new Set()).add(user));
      }
    };
    for (const guest of host.guests)
      for (const device of guest.devices) add(device, valueOf(device.facts.media)?.as('namespace', 'volume', 'device'));
    for (const volume of host.volumes) add(volume, volume);
    users = made;
    drivesOf.set(host, users);
  }
  return users;
}
