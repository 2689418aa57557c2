import type { Network } from '../../core/model/document.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { child } from '../../core/text/tree.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { listed } from '../support/words.js';

const host = (more: object) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {}, p1: {} } } },
  switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0', 'nic0/p1'], ...more } },
});
const tor = { networks: { tor: { uplinks: ['h1/nic0/p0', 'h1/nic0/p1'] } } };

export const bridgeLoopRisk = defineRule({
  id: 'IOVT231',
  name: 'bridge-loop-risk',
  title: 'Two uplinks into one network without a bond',
  severity: 'warning',
  group: 'l2',
  messages: { loop: '{switch} has {uplinks} in {network}, with neither a bond nor spanning tree: frames can loop.' },
  docs: {
    why: 'The most frequent mistake with Open vSwitch: two physical ports of one switch lead into one network, and broadcasts go round between them until the network stands still.',
    fix: 'Make the uplinks a bond, or switch spanning tree on.',
    sources: ['Open vSwitch Documentation/faq/issues.rst', 'Open vSwitch vswitchd/vswitch.xml'],
  },
  examples: {
    bad: [onHost(host({}), tor), onHost(host({ kind: 'ovs-kernel' }), tor)],
    good: [
      onHost(host({ bond: { mode: 'active-backup' } }), tor),
      onHost(host({ stp: true }), tor),
      onHost(host({}), { networks: { a: { uplinks: ['h1/nic0/p0'] }, b: { uplinks: ['h1/nic0/p1'] } } }),
    ],
  },
  check(topology, report) {
    const networks = networksByPort(topology);
    for (const entity of topology.hosts.flatMap(({ switches }) => switches)) {
      const uplinks = uplinksOf(entity);
      const isBonded = child(entity.node, 'bond') !== undefined;
      if (uplinks.length < 2 || isBonded || valueOf(entity.facts.stp) === true || entity.switchKind === 'macvtap') continue;
      for (const network of new Set(uplinks.flatMap(({ target }) => networkOf(target, networks) ?? []))) {
        const inside = uplinks.filter(({ target }) => networkOf(target, networks) === network);
        if (inside.length < 2) continue;
        report(
          'loop',
          placeOfFact(entity.facts.uplinks, entity),
          { switch: entity.path, uplinks: listed(inside.map(({ text }) => text)), network: network.path },
          {
            entity,
            related: [related('its ports', placeOfFact(network.facts.uplinks, network))],
            fixes: [
              ...fixOf('Make them a bond', {}, setting(entity, ['bond'], { mode: 'active-backup' })),
              ...fixOf('Switch spanning tree on', {}, changing(entity.facts.stp, entity, ['stp'], true)),
            ],
          },
        );
        break;
      }
    }
  },
});

function networksByPort(topology: Topology): Map<Entity, Network> {
  const map = new Map<Entity, Network>();
  for (const network of topology.networks) {
    for (const { target } of valueOf(network.facts.uplinks) ?? []) {
      for (const port of target?.kind === 'device' ? target.ports : target === undefined ? [] : [target]) map.set(port, network);
    }
  }
  return map;
}

function networkOf(target: Entity | undefined, networks: ReadonlyMap<Entity, Network>): Network | undefined {
  if (target === undefined) return undefined;
  const port = target.kind === 'device' ? target.ports[0] : target.kind === 'function' ? target.port : target;
  return port === undefined ? undefined : networks.get(port);
}
