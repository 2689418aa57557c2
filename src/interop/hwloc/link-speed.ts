import { formatPcieLink, LANE_COUNTS, type PcieGeneration, type PcieLink } from '../../core/units/pcie-link.js';

/** GT/s of a lane by generation. */
const TRANSFERS: Record<PcieGeneration, number> = { 1: 2.5, 2: 5, 3: 8, 4: 16, 5: 32, 6: 64 };

/** Widths that slots and devices have in practice. */
const USUAL_LANES = LANE_COUNTS.filter((lanes) => lanes !== 12 && lanes !== 32);

/**
 * Links that hwloc would print as this many GB/s. It prints payload of the link as trained, and neither generation nor
 * width. Generations 1 and 2 spend a fifth on encoding. Where the kernel says "5.0 GT/s PCIe", hwloc does not recognise
 * generation 2 and counts 128/130 for it.
 * Source: hwloc, pci-common.c (hwloc_pcidisc_find_linkspeed) and topology-linux.c (hwloc_linux_pci_link_speed_from_string).
 *
 * @param atMost what the device can do, if that is known.
 */
export function linksOf(gigabytesPerSec: number, atMost?: PcieLink): PcieLink[] {
  if (!(gigabytesPerSec > 0)) return [];
  const links: PcieLink[] = [];
  for (const generation of [1, 2, 3, 4, 5, 6] as const) {
    for (const lanes of USUAL_LANES) {
      if (atMost !== undefined && (generation > atMost.generation || lanes > atMost.lanes)) continue;
      const raw = (TRANSFERS[generation] * lanes) / 8;
      const payloads = [...(generation <= 2 ? [raw * 0.8] : []), ...(generation >= 2 ? [(raw * 128) / 130] : [])];
      if (payloads.some((payload) => Math.abs(payload - gigabytesPerSec) <= 0.002 * payload)) links.push({ generation, lanes });
    }
  }
  return links;
}

/** `gen3 x16, gen4 x8 or gen5 x4` */
export function linkChoices(links: readonly PcieLink[]): string {
  const names = links.map(formatPcieLink);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
