import { formatBitsPerSec } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { maxRateOf, minRateOf, rateText, sharedPorts } from '../support/rates.js';
import { fixOf, placeOfEntity, setting } from '../support/text.js';
import { mutingWithoutIommu } from '../support/without-iommu.js';
import { counted, relatedPlaces } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } };
const host = (vf: object, tap: object = {}) => ({
  devices: { nic0 },
  switches: { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['nic0/p0'] } },
  guests: {
    a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, ...vf } } },
    b: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan: 200, ...tap } } },
  },
});

export const pfUplinkNotSplit = defineRule({
  id: 'IOVT307',
  name: 'pf-uplink-not-split',
  title: 'A port feeds a switch and VFs, and nothing divides it',
  severity: 'warning',
  group: 'performance',
  mutedBy: ['no-limit-on-shared-link', 'assignment-needs-iommu'],
  messages: { split: '{port} is an uplink of {switch} and feeds {vfs}, and nothing divides its {rate} between them.' },
  docs: {
    why: 'The vSwitch and the VFs compete for one port, and the NIC knows nothing of the guests behind the vSwitch: a VF that sends at full rate leaves them what is left. The bandwidth has to be split by an administrative choice.',
    fix: 'Limit the VFs ("maxRate") so that a part of the port stays for the switch.',
    sources: ['OpenStack Neutron: Guaranteed Minimum Bandwidth, limitations'],
  },
  examples: {
    bad: [onHost(host({})), onHost(host({}, { weight: 2 }))],
    good: [onHost(host({ maxRate: '5 Gbit/s' })), onHost(host({ minRate: '2 Gbit/s' }, { limit: { rate: '5 Gbit/s' } }))],
  },
  check(topology, report) {
    for (const { port, rate, vfs, behind, switches } of sharedPorts(topology)) {
      const [entity] = switches;
      const free = vfs.filter(({ device }) => maxRateOf(device).state === 'unknown');
      const tapsLimited = behind.length > 0 && behind.every(({ device }) => maxRateOf(device).state !== 'unknown');
      const vfsGuaranteed = vfs.every(({ device }) => minRateOf(device).state !== 'unknown');
      if (entity === undefined || behind.length === 0 || free.length === 0 || (tapsLimited && vfsGuaranteed)) continue;
      const each = rate === undefined ? undefined : rate / 2 / vfs.reduce((n, { device }) => n + device.guest.count, 0);
      report(
        'split',
        placeOfEntity(port),
        {
          port: port.path,
          switch: entity.path,
          vfs: counted(
            vfs.reduce((n, { device }) => n + device.guest.count, 0),
            'VF',
          ),
          rate: rate === undefined ? 'rate' : formatBitsPerSec(rate),
        },
        {
          entity: port,
          subjects: [port.path, ...mutingWithoutIommu(free, (left) => left.length > 0)],
          related: relatedPlaces(free, ({ device }) => related('{device} has no limit', placeOfEntity(device), { device: device.path })),
          fixes:
            each === undefined || free.length > 16
              ? []
              : fixOf(
                  'Leave half of it to {switch}',
                  { switch: entity.id },
                  ...free.map(({ device }) => setting(device, ['maxRate'], rateText(each))),
                ),
        },
      );
    }
  },
});
