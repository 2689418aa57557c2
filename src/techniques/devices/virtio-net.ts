import { valueOf } from '../../core/model/fact.js';
import { namedControllerKind } from '../path/backend.js';
import { needsSharedMemory, needsVdpaCard, needsVdpaMode, needsVm } from '../path/needs.js';
import { impliedNicController, VIRTIO_NET_COSTS, virtioNetwork } from '../path/virtio-nic.js';
import { defineTechnique } from '../technique.js';

const POLLING = ['ovs-dpdk', 'vpp', 'vhost-user', 'dpu'];

export const virtioNet = defineTechnique({
  name: 'virtio-net',
  title: 'virtio network device',
  family: 'paravirtual',
  carries: ['network'],
  keys: [
    'backend',
    'connect',
    'controller',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'isolated',
    'hairpin',
    'limit',
    'weight',
    'priority',
    'queues',
    'queueSize',
    'mtu',
    'rss',
    'packed',
    'eventIdx',
    'offloads',
    'segment',
    'driver',
    'coalesce',
    'path',
    'socketMode',
    'failoverFor',
    'bondedWith',
    'bondMode',
    'protected',
    'model',
    'linkState',
    'from',
    'minRate',
    'mode',
    'vhostPolls',
  ],
  help: `The paravirtual NIC of KVM and others: guest and host share rings of descriptors (virtqueues).

| back end | who moves the packets |
| --- | --- |
| \`qemu\` | the device model, in its main loop or an iothread; slowest, needs nothing |
| \`slirp\` | QEMU's own network stack: outgoing connections only, no privileges |
| \`vhost-net\` | a kernel thread for each device; the usual choice with a bridge or kernel OVS |
| \`vhost-user\` | a polling user-space process, usually OVS-DPDK or VPP; fastest in software, takes whole cores and shared guest memory |
| \`vdpa\` | hardware that speaks virtio; the guest keeps its virtio driver |

\`connect\` names a switch, or a physical port: then the device is a macvtap on that port (\`mode\`).

Take it for every virtual machine that has no reason for something else: it migrates, snapshots and lets the host filter. Where packet rates in the millions or microseconds of latency are asked for, see \`sriov-vf\` and \`vdpa-hw\`.`,
  needs: [
    needsVm,
    needsSharedMemory,
    needsVdpaCard,
    needsVdpaMode,
    {
      what: 'something that polls its rings, for a vhost-user back end: a user-space switch or a vhost-user controller',
      isMet: (device) => {
        if (valueOf(device.facts.backend) !== 'vhost-user') return true;
        const kinds = [valueOf(device.facts.connect)?.as('switch')?.switchKind, namedControllerKind(device)];
        if (kinds.some((kind) => kind !== undefined && POLLING.includes(kind))) return true;
        return kinds.every((kind) => kind === undefined) ? undefined : false;
      },
    },
  ],
  impliedController: impliedNicController,
  network: virtioNetwork,
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary:
      'The back end reads rings that the guest writes: in the host kernel (vhost-net), in a process that maps the memory of all its guests (vhost-user), in the device model (qemu), or in the card (vdpa).',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The device model keeps all state; vhost and vhost-user log dirty pages.' },
    hotplug: { verdict: 'yes', why: 'PCIe hot-plug of a virtio device.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model.' },
    memoryOvercommit: {
      verdict: 'depends',
      why: 'Any back end but vdpa works with memory that is not pinned; vhost-user needs it shared.',
    },
  },
  forms: {
    libvirt: '<interface><model type="virtio"/><driver name="vhost" queues="{queues}"/></interface>',
    qemu: '-netdev tap,vhost=on -device virtio-net-pci,mq=on',
  },
  costs: VIRTIO_NET_COSTS,
  sources: ['Virtual I/O Device (VIRTIO) 1.3, section 5.1', 'Linux drivers/vhost/net.c', 'QEMU docs/interop/vhost-user'],
});
