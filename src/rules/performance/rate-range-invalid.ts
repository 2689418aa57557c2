import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { nicSetting } from '../support/l2.js';
import { minRateOf, rateText, sharedPorts } from '../support/rates.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const nic0 = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } };
const vf = (more: object) => ({ devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, ...more } } });

export const rateRangeInvalid = defineRule({
  id: 'IOVT305',
  name: 'rate-range-invalid',
  title: 'Rates of a port contradict each other or the link',
  severity: 'error',
  group: 'performance',
  mutedBy: ['min-rate-sum-exceeds-link'],
  messages: {
    swapped: '{device}: the minimum rate {min} is above the maximum rate {max}.',
    above: '{device}: the minimum rate {min} is above {link}, which {port} has.',
    idle: '{device}: the maximum rate {max} is above {link}, which {port} has, so it limits nothing.',
  },
  docs: {
    why: 'SR-IOV tools and drivers refuse a minimum above the maximum or above the speed of the link. A maximum above the link is accepted and does nothing.',
    fix: 'Swap the rates, or bring them below the rate of the link.',
    sources: ['SR-IOV CNI pkg/config/config.go', 'Linux drivers/net/ethernet/broadcom/bnxt/bnxt_sriov.c'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf({ minRate: '4 Gbit/s', maxRate: '2 Gbit/s' }) } }),
      onHost({ devices: { nic0 }, guests: { a: vf({ maxRate: '40 Gbit/s' }) } }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf({ minRate: '2 Gbit/s', maxRate: '4 Gbit/s' }) } }),
      onHost({ devices: { nic0: { ...nic0, ports: { p0: {} } } }, guests: { a: vf({ maxRate: '40 Gbit/s' }) } }),
    ],
  },
  check(topology, report) {
    const linkOf = new Map<VirtualDevice, { rate: number; port: string }>();
    for (const { port, rate, vfs } of sharedPorts(topology))
      for (const { device } of rate === undefined ? [] : vfs) linkOf.set(device, { rate: rate as number, port: port.path });
    for (const device of topology.virtualDevices) {
      const minFact = minRateOf(device);
      const maxFact = nicSetting(device, 'maxRate');
      const min = valueOf(minFact);
      const max = valueOf(maxFact);
      if (min === undefined && max === undefined) continue;
      const link = linkOf.get(device);
      const isSwapped = min !== undefined && max !== undefined && max > 0 && min > max;
      if (!isSwapped && (link === undefined || Math.max(min ?? 0, max ?? 0) <= link.rate)) continue;
      const shown = { device: device.path, min: formatBitsPerSec(min ?? 0), max: formatBitsPerSec(max ?? 0) };
      if (isSwapped) {
        report('swapped', placeOfFact(minFact, device), shown, {
          entity: device,
          fixes: fixOf(
            'Swap them',
            {},
            changing(device.facts.minRate, device, ['minRate'], rateText(max)),
            changing(device.facts.maxRate, device, ['maxRate'], rateText(min)),
          ),
        });
      } else if (link !== undefined && min !== undefined && min > link.rate) {
        const args = { ...shown, link: formatBitsPerSec(link.rate), port: link.port };
        const fixes = fixOf(
          'Set it to {rate}',
          { rate: rateText(link.rate) },
          changing(device.facts.minRate, device, ['minRate'], rateText(link.rate)),
        );
        report('above', placeOfFact(minFact, device), args, { entity: device, subjects: [device.path, link.port], fixes });
      } else if (link !== undefined && max !== undefined && max > link.rate) {
        const args = { ...shown, link: formatBitsPerSec(link.rate), port: link.port };
        const fixes = fixOf(
          'Set it to {rate}',
          { rate: rateText(link.rate) },
          changing(device.facts.maxRate, device, ['maxRate'], rateText(link.rate)),
        );
        report('idle', placeOfFact(maxFact, device), args, { entity: device, severity: 'info', fixes });
      }
    }
  },
});
