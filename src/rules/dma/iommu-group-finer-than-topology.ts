import { valueOf } from '../../core/model/fact.js';
import { pciFunctions } from '../../core/model/group-prediction.js';
import { iommuGroups, listedVfs } from '../../core/model/iommu-groups.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import type { Member } from '../support/groups.js';
import { push } from '../support/maps.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { listed, relatedPlaces } from '../support/words.js';

export const iommuGroupFinerThanTopology = defineRule({
  id: 'IOVT205',
  name: 'iommu-group-finer-than-topology',
  title: 'Stated groups are finer than the PCIe tree allows',
  severity: 'warning',
  group: 'dma',
  mutedBy: ['acs-isolation-overridden'],
  messages: {
    port: '{a} and {b} are stated in groups {groups}, but {port} above them does not keep them apart, so Linux forms one group.',
    functions: '{a} and {b} are stated in groups {groups}, but they are functions of one slot without ACS, so Linux forms one group.',
    alias: '{a} and {b} are stated in groups {groups}, but they use one requester ID, so Linux forms one group.',
  },
  docs: {
    why: 'Linux asks every port on the way up for ACS source validation, request redirect, completion redirect and upstream forwarding, then merges functions of one slot that lack it and functions that share a requester ID. Groups that are finer come from an ACS override, from another kernel, or from a slip.',
    fix: 'State one group for them, or state the ACS that the hardware does have.',
    sources: [
      'Linux drivers/iommu/iommu.c, pci_device_group',
      'Linux drivers/pci/pci.c, pci_acs_enabled',
      'Linux drivers/pci/quirks.c, pci_dev_acs_enabled',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: { kind: 'nic', acs: false, functions: { f0: { group: 14 }, f1: { group: 15 } } } } }),
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: false } },
        devices: { nic0: { kind: 'nic', at: 'rp0', group: 1 }, ssd0: { kind: 'nvme', at: 'rp0', group: 2 } },
      }),
    ],
    good: [
      onHost({ devices: { nic0: { kind: 'nic', acs: true, functions: { f0: { group: 14 }, f1: { group: 15 } } } } }),
      onHost({ devices: { nic0: { kind: 'nic', functions: { f0: { group: 14 }, f1: { group: 15 } } } } }),
      onHost({ devices: { nic0: { kind: 'nic', acs: false, functions: { f0: { group: 14 }, f1: { group: 14 } } } } }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      if ((valueOf(host.facts.kernel.acsOverride) ?? 'none') !== 'none') continue;
      const groups = iommuGroups(host);
      const stated = new Map<string, Member[]>();
      const functions = pciFunctions(host);
      for (const member of [...functions, ...functions.flatMap(listedVfs)]) {
        const { group } = member.facts;
        if (group.state !== 'known' || !isInDocument(group.at)) continue;
        push(stated, groups.predictedKeyOf(member), member);
      }
      for (const members of stated.values()) {
        const [a] = members;
        const b = members.find((member) => valueOf(member.facts.group) !== (a && valueOf(a.facts.group)));
        if (a === undefined || b === undefined) continue;
        const bridge = groups.leakyBridgeAbove(b);
        const message = bridge !== undefined ? 'port' : b.device.facts.dmaAlias.state !== 'unknown' ? 'alias' : 'functions';
        const numbers = members.map((member) => String(valueOf(member.facts.group)));
        report(
          message,
          placeOfFact(b.facts.group, b),
          { a: a.path, b: b.path, groups: listed(numbers), port: bridge?.path ?? '' },
          {
            entity: b,
            subjects: [`groups of ${host.path}`],
            related: [
              ...(bridge === undefined ? [] : [related('the ACS of {port}', placeOfFact(bridge.facts.acs, bridge), { port: bridge.path })]),
              ...relatedPlaces(
                members.filter((member) => member !== b),
                (member) =>
                  related('{member} in group {n}', placeOfFact(member.facts.group, member), {
                    member: nameOf(member),
                    n: valueOf(member.facts.group) ?? '',
                  }),
              ),
            ],
            fixes: oneGroup(members, a),
          },
        );
      }
    }
  },
});

function oneGroup(members: readonly Member[], first: Member) {
  const n = valueOf(first.facts.group) ?? 0;
  const others = new Map<number, Member>();
  for (const member of members)
    if (member.facts.group.state === 'known' && member.facts.group.value !== n) others.set(member.facts.group.at.start, member);
  const changes = [...others.values()].map((member) => ({
    kind: 'text' as const,
    at: placeOfFact(member.facts.group, member),
    newText: String(n),
  }));
  return fixOf('State group {n} for all of them', { n }, ...changes);
}
