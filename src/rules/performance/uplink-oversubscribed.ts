import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { maxRateOf, ofAllCopies, rateText, type SharedPort, sharedPorts } from '../support/rates.js';
import { isUntrusted, tenantsOf } from '../support/tenants.js';
import { fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 8 } };
const vf = (tenant: string, maxRate: string) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: tenant === 'blue' ? 100 : 200, maxRate } },
});
const two = { tenants: { blue: {}, red: {} } };

export const uplinkOversubscribed = defineRule({
  id: 'IOVT306',
  name: 'uplink-oversubscribed',
  title: 'Limits on a port add up to more than it has',
  severity: 'info',
  group: 'performance',
  messages: { ratio: 'Limits on {port} add up to {sum}, {ratio} times its {rate}; accepted is {allowed}.' },
  docs: {
    why: 'Limits may be overcommitted where not everybody uses them at once; it should be a decision. Accepted is what `policy.oversubscription` says; without it 1 where several tenants are untrusted, else 4 (a proposal of this program). Ports with a user that has no limit are looked at by no-limit-on-shared-link.',
    fix: 'Lower the limits, or write the ratio you accept under `policy.oversubscription`.',
    sources: [
      'OpenStack Neutron: Guaranteed Minimum Bandwidth',
      'Linux Documentation/admin-guide/cgroup-v2.rst, Resource Distribution Models',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', '8 Gbit/s'), b: vf('red', '8 Gbit/s') } }, two),
      onHost(
        { devices: { nic0 }, guests: { a: vf('blue', '10 Gbit/s'), b: vf('blue', '10 Gbit/s') } },
        { tenants: { blue: {} }, policy: { oversubscription: 1.5 } },
      ),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', '4 Gbit/s'), b: vf('red', '6 Gbit/s') } }, two),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', '10 Gbit/s'), b: vf('blue', '10 Gbit/s') } }, { tenants: { blue: {} } }),
    ],
  },
  check(topology, report) {
    for (const shared of sharedPorts(topology)) {
      const { port, rate } = shared;
      const nics = [...shared.vfs, ...shared.behind];
      const limits = nics.map(({ device }) => ({ device, all: ofAllCopies(maxRateOf(device), device) }));
      if (rate === undefined || rate === 0 || limits.some(({ all }) => all === undefined)) continue;
      const sum = limits.reduce((total, { all = 0 }) => total + all, 0);
      const allowed = allowedOn(topology, shared);
      if (sum / rate <= allowed || !Number.isFinite(sum)) continue;
      const scale = (rate * allowed) / sum;
      report(
        'ratio',
        placeOfEntity(port),
        { port: port.path, sum: formatBitsPerSec(sum), ratio: Number((sum / rate).toPrecision(3)), rate: formatBitsPerSec(rate), allowed },
        {
          entity: port,
          related: relatedPlaces(limits, ({ device, all = 0 }) =>
            related('{rate} for {device}', placeOfFact(maxRateOf(device), device), { rate: formatBitsPerSec(all), device: device.path }),
          ),
          fixes:
            limits.length > 16 || shared.behind.length > 0
              ? []
              : fixOf(
                  'Lower all limits to fit',
                  {},
                  ...limits.map(({ device, all = 0 }) => setting(device, ['maxRate'], rateText((all / device.guest.count) * scale))),
                ),
        },
      );
    }
  },
});

function allowedOn(topology: Topology, { vfs, behind }: SharedPort): number {
  const { oversubscription } = topology.facts.policy;
  if (oversubscription.state === 'known') return valueOf(oversubscription) ?? 1;
  const untrusted = tenantsOf([...vfs, ...behind]).filter((tenant) => isUntrusted(topology, tenant));
  return untrusted.length > 1 ? 1 : 4;
}
