import { formatBitsPerSec } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { hasMinRates, minRateOf, ofAllCopies, rateText, sharedPorts } from '../support/rates.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } };
const vf = (minRate: string, count = 1) => ({
  count,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, minRate } },
});

export const minRateSumExceedsLink = defineRule({
  id: 'IOVT303',
  name: 'min-rate-sum-exceeds-link',
  title: 'Guaranteed rates add up to more than the link has',
  severity: 'error',
  group: 'performance',
  messages: { sum: 'Guarantees on {port} add up to {sum}, but it has {rate}.' },
  docs: {
    why: 'A guarantee that the link cannot keep is none. The ice driver refuses exactly this, libvirt refuses floors above the rate of the bridge, and where nothing refuses it (mlx5), all guarantees turn into shares.',
    fix: 'Scale the guarantees down, or move the largest to another port.',
    sources: ['Linux drivers/net/ethernet/intel/ice/ice_sriov.c', 'OpenStack Neutron: Guaranteed Minimum Bandwidth'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf('6 Gbit/s'), b: vf('6 Gbit/s') } }),
      onHost({ devices: { nic0 }, guests: { a: vf('3 Gbit/s', 4) } }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf('6 Gbit/s'), b: vf('4 Gbit/s') } }),
      onHost({ devices: { nic0: { ...nic0, ports: { p0: {} } } }, guests: { a: vf('60 Gbit/s') } }),
    ],
  },
  check(topology, report) {
    if (!hasMinRates(topology)) return;
    for (const { port, rate, vfs, behind } of sharedPorts(topology)) {
      if (rate === undefined) continue;
      const asked = [...vfs, ...behind].flatMap(({ device }) => {
        const all = ofAllCopies(minRateOf(device), device);
        return all === undefined ? [] : [{ device, all, one: all / device.guest.count }];
      });
      const sum = asked.reduce((total, { all }) => total + all, 0);
      const largest = [...asked].sort((a, b) => b.all - a.all)[0];
      if (sum <= rate || largest === undefined || !Number.isFinite(sum)) continue;
      report(
        'sum',
        placeOfFact(minRateOf(largest.device), largest.device),
        { port: port.path, sum: formatBitsPerSec(sum), rate: formatBitsPerSec(rate) },
        {
          entity: port,
          related: relatedPlaces(asked, ({ device, all }) =>
            related('{rate} for {device}', placeOfFact(minRateOf(device), device), { rate: formatBitsPerSec(all), device: device.path }),
          ),
          fixes:
            asked.length > 16
              ? []
              : fixOf(
                  'Scale all guarantees down',
                  {},
                  ...asked.map(({ device, one }) => changing(device.facts.minRate, device, ['minRate'], rateText((one * rate) / sum))),
                ),
        },
      );
    }
  },
});
