import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Workload } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { formatBase } from '../../core/units/format.js';
import type { Quantity } from '../../core/units/quantity.js';
import { defineRule, related } from '../rule.js';
import { uplinksOfDevice } from '../support/cards.js';
import { onHost } from '../support/examples.js';
import { nicSetting } from '../support/l2.js';
import { workloadsOf } from '../support/objectives.js';
import { maxRateOf, minRateOf, sharedPorts } from '../support/rates.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const host = (device: object, port: object = { rate: '10 Gbit/s' }, other: object = {}) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: { ...port } }, sriov: { vfs: 4 } } },
  guests: {
    a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, ...device } } },
    b: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 200, ...other } } },
  },
});
const promise = (min: string, rate = '9 Gbit/s') => ({
  networks: { tor: { uplinks: ['h1/nic0/p0'] } },
  workloads: { w: { from: 'a/eth0', to: 'tor', size: '1500 B', rate } },
  objectives: { o: { metric: 'throughput', of: 'w', min } },
});

export const sloBandwidthUnmet = defineRule({
  id: 'IOVT601',
  name: 'slo-bandwidth-unmet',
  title: 'A promised rate cannot be reached, or is not guaranteed',
  severity: 'error',
  group: 'objectives',
  mutedBy: ['no-limit-on-shared-link', 'min-rate-sum-exceeds-link', 'nvme-media-shared'],
  messages: {
    offered: '"{objective}" promises {want} to each flow of {workload}, which offers {best}.',
    impossible: '"{objective}" promises {want} to {device}, but {component} lets at most {best} through.',
    unguaranteed: '"{objective}" promises {want} to {device}; on {component} only {worst} of it is safe from its neighbours.',
  },
  docs: {
    why: 'A rate above the narrowest limit of the path can never be reached, however quiet the neighbours are. What is safe is the minimum that the NIC keeps, or what the limits of the neighbours leave; a promise above that holds only while they are quiet, which is a warning. No simulation is needed to see either; what a simulation finds is reported as objective-failed.',
    fix: 'Raise the limit or guarantee on the component named, limit the neighbours, or promise less.',
    sources: ['OpenStack Neutron: Guaranteed Minimum Bandwidth', 'Linux Documentation/networking/devlink/devlink-port.rst'],
  },
  examples: {
    bad: [
      onHost(host({ maxRate: '2 Gbit/s' }), promise('5 Gbit/s')),
      onHost(host({}), promise('5 Gbit/s', '1 Gbit/s')),
      onHost(host({}, { rate: '10 Gbit/s' }, { maxRate: '8 Gbit/s' }), promise('5 Gbit/s')),
    ],
    good: [
      onHost(host({ minRate: '5 Gbit/s' }, { rate: '10 Gbit/s' }, { maxRate: '8 Gbit/s' }), promise('5 Gbit/s')),
      onHost(host({}, { rate: '10 Gbit/s' }, { maxRate: '4 Gbit/s' }), promise('5 Gbit/s')),
      onHost(host({}, {}), promise('5 Gbit/s')),
    ],
  },
  check(topology, report) {
    for (const objective of topology.objectives) {
      const { min, metric } = objective.facts;
      const want = valueOf(min);
      if (valueOf(metric) !== 'throughput' || want === undefined || typeof want === 'number') continue;
      for (const workload of workloadsOf(topology, objective)) {
        const args = { objective: objective.path, want: formatBase(want.value, want.base), workload: workload.path };
        const place = placeOfFact(min, objective);
        const offered = offeredBy(workload, want);
        if (offered !== undefined && offered < want.value) {
          const where = [related('what it offers', placeOfFact(workload.facts.rate, workload))];
          report('offered', place, { ...args, best: formatBase(offered, want.base) }, { entity: objective, related: where });
          continue;
        }
        for (const bound of boundsOf(topology, workload, want)) {
          const shown = {
            ...args,
            device: bound.device.path,
            component: bound.component === bound.device.path ? `the limit of ${bound.component}` : bound.component,
          };
          const extras = { entity: objective, subjects: [bound.component], related: [related('{c}', bound.at, { c: bound.component })] };
          if (bound.best < want.value) {
            const fixes = bound.component === bound.device.path ? raise(bound.device, want) : [];
            report('impossible', place, { ...shown, best: formatBase(bound.best, want.base) }, { ...extras, fixes });
            break;
          }
          if (bound.worst !== undefined && bound.worst < want.value) {
            report(
              'unguaranteed',
              place,
              { ...shown, worst: formatBase(bound.worst, want.base) },
              { ...extras, severity: 'warning', fixes: guarantee(bound.device, want) },
            );
            break;
          }
        }
      }
    }
  },
});

