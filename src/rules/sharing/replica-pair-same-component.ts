import { valueOf } from '../../core/model/fact.js';
import { firstInstance, type Guest } from '../../core/model/guest.js';
import { chainOf } from '../../core/model/mapping.js';
import { defineRule, related } from '../rule.js';
import { moveElsewhere } from '../support/elsewhere.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { nodesOfGuest } from '../support/numa.js';
import { noGuestStates } from '../support/stated.js';
import { placeOfFact } from '../support/text.js';

const guest = (from: string, more: object = {}) => ({
  replicaOf: 'db',
  ...more,
  devices: { eth0: { technique: 'sriov-vf', from, vlan: 100 } },
});
const nic = { kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 4 } };

export const replicaPairSameComponent = defineRule({
  id: 'IOVT248',
  name: 'replica-pair-same-component',
  title: 'Replicas hang on one component',
  severity: 'warning',
  group: 'sharing',
  messages: {
    pair: '{a} and {b} are replicas of {group}, but both depend on {component}.',
    copies: '{a} has {count} copies that are replicas of {group}, but all depend on {component}.',
  },
  docs: {
    why: 'Replicas are there so that one survives the other. What both depend on takes them down together. How far apart they must be is stated by "spread": a port, a card (the default), a NUMA node or a host.',
    fix: 'Move one of them to another component, or state a "spread" that says what is meant.',
    sources: ['OpenStack Nova: PCI group policy', 'Linux Documentation/networking/bonding.rst'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: nic, nic1: nic }, guests: { a: guest('nic0/p0'), b: guest('nic0/p1') } }),
      onHost({
        devices: { nic0: nic, nic1: nic },
        guests: { a: guest('nic0/p0', { spread: 'host' }), b: guest('nic1/p0', { spread: 'host' }) },
      }),
      onHost({ devices: { nic0: nic }, guests: { a: guest('nic0/p0', { count: 2 }) } }),
    ],
    good: [
      onHost({ devices: { nic0: nic, nic1: nic }, guests: { a: guest('nic0/p0'), b: guest('nic1/p0') } }),
      onHost({ devices: { nic0: nic }, guests: { a: guest('nic0/p0', { spread: 'port' }), b: guest('nic0/p1', { spread: 'port' }) } }),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'replicaOf')) return;
    const groups = new Map<string, Guest[]>();
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const group = valueOf(guest.facts.replicaOf);
      if (group !== undefined && valueOf(guest.facts.standby) !== true) push(groups, group, guest);
    }
    for (const [group, members] of groups) {
      const owners = new Map<string, Guest>();
      for (const guest of members) {
        const place = placeOfFact(guest.facts.replicaOf, guest);
        const own = componentsOf(guest);
        const shared = own.find((component) => owners.has(component));
        const other = owners.get(shared ?? '');
        if (shared !== undefined && other !== undefined) {
          report(
            'pair',
            place,
            { a: other.path, b: guest.path, group, component: shared },
            {
              entity: guest,
              related: [related('{a}', placeOfFact(other.facts.replicaOf, other), { a: other.path })],
              fixes:
                guest.devices.filter(({ technique }) => technique?.takes === 'vf').length === 1
                  ? guest.devices.flatMap((device) => moveElsewhere(device, topology))
                  : [],
            },
          );
        } else if (guest.count > 1 && own[0] !== undefined) {
          report('copies', place, { a: guest.path, count: guest.count, group, component: own[0] }, { entity: guest });
        }
        for (const component of own) if (!owners.has(component)) owners.set(component, guest);
      }
    }
  },
});

/** What a guest depends on, of the size that its replicas may not share. */
function componentsOf(guest: Guest): string[] {
  const level = valueOf(guest.facts.spread);
  if (level === 'host') return [guest.host.path];
  if (level === 'numa') return [...nodesOfGuest(guest)].map(({ path }) => path);
  const chain = guest.devices.flatMap((_, i) => {
    const instance = firstInstance(guest).devices[i];
    return instance === undefined ? [] : chainOf(instance);
  });
  const found = chain.flatMap((node) => {
    if (level === 'port') return node.kind === 'nic-port' || node.kind === 'namespace' ? [node.path] : [];
    return node.kind === 'device' ? [node.path] : [];
  });
  return [...new Set(found)];
}
