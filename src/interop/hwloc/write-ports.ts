import { formatPciAddress, type PciAddress } from '../../core/units/pci-address.js';
import { formatPcieLink, type PcieLink } from '../../core/units/pcie-link.js';
import { type DraftObject, draft } from '../draft.js';
import { linkChoices, linksOf } from './link-speed.js';
import type { PortFound } from './ports.js';

/** @param deviceLink what the one device below a port can do, where its profile says so. */
export function writePorts(into: DraftObject, ports: readonly PortFound[], deviceLink: (port: PortFound) => PcieLink | undefined): void {
  const inSlot = new Map<string, number>();
  for (const { pci } of ports) if (pci?.address !== undefined) inSlot.set(slotOf(pci.address), (inSlot.get(slotOf(pci.address)) ?? 0) + 1);
  for (const port of ports) {
    const { pci, kind, above, numa } = port;
    const address = pci?.address;
    const trained = trainedLink(port, deviceLink(port));
    const value = draft({
      kind,
      at: above?.id,
      numa: above === undefined ? numa?.id : undefined,
      link: trained?.link,
      bdf: address === undefined ? undefined : formatPciAddress(address),
      busRange: port.buses,
      // A function number above 0, or a sibling in the slot, means that the port shares its slot.
      multifunction: address !== undefined && (address.fn > 0 || (inSlot.get(slotOf(address)) ?? 0) > 1) ? true : undefined,
      title: pci?.title,
    });
    into.set(port.id, value, { behind: trained?.note });
  }
}

function slotOf({ domain, bus, slot }: PciAddress): string {
  return `${domain}:${bus}:${slot}`;
}

/**
 * The link below a port. hwloc knows its speed at the moment it looked, not what the slot can do, so the speed goes into a
 * comment; it is a fact only where the card below can have no other link of that speed.
 */
function trainedLink(port: PortFound, atMost: PcieLink | undefined): { link?: string; note: string } | undefined {
  const speed = port.pci?.linkGigabytesPerSec;
  // An upstream port tells of the link above it, which the port there tells as well.
  if (speed === undefined || port.kind === 'switch-upstream') return undefined;
  const rate = `${Number(speed.toPrecision(3))} GB/s when read`;
  const [only, ...others] = atMost === undefined ? [] : linksOf(speed, atMost);
  if (only !== undefined && others.length === 0)
    return { link: formatPcieLink(only), note: `${rate}; the card below allows no other link` };
  const links = linksOf(speed);
  return { note: links.length === 0 ? rate : `${rate}: ${linkChoices(links)}` };
}
