import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { fixOf, placeOfFact, setting } from '../support/text.js';

const nic = (limit: object) => ({
  switches: { br0: { kind: 'ovs-kernel' } },
  guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', limit: { ...limit } } } } },
});
const disk = (limit: object) => ({
  devices: { ssd0: { kind: 'nvme' } },
  guests: { a: { devices: { vda: { technique: 'virtio-blk', media: 'ssd0', limit: { ...limit } } } } },
});

export const burstWithoutRate = defineRule({
  id: 'IOVT310',
  name: 'burst-without-rate',
  title: 'A burst without a rate limits nothing',
  severity: 'warning',
  group: 'performance',
  messages: {
    bytes: '{device} has a burst but no rate: nothing is limited.',
    iops: '{device} has a burst of I/Os but no IOPS: nothing is limited.',
  },
  docs: {
    why: 'A bucket that never fills at a stated rate is no limit. Open vSwitch ignores the burst if the rate is 0, libvirt and QEMU refuse a burst without its rate.',
    fix: 'Add the rate, or leave the burst out.',
    sources: [
      'Open vSwitch vswitchd/vswitch.xml, ingress_policing_burst',
      'libvirt formatnetwork, Quality of service',
      'QEMU docs/throttle.txt',
    ],
  },
  examples: {
    bad: [onHost(nic({ burst: '1 MiB' })), onHost(disk({ iopsBurst: 2000 }))],
    good: [onHost(nic({ rate: '1 Gbit/s', burst: '1 MiB' })), onHost(disk({ iops: '1k IOPS', iopsBurst: 2000 }))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'limit')) return;
    for (const device of topology.virtualDevices) {
      const { limit } = device.facts;
      // What a VF cannot have at all is said by attachment-attribute-unsupported.
      if (device.technique?.takes === 'vf' && valueOf(limit.by) !== 'nic') continue;
      const hasRate = [limit.rate, limit.receiveRate, limit.readRate, limit.writeRate, limit.packetRate].some(
        ({ state }) => state !== 'unknown',
      );
      if (limit.burst.state === 'known' && !hasRate) {
        report(
          'bytes',
          placeOfFact(limit.burst, device),
          { device: device.path },
          {
            entity: device,
            fixes: fixOf('Leave the burst out', {}, setting(device, ['limit', 'burst'], undefined)),
          },
        );
      }
      const hasIops = [limit.iops, limit.readIops, limit.writeIops].some((fact) => valueOf(fact) !== undefined);
      if (limit.iopsBurst.state === 'known' && !hasIops) {
        report(
          'iops',
          placeOfFact(limit.iopsBurst, device),
          { device: device.path },
          {
            entity: device,
            fixes: fixOf('Leave the burst out', {}, setting(device, ['limit', 'iopsBurst'], undefined)),
          },
        );
      }
    }
  },
});
