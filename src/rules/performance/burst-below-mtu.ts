import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const nic = (limit: object, more: object = {}) => ({
  switches: { br0: { kind: 'ovs-kernel', mtu: 9000 } },
  guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', limit: { ...limit }, ...more } } } },
});

export const burstBelowMtu = defineRule({
  id: 'IOVT311',
  name: 'burst-below-mtu',
  title: 'A burst smaller than one frame drops everything',
  severity: 'error',
  group: 'performance',
  messages: {
    drop: 'The burst of {device}, {burst}, is smaller than one frame of {mtu} bytes: every such frame is dropped.',
    tcp: 'The burst of {device}, {burst}, is below 80 % of what the policer lets pass in one second ({rate}): TCP will not reach the rate.',
  },
  docs: {
    why: 'A policer lets a frame pass if its bucket holds enough; a bucket smaller than the frame never does. A policer also does not queue: with a small bucket TCP backs off long before the rate. Open vSwitch and OpenStack suggest 80 % of the rate as burst; that is information, and only where a switch polices.',
    fix: 'Let the burst be at least one frame; for a policer about 80 % of the rate in one second.',
    sources: ['OpenStack Neutron: Quality of Service', 'Open vSwitch vswitchd/vswitch.xml, ingress_policing_burst'],
  },
  examples: {
    bad: [
      onHost(nic({ rate: '1 Gbit/s', burst: '1 KiB' })),
      onHost(nic({ rate: '1 Gbit/s', burst: '8 KiB' }, { mtu: 9000 })),
      onHost(nic({ rate: '100 Mbit/s', burst: '100 KiB', by: 'switch' })),
    ],
    good: [onHost(nic({ rate: '1 Gbit/s', burst: '1 MiB' })), onHost(nic({ rate: '100 Mbit/s', burst: '10 MiB', by: 'switch' }))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'limit')) return;
    for (const device of topology.virtualDevices) {
      const { burst, rate, by } = device.facts.limit;
      const bytes = valueOf(burst);
      if (bytes === undefined || device.technique?.carries.includes('network') !== true || rate.state !== 'known') continue;
      const mtu = valueOf(device.facts.mtu) ?? 1500;
      const perSec = bytesPerSec(device);
      const isTooLittle = perSec !== undefined && valueOf(by) === 'switch' && bytes < perSec * 0.8;
      if (bytes >= mtu && !isTooLittle) continue;
      const enough = Math.max(mtu, perSec === undefined ? 0 : perSec * 0.8);
      const size = `${Math.ceil(enough / 1024)} KiB`;
      const extras = { entity: device, fixes: fixOf('Set it to {size}', { size }, changing(burst, device, ['limit', 'burst'], size)) };
      const args = { device: device.path, burst: formatBytes(bytes), mtu };
      if (bytes < mtu) report('drop', placeOfFact(burst, device), args, extras);
      else if (perSec !== undefined)
        report('tcp', placeOfFact(burst, device), { ...args, rate: formatBytes(perSec) }, { ...extras, severity: 'info' });
    }
  },
});

function bytesPerSec({ facts: { limit } }: VirtualDevice): number | undefined {
  const rate = valueOf(limit.rate);
  return rate?.base === 'bit/s' ? rate.value / 8 : rate?.base === 'B/s' ? rate.value : undefined;
}
