import { valueOf } from '../../core/model/fact.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, isStandby, ownerName, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { type Member, sharedGroup } from '../support/groups.js';
import { toOneGuest } from '../support/hand-over.js';
import { movesTo } from '../support/slots.js';
import { placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

export const dmaAliasShared = defineRule({
  id: 'IOVT209',
  name: 'dma-alias-shared',
  title: 'Devices of two guests share a requester ID',
  severity: 'error',
  group: 'dma',
  mutedBy: ['iommu-group-split', 'iommu-group-incomplete'],
  messages: {
    bridge:
      '{a} ({ownerA}) and {b} ({ownerB}) are both behind {bridge}, so their DMA carries one requester ID and the IOMMU cannot tell them apart.',
    quirk: '{a} ({ownerA}) and {b} ({ownerB}) use one requester ID for DMA, so the IOMMU cannot tell them apart.',
  },
  docs: {
    why: 'A bridge from PCIe to conventional PCI lets transactions appear to come from itself, and some devices use the ID of another function for DMA. The IOMMU looks up memory by requester ID: whoever shares one shares all memory that is mapped for it.',
    fix: 'Keep everything behind one alias with one guest, or use a native PCIe card.',
    sources: [
      'Linux Documentation/driver-api/vfio',
      'Linux drivers/pci/search.c, pci_for_each_dma_alias',
      'Linux drivers/pci/quirks.c, quirk_dma_func1_alias',
    ],
  },
  examples: {
    bad: [
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: true }, br0: { kind: 'pcie-to-pci-bridge', at: 'rp0' } },
        devices: { nic0: { kind: 'nic', at: 'br0', group: 7 }, nic1: { kind: 'nic', at: 'br0', group: 8 } },
        guests: {
          a: { devices: { eth0: { technique: 'passthrough', from: 'nic0' } } },
          b: { devices: { eth0: { technique: 'passthrough', from: 'nic1' } } },
        },
      }),
      onHost({
        devices: { sata0: { kind: 'hba', dmaAlias: 1, functions: { f0: { index: 0, group: 3 }, f1: { index: 1, group: 4 } } } },
        guests: {
          a: { devices: { disks: { technique: 'passthrough', from: 'sata0/f0' } } },
          b: { devices: { disks: { technique: 'passthrough', from: 'sata0/f1' } } },
        },
      }),
    ],
    good: [
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: true }, br0: { kind: 'pcie-to-pci-bridge', at: 'rp0' } },
        devices: { nic0: { kind: 'nic', at: 'br0' }, nic1: { kind: 'nic', at: 'br0' } },
        guests: {
          a: { devices: { eth0: { technique: 'passthrough', from: 'nic0' }, eth1: { technique: 'passthrough', from: 'nic1' } } },
        },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: true }, rp1: { kind: 'root-port', acs: true } },
        devices: { nic0: { kind: 'nic', at: 'rp0' }, nic1: { kind: 'nic', at: 'rp1' } },
        guests: {
          a: { devices: { eth0: { technique: 'passthrough', from: 'nic0' } } },
          b: { devices: { eth0: { technique: 'passthrough', from: 'nic1' } } },
        },
      }),
    ],
  },
  check(topology, report) {
    const firsts = new Map<string, Assignment>();
    const spoken = new Set<string>();
    for (const assignment of assignments(topology).vfio) {
      const { member, device } = assignment;
      const bridge = bridgeAbove(member);
      const alias = bridge?.path ?? quirkAlias(member);
      if (alias === undefined || isStandby(assignment)) continue;
      const first = firsts.get(alias);
      if (first === undefined) firsts.set(alias, assignment);
      if (first === undefined || first.instance.guest === assignment.instance.guest || first.member === member || spoken.has(alias))
        continue;
      spoken.add(alias);
      const args = {
        a: nameOf(first.member),
        ownerA: ownerName(first),
        b: nameOf(member),
        ownerB: ownerName(assignment),
        bridge: bridge?.path ?? '',
      };
      const cause =
        bridge === undefined
          ? related('the alias', placeOfFact(member.device.facts.dmaAlias, member.device))
          : related('{bridge}', placeOfFact(bridge.facts.kind, bridge), { bridge: bridge.path });
      report(bridge === undefined ? 'quirk' : 'bridge', takenAt(device), args, {
        entity: device,
        subjects: [device.path, ...sharedGroup(member, first.member)],
        related: [related('{a}', takenAt(first.device), { a: nameOf(first.member) }), cause],
        fixes: [
          ...(bridge === undefined ? [] : movesTo(member.device, (slot) => !portsAbove(slot).some(isConventional))),
          ...toOneGuest(first.device, device),
        ],
      });
    }
  },
});

/** The bridge nearest to the root behind which requester IDs are lost. */
function bridgeAbove(member: Member): PciePort | undefined {
  return portsAbove(member.device).findLast(isConventional);
}

function isConventional(port: PciePort): boolean {
  const kind = valueOf(port.facts.kind);
  return kind === 'pcie-to-pci-bridge' || kind === 'pci-bridge';
}

/** The function whose requester ID a function uses: its own number counts where it is the one that is borrowed. */
function quirkAlias(member: Member): string | undefined {
  const alias = member.kind === 'function' ? valueOf(member.device.facts.dmaAlias) : undefined;
  return alias === undefined ? undefined : `${member.device.path} as function ${alias}`;
}