/** The limit of the device itself, raised to what is promised. */
function raise(device: VirtualDevice, want: Quantity): Fix[] {
  const bits = want.base === 'B/s' ? want.value * 8 : want.value;
  const own = nicSetting(device, 'maxRate');
  const rate = own.state === 'known' && own.value > 0 ? own : device.facts.limit.rate;
  const keys = rate === own ? ['maxRate'] : ['limit', 'rate'];
  if (want.base === 'op/s')
    return fixOf(
      'Raise its limit',
      {},
      changing(device.facts.limit.iops, device, ['limit', 'iops'], formatBase(want.value, want.base).replace('op/s', 'IOPS')),
    );
  return fixOf('Raise its limit to {rate}', { rate: exactRate(bits) }, changing(rate, device, keys, exactRate(bits)));
}

/** A minimum that the NIC keeps, for a VF. */
function guarantee(device: VirtualDevice, want: Quantity): Fix[] {
  if (device.technique?.takes !== 'vf' || want.base === 'op/s') return [];
  const rate = exactRate(want.base === 'B/s' ? want.value * 8 : want.value);
  return fixOf('Guarantee it {rate}', { rate }, changing(device.facts.minRate, device, ['minRate'], rate));
}

function exactRate(bitsPerSec: number): string {
  return Number.isInteger(bitsPerSec / 1e9) ? `${bitsPerSec / 1e9} Gbit/s` : `${Math.ceil(bitsPerSec / 1e6)} Mbit/s`;
}

/** What one flow offers, in the unit of the promise; undefined where that cannot be compared. */
function offeredBy({ facts }: Workload, want: Quantity): number | undefined {
  const rate = valueOf(facts.rate);
  if (rate === undefined || rate.word !== undefined) return undefined;
  if (rate.base === want.base) return rate.value;
  if (rate.base === 'bit/s' && want.base === 'B/s') return rate.value / 8;
  return rate.base === 'B/s' && want.base === 'bit/s' ? rate.value * 8 : undefined;
}

interface Bound {
  readonly device: VirtualDevice;
  readonly component: string;
  readonly at: Place;
  readonly best: number;
  /** What the neighbours cannot take. */
  readonly worst?: number;
}

/** Limits on the way of a flow, in the unit of the promise; those that nobody states are left out. */
function boundsOf(topology: Topology, workload: Workload, want: Quantity): Bound[] {
  const bounds: Bound[] = [];
  for (const fact of [workload.facts.from, workload.facts.to]) {
    const device = valueOf(fact)?.as('virtual-device');
    if (device === undefined || (want.base !== 'bit/s' && want.base !== 'B/s')) continue;
    const scale = want.base === 'B/s' ? 1 / 8 : 1;
    const own = maxRateOf(device);
    // A maximum of a VF or of a limit is for what the guest sends.
    const isSender = fact === workload.facts.from;
    if (isSender && own.state === 'known') bounds.push({ device, component: `${device.path}`, at: own.at, best: own.value * scale });
    const [uplink, ...more] = uplinksOfDevice(device);
    const leaves = [workload.facts.from, workload.facts.to].some((end) => valueOf(end)?.target?.kind === 'network');
    if (uplink?.kind !== 'nic-port' || more.length > 0 || !leaves) continue;
    const rate = valueOf(uplink.facts.rate);
    if (rate === undefined) continue;
    const at = placeOfEntity(uplink);
    const safe = isSender ? safeRate(topology, device, uplink.path) : undefined;
    bounds.push({ device, component: uplink.path, at, best: rate * scale, ...(safe === undefined ? {} : { worst: safe * scale }) });
  }
  const disk = valueOf(workload.facts.on)?.as('virtual-device');
  if (disk !== undefined && want.base === 'op/s') {
    const { iops } = disk.facts.limit;
    if (iops.state === 'known') bounds.push({ device: disk, component: disk.path, at: iops.at, best: iops.value });
  }
  return bounds;
}

/** The most of: the own minimum, and what is left when all others send what they may. Undefined where it shares with nobody. */
function safeRate(topology: Topology, device: VirtualDevice, path: string): number | undefined {
  const shared = sharedPorts(topology).find(({ port }) => port.path === path);
  const rate = shared?.rate;
  if (shared === undefined || rate === undefined) return undefined;
  const users = [...shared.vfs, ...shared.behind].map((nic) => nic.device);
  const others = users.filter((other) => other !== device);
  const siblings = device.guest.count - 1;
  if (others.length === 0 && siblings === 0) return undefined;
  const most = (other: VirtualDevice) => Math.min(valueOf(maxRateOf(other)) ?? rate, rate);
  const taken = others.reduce((sum, other) => sum + most(other) * other.guest.count, most(device) * siblings);
  // Where nothing at all limits the neighbours, rules about limits have said so.
  const isFree = others.every((other) => maxRateOf(other).state === 'unknown');
  if (isFree && minRateOf(device).state === 'unknown') return undefined;
  return Math.max(valueOf(minRateOf(device)) ?? 0, rate - taken);
}
