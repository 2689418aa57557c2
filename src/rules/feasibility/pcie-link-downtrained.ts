import { valueOf } from '../../core/model/fact.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import type { Place } from '../../core/text/source.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import { formatPcieLink, linkBitsPerSec, type PcieLink } from '../../core/units/pcie-link.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { movesTo, trained } from '../support/slots.js';
import { placeOfFact } from '../support/text.js';
import { devicesOf } from '../support/vfs.js';

export const pcieLinkDowntrained = defineRule({
  id: 'IOVT118',
  name: 'pcie-link-downtrained',
  title: 'A card runs slower than it can because of its slot',
  severity: 'warning',
  group: 'feasibility',
  mutedBy: ['pcie-bandwidth-oversubscribed'],
  messages: {
    slot: '{device} could move {can} ({link}), but its slot {port} leaves it {gets} ({slot}).',
    path: '{device} could move {can} ({link}), but {port} on its way to the CPU passes {gets} ({slot}) for all below it.',
  },
  docs: {
    why: 'Card and slot agree on the lower generation and the smaller width, and a switch passes no more than its upstream link. The kernel logs it: "available PCIe bandwidth, limited by … link at …".',
    fix: 'Plug the card into a slot that matches it, on the same NUMA node if there is one.',
    sources: ['Linux drivers/pci/pci.c, pcie_print_link_status'],
  },
  examples: {
    bad: [
      onHost({
        pcie: { rp0: { kind: 'root-port', link: 'gen3 x4' }, rp1: { kind: 'root-port', link: 'gen4 x4' } },
        devices: { ssd0: { kind: 'nvme', at: 'rp0', link: 'gen4 x4' } },
      }),
      onHost({
        pcie: {
          rp0: { kind: 'root-port', link: 'gen3 x8' },
          up0: { kind: 'switch-upstream', at: 'rp0', link: 'gen3 x16' },
          dn0: { kind: 'switch-downstream', at: 'up0', link: 'gen3 x16' },
        },
        devices: { gpu0: { kind: 'gpu', at: 'dn0', link: 'gen3 x16' } },
      }),
    ],
    good: [
      onHost({ pcie: { rp0: { kind: 'root-port', link: 'gen4 x8' } }, devices: { ssd0: { kind: 'nvme', at: 'rp0', link: 'gen4 x4' } } }),
      onHost({ pcie: { rp0: { kind: 'root-port' } }, devices: { ssd0: { kind: 'nvme', at: 'rp0', link: 'gen4 x4' } } }),
    ],
  },
  check(topology, report) {
    for (const device of devicesOf(topology)) {
      const link = valueOf(device.facts.link);
      if (link === undefined) continue;
      const can = linkBitsPerSec(link);
      const [narrowest] = portsAbove(device)
        .flatMap((port, i) => passes(port, i === 0 ? link : undefined))
        .sort((a, b) => linkBitsPerSec(a.link) - linkBitsPerSec(b.link));
      if (narrowest === undefined || linkBitsPerSec(narrowest.link) >= can) continue;
      const { port } = narrowest;
      const args = {
        device: device.path,
        can: formatBitsPerSec(can),
        link: formatPcieLink(link),
        port: port.path,
        gets: formatBitsPerSec(linkBitsPerSec(narrowest.link)),
        slot: formatPcieLink(narrowest.link),
      };
      const enough = (slot: PciePort) => [slot, ...portsAbove(slot)].every((p) => isEnough(p, link));
      report(narrowest.isSlot ? 'slot' : 'path', placeOfFact(device.facts.at, device), args, {
        entity: device,
        subjects: [`${device.path} below ${port.path}`],
        related: [related('the link of {port}', narrowest.at, { port: port.path })],
        fixes: movesTo(device, enough),
      });
    }
  },
});

interface Passage {
  readonly port: PciePort;
  readonly link: PcieLink;
  readonly at: Place;
  readonly isSlot: boolean;
}

/** What the link below a port carries; in the slot itself the card has a say as well. */
function passes(port: PciePort, card: PcieLink | undefined): Passage[] {
  const own = valueOf(port.facts.link);
  if (own === undefined) return [];
  const at = placeOfFact(port.facts.link, port);
  return [{ port, link: card === undefined ? own : trained(card, own), at, isSlot: card !== undefined }];
}

function isEnough(port: PciePort, link: PcieLink): boolean {
  const own = valueOf(port.facts.link);
  return own !== undefined && own.generation >= link.generation && own.lanes >= link.lanes;
}
