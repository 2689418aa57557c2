import { valueOf } from '../../core/model/fact.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { demandOf } from '../support/demand.js';
import { onHost } from '../support/examples.js';
import { hasMinRates, maxRateOf, minRateOf, ofAllCopies, rateText, sharedPorts } from '../support/rates.js';
import { fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } };
const vf = (more: object) => ({ devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, ...more } } });
const load = (rate: string) => ({
  networks: { tor: { uplinks: ['h1/nic0/p0'] } },
  workloads: { w: { from: 'b/eth0', to: 'tor', size: '1500 B', rate } },
});

export const guaranteeMixedWithBestEffort = defineRule({
  id: 'IOVT308',
  name: 'guarantee-mixed-with-best-effort',
  title: 'A port without a guarantee among ports that have one',
  severity: 'warning',
  group: 'performance',
  mutedBy: ['min-rate-sum-exceeds-link', 'min-rate-is-a-weight'],
  messages: {
    starve:
      '{device} has no guarantee on {port}, where others hold {sum} of {rate}: the {left} that are left do not carry the {demand} it needs.',
  },
  docs: {
    why: 'Where others are guaranteed their part, a port without a guarantee gets what is left, and may starve. Neutron recommends not to mix them. What a port needs is known where a workload or its own limit says it; elsewhere this rule is silent.',
    fix: 'Give the port a guarantee, or move it to another port.',
    sources: ['OpenStack Neutron: Guaranteed Minimum Bandwidth, limitations'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf({ minRate: '9 Gbit/s' }), b: vf({}) } }, load('3 Gbit/s')),
      onHost({ devices: { nic0 }, guests: { a: vf({ minRate: '8 Gbit/s' }), b: vf({ maxRate: '4 Gbit/s' }) } }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf({ minRate: '5 Gbit/s' }), b: vf({}) } }, load('3 Gbit/s')),
      onHost({ devices: { nic0 }, guests: { a: vf({ minRate: '9 Gbit/s' }), b: vf({ minRate: '1 Gbit/s' }) } }, load('1 Gbit/s')),
    ],
  },
  check(topology, report) {
    if (!hasMinRates(topology)) return;
    const demands = demandOf(topology);
    for (const { port, rate, vfs } of sharedPorts(topology)) {
      const held = vfs.filter(({ device }) => minRateOf(device).state !== 'unknown');
      const others = vfs.filter((nic) => !held.includes(nic));
      if (rate === undefined || held.length === 0 || others.length === 0) continue;
      const sum = held.reduce((total, { device }) => total + (ofAllCopies(minRateOf(device), device) ?? 0), 0);
      const left = Math.max(0, rate - sum);
      const wanted = others.flatMap(({ device }) => {
        const limit = valueOf(maxRateOf(device)) ?? Number.POSITIVE_INFINITY;
        const offered = demands.get(device)?.bitsPerSec;
        const one = Math.min(limit, offered ?? limit);
        return Number.isFinite(one) ? [{ device, one, all: one * device.guest.count }] : [];
      });
      const demand = wanted.reduce((total, { all }) => total + all, 0);
      const [first] = wanted;
      if (first === undefined || demand <= left) continue;
      const room = wanted.reduce((total, { device }) => total + device.guest.count, 0);
      const args = {
        device: listed(wanted.map(({ device }) => device.path)),
        port: port.path,
        sum: formatBitsPerSec(sum),
        rate: formatBitsPerSec(rate),
        left: formatBitsPerSec(left),
        demand: formatBitsPerSec(demand),
      };
      report('starve', placeOfEntity(first.device), args, {
        entity: first.device,
        subjects: [port.path],
        related: relatedPlaces(held, ({ device }) =>
          related('guaranteed to {device}', placeOfFact(minRateOf(device), device), { device: device.path }),
        ),
        fixes:
          left < 1e6 || wanted.length > 16
            ? []
            : fixOf(
                'Guarantee {rate} to each',
                { rate: rateText(left / room) },
                ...wanted.map(({ device }) => setting(device, ['minRate'], rateText(left / room))),
              ),
      });
    }
  },
});
