import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric } from '../support/l2.js';
import { type Tap, tapsByLower } from '../support/taps.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const host = (mode: string) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
  switches: { tap0: { kind: 'macvtap', uplinks: ['nic0/p0'], mode } },
  guests: {
    a: { devices: { eth0: { technique: 'virtio-net', connect: 'tap0' } } },
    b: { devices: { eth0: { technique: 'virtio-net', connect: 'tap0' } } },
  },
});
const flow = (to: string) => ({ workloads: { w: { from: 'a/eth0', to, rate: '1 Gbit/s', size: '1500 B' } } });

export const macvtapReachability = defineRule({
  id: 'IOVT225',
  name: 'macvtap-reachability',
  title: 'A tap cannot reach what a workload sends it to',
  severity: 'info',
  group: 'l2',
  messages: {
    host: '{a} cannot reach {host} through {lower}: a tap never reaches the host that it is on.',
    private: '{a} cannot reach {b} through {lower}: taps in private mode never reach each other.',
    vepa: '{a} reaches {b} through {lower} only if the physical switch sends frames back (VEPA); most do not.',
  },
  docs: {
    why: 'A macvtap stands beside the host on the port, not behind it: host and guest do not see each other, whatever the mode. Siblings reach each other directly in bridge mode, over a reflecting switch in vepa mode, and never in private mode. It is a warning where an objective depends on the workload.',
    fix: 'Use "mode": "bridge" for siblings, a macvlan interface on the host for the host, or a Linux bridge.',
    sources: ['libvirt formatdomain, "Direct attachment to physical interface"', 'Linux drivers/net/macvlan.c'],
  },
  examples: {
    bad: [onHost(host('bridge'), flow('h1')), onHost(host('private'), flow('b/eth0')), onHost(host('vepa'), flow('b/eth0'))],
    good: [
      onHost(host('bridge'), flow('b/eth0')),
      onHost(host('vepa'), { ...flow('b/eth0'), networks: { tor: { uplinks: ['h1/nic0/p0'], vepa: true } } }),
    ],
  },
  check(topology, report) {
    if (topology.workloads.length === 0) return;
    const taps = new Map<VirtualDevice, { tap: Tap; lower: string }>();
    for (const [lower, list] of tapsByLower(topology)) for (const tap of list) taps.set(tap.nic.device, { tap, lower });
    if (taps.size === 0) return;
    for (const workload of topology.workloads) {
      const ends = [workload.facts.from, workload.facts.to].map((fact) => valueOf(fact)?.as('virtual-device', 'host', 'guest'));
      const [source, target] = ends[0]?.kind === 'virtual-device' && taps.has(ends[0]) ? ends : [ends[1], ends[0]];
      const from = source?.kind === 'virtual-device' ? taps.get(source) : undefined;
      if (from === undefined || source === undefined || target === undefined) continue;
      const { lower, tap } = from;
      const isPromised = topology.objectives.some(({ facts }) => valueOf(facts.of)?.target === workload);
      const place = placeOfFact(workload.facts.to, workload);
      const extras = {
        entity: workload,
        severity: isPromised ? ('warning' as const) : ('info' as const),
        related: [related('the tap', placeOfEntity(tap.nic.device))],
      };
      if (target === tap.nic.device.guest.host) {
        report('host', place, { a: source.path, host: target.path, lower }, extras);
        continue;
      }
      const to = target.kind === 'virtual-device' ? taps.get(target) : undefined;
      if (to === undefined || to.lower !== lower || target === source) continue;
      const modes = [tap.mode, to.tap.mode];
      const id = modes.includes('private') ? 'private' : modes.includes('vepa') ? 'vepa' : undefined;
      if (id === undefined || (id === 'vepa' && isReflected(topology, lower))) continue;
      report(id, place, { a: source.path, b: target.path, lower }, { ...extras, fixes: toBridge([tap, to.tap]) });
    }
  },
});

function isReflected(topology: Topology, lower: string): boolean {
  const root = fabric(topology).rootOf(lower);
  return topology.networks.some((network) => valueOf(network.facts.vepa) === true && fabric(topology).rootOf(network.path) === root);
}

function toBridge(taps: readonly Tap[]) {
  const [entity] = taps.flatMap((tap) => tap.entity ?? []);
  if (entity === undefined || taps.some((tap) => tap.entity !== entity || valueOf(tap.nic.device.facts.mode) !== undefined)) return [];
  return fixOf('Set the mode of {switch} to "bridge"', { switch: entity.id }, changing(entity.facts.mode, entity, ['mode'], 'bridge'));
}
