import { blockVolume } from './devices/block-volume.js';
import { dpuVirtio } from './devices/dpu-virtio.js';
import { emulatedDisk } from './devices/emulated-disk.js';
import { emulatedGpu } from './devices/emulated-gpu.js';
import { emulatedNic } from './devices/emulated-nic.js';
import { ipvlan } from './devices/ipvlan.js';
import { macvlan } from './devices/macvlan.js';
import { mdev } from './devices/mdev.js';
import { mig } from './devices/mig.js';
import { netvsc } from './devices/netvsc.js';
import { nvmeNamespace } from './devices/nvme-namespace.js';
import { passthrough } from './devices/passthrough.js';
import { pvscsi } from './devices/pvscsi.js';
import { shmem } from './devices/shmem.js';
import { sriovVf } from './devices/sriov-vf.js';
import { storvsc } from './devices/storvsc.js';
import { vdpaHw } from './devices/vdpa-hw.js';
import { veth } from './devices/veth.js';
import { virtioBalloon } from './devices/virtio-balloon.js';
import { virtioBlk } from './devices/virtio-blk.js';
import { virtioConsole } from './devices/virtio-console.js';
import { virtioFs } from './devices/virtio-fs.js';
import { virtioGpu } from './devices/virtio-gpu.js';
import { virtioNet } from './devices/virtio-net.js';
import { virtioRng } from './devices/virtio-rng.js';
import { virtioScsi } from './devices/virtio-scsi.js';
import { virtioVsock } from './devices/virtio-vsock.js';
import { vmxnet3 } from './devices/vmxnet3.js';
import { xenBlkfront } from './devices/xen-blkfront.js';
import { xenNetfront } from './devices/xen-netfront.js';
import type { Technique } from './technique.js';

/** Every technique, by name, in the order in which lists offer them. */
export const techniques: ReadonlyMap<string, Technique> = new Map(
  [
    virtioNet,
    virtioBlk,
    virtioScsi,
    virtioFs,
    virtioGpu,
    virtioVsock,
    virtioConsole,
    virtioRng,
    virtioBalloon,
    shmem,
    sriovVf,
    vdpaHw,
    dpuVirtio,
    nvmeNamespace,
    mig,
    mdev,
    passthrough,
    veth,
    macvlan,
    ipvlan,
    blockVolume,
    xenNetfront,
    xenBlkfront,
    netvsc,
    storvsc,
    vmxnet3,
    pvscsi,
    emulatedNic,
    emulatedDisk,
    emulatedGpu,
  ].map((technique) => [technique.name, technique]),
);

/** What can stand behind a virtual device, where its technique leaves a choice. */
export const backends: Readonly<Record<string, string>> = {
  qemu: 'The device model, in its main loop or an iothread.',
  'vhost-net': 'A kernel thread that serves network rings.',
  'vhost-kernel': 'A kernel thread that serves block or SCSI rings (vhost-blk, vhost-scsi).',
  'vhost-user': 'A user-space process that polls the rings: OVS-DPDK, VPP, SPDK.',
  vdpa: 'Hardware that speaks virtio on its data path.',
  slirp: 'The user-mode network stack of QEMU.',
  virtiofsd: 'The virtiofs daemon.',
};
