import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { counted } from '../support/words.js';

const nic = (vcpus: number, queues: number) => ({
  switches: { br0: { kind: 'linux-bridge' } },
  guests: { a: { vcpus, devices: { eth0: { technique: 'virtio-net', connect: 'br0', queues } } } },
});
const disk = (vcpus: number, queues: number) => ({
  devices: { ssd0: { kind: 'nvme' } },
  guests: { a: { vcpus, devices: { vda: { technique: 'virtio-blk', media: 'ssd0', queues } } } },
});

export const queuesExceedVcpus = defineRule({
  id: 'IOVT317',
  name: 'queues-exceed-vcpus',
  title: 'More queues than vCPUs',
  severity: 'warning',
  group: 'performance',
  messages: { more: '{device} has {queues}, but {guest} has {vcpus} to work on them.' },
  docs: {
    why: 'A queue is served by one vCPU. More queues than vCPUs cost memory and interrupts and bring nothing; Cloud Hypervisor refuses them.',
    fix: 'Ask for as many queues as there are vCPUs.',
    sources: ['Proxmox VE Administration Guide, Multiqueue', 'Open vSwitch Documentation/topics/dpdk/vhost-user.rst, multi-queue'],
  },
  examples: {
    bad: [onHost(nic(2, 4)), onHost(disk(1, 4))],
    good: [onHost(nic(4, 4)), onHost(disk(4, 2))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'queues')) return;
    for (const device of topology.virtualDevices) {
      const { queues } = device.facts;
      const { vcpus } = device.guest.facts;
      if (queues.state !== 'known' || vcpus.state !== 'known' || queues.value <= vcpus.value || vcpus.value === 0) continue;
      if (device.technique?.name.startsWith('virtio-') !== true) continue;
      report(
        'more',
        placeOfFact(queues, device),
        {
          device: device.path,
          queues: counted(valueOf(queues) ?? 0, 'queue'),
          guest: device.guest.path,
          vcpus: counted(vcpus.value, 'vCPU'),
        },
        {
          entity: device,
          related: [related('its vCPUs', placeOfFact(vcpus, device.guest))],
          fixes: fixOf('Ask for {n}', { n: counted(vcpus.value, 'queue') }, changing(queues, device, ['queues'], vcpus.value)),
        },
      );
    }
  },
});
