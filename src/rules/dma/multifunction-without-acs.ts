import { valueOf } from '../../core/model/fact.js';
import { functionAcs, iommuGroups } from '../../core/model/iommu-groups.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, isStandby, ownerName, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { sharedGroup } from '../support/groups.js';
import { toOneGuest } from '../support/hand-over.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

const ports = (acs: boolean) => ({ nic0: { kind: 'nic', acs, functions: { f0: { group: 14 }, f1: { group: 15 } } } });
const guests = {
  a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f0' } } },
  b: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f1' } } },
};

export const multifunctionWithoutAcs = defineRule({
  id: 'IOVT208',
  name: 'multifunction-without-acs',
  title: 'Ports of one card for different guests, without ACS between them',
  severity: 'error',
  group: 'dma',
  mutedBy: ['iommu-group-split', 'iommu-group-incomplete'],
  messages: { functions: '{a} goes to {ownerA} and {b} to {ownerB}, but they are functions of one card without ACS between them.' },
  docs: {
    why: 'Functions of one device may pass requests to each other inside the card, before any port can redirect them. Linux merges functions of a slot unless ACS, or a quirk that vouches for the card, keeps them apart. Dual- and quad-port NICs fall here; many of them are covered by quirks, which is a fact of the device profile (`acs`).',
    fix: 'Use VFs of the ports, which count as single functions, or give all ports to one guest.',
    sources: ['Linux drivers/iommu/iommu.c, get_pci_function_alias_group', 'Linux drivers/pci/quirks.c, pci_dev_acs_enabled'],
  },
  examples: {
    bad: [
      onHost({ devices: ports(false), guests }),
      onHost({
        devices: {
          gpu0: { kind: 'gpu', bdf: '0000:01:00.0', acs: false, group: 1 },
          audio0: { kind: 'audio', bdf: '0000:01:00.1', acs: false, group: 2 },
        },
        guests: {
          a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } },
          b: { devices: { snd: { technique: 'passthrough', from: 'audio0' } } },
        },
      }),
    ],
    good: [
      onHost({ devices: ports(true), guests }),
      onHost({
        devices: { nic0: { kind: 'nic', acs: false, ports: { p0: {}, p1: {} } } },
        guests: { a: { devices: { eth0: { technique: 'passthrough', from: 'nic0' } } } },
      }),
    ],
  },
  check(topology, report) {
    const firsts = new Map<string, Assignment>();
    const spoken = new Set<string>();
    for (const assignment of assignments(topology).vfio) {
      const { member } = assignment;
      if (member.kind !== 'function' || functionAcs(member) !== false || isStandby(assignment)) continue;
      const groups = iommuGroups(member.device.host);
      if (groups.leakyBridgeAbove(member) !== undefined) continue;
      const slot = `${member.device.host.path} ${groups.predictedKeyOf(member)}`;
      const first = firsts.get(slot);
      if (first === undefined) firsts.set(slot, assignment);
      else if (first.instance.guest !== assignment.instance.guest && first.member !== member && !spoken.has(slot)) {
        spoken.add(slot);
        const args = { a: nameOf(first.member), ownerA: ownerName(first), b: nameOf(member), ownerB: ownerName(assignment) };
        const { device } = assignment;
        report('functions', takenAt(device), args, {
          entity: device,
          subjects: [device.path, ...sharedGroup(member, first.member)],
          related: [
            related('{a} goes to {ownerA}', takenAt(first.device), args),
            related('no ACS among its functions', placeOfFact(member.facts.acs, member)),
          ],
          fixes: [...((valueOf(member.facts.sriov.vfs) ?? 0) > 0 ? vfInstead(assignment) : []), ...toOneGuest(first.device, device)],
        });
      }
    }
  },
});

function vfInstead({ device }: Assignment) {
  return fixOf('Give {device} a VF instead', { device: device.path }, changing(device.facts.technique, device, ['technique'], 'sriov-vf'));
}
