import type { Fix, RelatedPlace } from '../../core/diagnostics/diagnostic.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { Place } from '../../core/text/source.js';
import { child } from '../../core/text/tree.js';
import { defineRule, pairOf, related } from '../rule.js';
import { cardOf, type Uplink, uplinksBehind, uplinksOfDevice } from '../support/cards.js';
import { moveElsewhere } from '../support/elsewhere.js';
import { onHost } from '../support/examples.js';
import { hostUses } from '../support/host-uses.js';
import { isNic } from '../support/l2.js';
import { fixOf, isInDocument, placeOfEntity, placeOfFact } from '../support/text.js';
import { listed } from '../support/words.js';

const nic = { kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 4 } };
const bridge = (...uplinks: string[]) => ({ br0: { kind: 'ovs-kernel', uplinks, bond: { mode: 'active-backup' } } });
const guest = (a: string, b: string) => ({
  a: {
    devices: {
      eth0: { technique: 'sriov-vf', from: a, bondedWith: 'eth1', bondMode: 'active-backup' },
      eth1: { technique: 'sriov-vf', from: b },
    },
  },
});

export const bondMembersSameCard = defineRule({
  id: 'IOVT241',
  name: 'bond-members-same-card',
  title: 'The members of a bond fail together',
  severity: 'warning',
  group: 'sharing',
  messages: {
    port: 'The bond of {bond} has all its members ({members}) on {scope}: it survives nothing.',
    card: 'The bond of {bond} has all its members ({members}) on {scope}: it does not survive the card.',
  },
  docs: {
    why: 'A bond protects against what its members do not share. Two VFs of one port fail with the port; two ports of one card fail with the card, its firmware and its driver. Members on one port are an error.',
    fix: 'Replace one member by a port, or a VF of a port, of another card.',
    sources: ['Linux Documentation/networking/bonding.rst, section 11', 'Dell QLogic adapters user guide, fail-safe teams'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: nic, nic1: nic }, guests: guest('nic0/p0', 'nic0/p0') }),
      onHost({ devices: { nic0: nic, nic1: nic }, switches: bridge('nic0/p0', 'nic0/p1') }),
    ],
    good: [
      onHost({ devices: { nic0: nic, nic1: nic }, guests: guest('nic0/p0', 'nic1/p0') }),
      onHost({ devices: { nic0: nic, nic1: nic }, switches: bridge('nic0/p0', 'nic1/p0') }),
    ],
  },
  check(topology, report) {
    for (const { bond, at, members, where } of bondsOf(topology)) {
      const [first] = members;
      if (first === undefined || members.length < 2) continue;
      const onePort = members.every((member) => member.uplink === first.uplink);
      const card = cardOf(first.uplink);
      if (!onePort && !members.every(({ uplink }) => cardOf(uplink) === card)) continue;
      const args = { bond: bond.path, members: listed(members.map(({ name }) => name)), scope: onePort ? first.uplink.path : card.path };
      report(onePort ? 'port' : 'card', at, args, {
        entity: bond,
        severity: onePort ? 'error' : 'warning',
        related: where,
        fixes: elsewhere(topology, bond),
      });
    }
  },
});

/** A VF of another card for the member that names the bond, or another port for a switch. */
function elsewhere(topology: Topology, bond: Entity): Fix[] {
  if (bond.kind === 'virtual-device') return moveElsewhere(bond, topology);
  if (bond.kind !== 'switch') return [];
  const references = uplinksOf(bond);
  const last = references.at(-1);
  const cards = new Set(references.flatMap(({ target }) => (target === undefined ? [] : uplinksBehind(target).map(cardOf))));
  const used = hostUses(bond.host);
  const port = bond.host.devices
    .filter((device) => isNic(device) && !cards.has(device))
    .flatMap(({ ports }) => ports)
    .find(({ fn }) => fn !== undefined && !used.has(fn));
  if (last === undefined || port === undefined || !isInDocument(last.at)) return [];
  const next = `${port.device.id}/${port.id}`;
  return fixOf('Take {next} in place of {last}', { next, last: last.text }, { kind: 'text', at: last.at, newText: JSON.stringify(next) });
}

interface Bond {
  readonly bond: Entity;
  readonly at: Place;
  readonly members: readonly { readonly name: string; readonly uplink: Uplink }[];
  readonly where: readonly RelatedPlace[];
}

function bondsOf(topology: Topology): Bond[] {
  const bonds: Bond[] = [];
  for (const entity of topology.hosts.flatMap(({ switches }) => switches)) {
    if (child(entity.node, 'bond') === undefined) continue;
    const members = uplinksOf(entity).flatMap(({ target, text }) =>
      (target === undefined ? [] : uplinksBehind(target)).map((uplink) => ({ name: text, uplink })),
    );
    bonds.push({ bond: entity, at: placeOfFact(entity.facts.uplinks, entity), members, where: [] });
  }
  const seen = new Set<string>();
  for (const device of topology.virtualDevices) {
    const other = valueOf(device.facts.bondedWith)?.as('virtual-device');
    if (other === undefined || other === device || other.guest !== device.guest || seen.has(pairOf(device, other))) continue;
    seen.add(pairOf(device, other));
    const members = [device, other].map((member) => ({ name: member.path, uplinks: [...uplinksOfDevice(member)] }));
    // A member behind a bonded switch is redundant by itself.
    if (members.some(({ uplinks }) => uplinks.length !== 1)) continue;
    bonds.push({
      bond: device,
      at: placeOfFact(device.facts.bondedWith, device),
      members: members.map(({ name, uplinks }) => ({ name, uplink: uplinks[0] as Uplink })),
      where: [related('{other}', placeOfEntity(other), { other: other.path })],
    });
  }
  return bonds;
}
