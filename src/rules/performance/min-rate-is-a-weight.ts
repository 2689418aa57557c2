import { valueOf } from '../../core/model/fact.js';
import { formatBitsPerSec, formatRatio } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { hasMinRates, minRateOf, ofAllCopies, rateText, sharedPorts } from '../support/rates.js';
import { fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const nic = (minRate: string) => ({ kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4, minRate } });
const vf = (more: object) => ({ devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, ...more } } });

export const minRateIsAWeight = defineRule({
  id: 'IOVT304',
  name: 'min-rate-is-a-weight',
  title: 'On this NIC a minimum rate is a share',
  severity: 'info',
  group: 'performance',
  mutedBy: ['min-rate-sum-exceeds-link'],
  messages: {
    unset:
      '{nic} makes shares of minimum rates, and {without} has none: it gets the smallest share, and {device} is not sure of its {rate}.',
    less: '{nic} makes shares of minimum rates: under full load {device} gets {share} of {link}, less than {rate}.',
  },
  docs: {
    why: 'mlx5 turns minimum rates into shares relative to the largest one. They equal the rates only if every VF that is used has one and they add up to the link.',
    fix: 'Give every VF a minimum rate, and let them add up to the link at most.',
    sources: ['Linux drivers/net/ethernet/mellanox/mlx5/core/esw/qos.c', 'Linux Documentation/networking/devlink/devlink-port.rst'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: nic('share') }, guests: { a: vf({ minRate: '5 Gbit/s' }), b: vf({}) } }),
      onHost({ devices: { nic0: nic('share') }, guests: { a: vf({ minRate: '4 Gbit/s' }), b: vf({}), c: vf({ minRate: '2 Gbit/s' }) } }),
    ],
    good: [
      onHost({ devices: { nic0: nic('share') }, guests: { a: vf({ minRate: '5 Gbit/s' }), b: vf({ minRate: '5 Gbit/s' }) } }),
      onHost({ devices: { nic0: nic('absolute') }, guests: { a: vf({ minRate: '5 Gbit/s' }), b: vf({}) } }),
    ],
  },
  check(topology, report) {
    if (!hasMinRates(topology)) return;
    for (const { port, fn, rate, vfs } of sharedPorts(topology)) {
      if (fn === undefined || valueOf(fn.facts.sriov.minRate) !== 'share') continue;
      const stated = vfs.filter(({ device }) => minRateOf(device).state !== 'unknown');
      const without = vfs.filter((nic) => !stated.includes(nic));
      const [first] = stated;
      if (first === undefined) continue;
      const sum = stated.reduce((total, { device }) => total + (ofAllCopies(minRateOf(device), device) ?? 0), 0);
      const own = valueOf(minRateOf(first.device)) ?? 0;
      const place = placeOfFact(minRateOf(first.device), first.device);
      const args = { nic: port.path, device: first.device.path, rate: formatBitsPerSec(own) };
      if (without.length > 0) {
        const rest = rate === undefined ? undefined : (rate - sum) / without.reduce((n, { device }) => n + device.guest.count, 0);
        report(
          'unset',
          place,
          { ...args, without: listed(without.map(({ device }) => device.path)) },
          {
            entity: first.device,
            subjects: [port.path],
            related: relatedPlaces(without, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path })),
            fixes:
              rest === undefined || rest < 1e6 || without.length > 16
                ? []
                : fixOf(
                    'Give the others {rate} each',
                    { rate: rateText(rest) },
                    ...without.map(({ device }) => setting(device, ['minRate'], rateText(rest))),
                  ),
          },
        );
      } else if (rate !== undefined && sum > rate) {
        report(
          'less',
          place,
          { ...args, share: formatRatio(own / sum), link: formatBitsPerSec(rate) },
          { entity: first.device, subjects: [port.path] },
        );
      }
    }
  },
});
