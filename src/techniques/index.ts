import { sriovVf } from './devices/sriov-vf.js';
import { veth } from './devices/veth.js';
import { virtioBlk } from './devices/virtio-blk.js';
import { virtioNet } from './devices/virtio-net.js';
import type { Technique } from './technique.js';

/** Every technique, by name. */
export const techniques: ReadonlyMap<string, Technique> = new Map(
  [virtioNet, virtioBlk, sriovVf, veth].map((technique) => [technique.name, technique]),
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
