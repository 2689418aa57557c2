import { type Parsed, parsed, wrong } from './parsed.js';

/** Speed and width of a PCIe link, as trained or as a slot or device can do at most. */
export interface PcieLink {
  readonly generation: PcieGeneration;
  readonly lanes: number;
}

export type PcieGeneration = 1 | 2 | 3 | 4 | 5 | 6;

/** Widths that PCI Express defines. */
export const LANE_COUNTS: readonly number[] = [1, 2, 4, 8, 12, 16, 32];

/**
 * Bits per second and lane after encoding: 8b/10b up to generation 2, 128b/130b from 3 on, 242/256 FLIT for 6.
 * Source: pcie-bench/pcie-model, model/pcie.py (Neugebauer et al., SIGCOMM 2018); generation 6 is a guess there as here.
 */
const LANE_BITS_PER_SEC: Record<PcieGeneration, number> = {
  1: 2.5e9 * 0.8,
  2: 5e9 * 0.8,
  3: (8e9 * 128) / 130,
  4: (16e9 * 128) / 130,
  5: (32e9 * 128) / 130,
  6: (64e9 * 242) / 256,
};

/** Raw data rate of one direction, before packet and link-layer overhead. */
export function linkBitsPerSec(link: PcieLink): number {
  return LANE_BITS_PER_SEC[link.generation] * link.lanes;
}

export function parsePcieLink(text: string): Parsed<PcieLink> {
  const match = /^(\s*)(?:pcie\s*)?gen\s*(\d+)(\s*)x\s*(\d+)\s*$/i.exec(text);
  if (match === null) {
    return wrong(0, text.length, '"{text}" is not a PCIe link; write generation and lanes, such as "gen4 x16".', { text });
  }
  const generation = Number(match[2]);
  const lanes = Number(match[4]);
  const laneStart = text.toLowerCase().lastIndexOf('x');
  const isGeneration = generation >= 1 && generation <= 6;
  const isWidth = LANE_COUNTS.includes(lanes);
  if (!isGeneration && !isWidth) {
    return wrong(0, text.length, 'There is no PCIe generation {generation} (1 to 6) and no width x{lanes} ({widths}).', {
      generation,
      lanes,
      widths: widths(),
    });
  }
  if (!isGeneration) {
    return wrong(0, laneStart, 'There is no PCIe generation {generation}; known are 1 to 6.', { generation });
  }
  if (!isWidth) return wrong(laneStart, text.length, 'A PCIe link has {widths} lanes, not {lanes}.', { widths: widths(), lanes });
  return parsed({ generation: generation as PcieGeneration, lanes });
}

function widths(): string {
  return LANE_COUNTS.map((n) => `x${n}`).join(', ');
}

export function formatPcieLink(link: PcieLink): string {
  return `gen${link.generation} x${link.lanes}`;
}
