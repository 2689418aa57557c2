import { type Fact, valueOf } from '../../core/model/fact.js';
import type { Stage } from '../../techniques/stage.js';

/** The shortest frame of Ethernet, with its check sequence; senders pad to it. Source: IEEE 802.3. */
export const MIN_FRAME_BYTES = 64;
/** Header and check sequence of a frame; the MTU does not count them. Source: IEEE 802.3. */
const ETHERNET_BYTES = 18;
/** With them each segment of TCP over IPv4 repeats 40 B of headers. Source: RFC 791, RFC 9293. */
const SEGMENT_HEADER_BYTES = ETHERNET_BYTES + 40;

/** The largest frame that all places on the way carry; those that do not state an MTU follow those that do. */
export function largestFrame(places: readonly { readonly facts: { readonly mtu: Fact<number> } }[]): number {
  const mtus = places.map(({ facts }) => facts.mtu);
  const stated = mtus.filter((mtu) => mtu.state === 'known');
  const values = (stated.length > 0 ? stated : mtus).flatMap((mtu) => valueOf(mtu) ?? []);
  return ETHERNET_BYTES + Math.min(...values);
}

/** The same stages for frames that carry so many bytes more. */
export function withOuterHeader(stages: readonly Stage[], bytes: number): Stage[] {
  if (bytes === 0) return [...stages];
  return stages.map((stage) => ({
    ...stage,
    serviceSec: (operation) => stage.serviceSec({ ...operation, sizeBytes: operation.sizeBytes + bytes }),
  }));
}

/** The same stages where segmentation offload has cut what is larger than a frame: each frame is served, and headers repeat. */
export function inFrames(stages: readonly Stage[], largest: number): Stage[] {
  const payload = largest - SEGMENT_HEADER_BYTES;
  if (!Number.isFinite(largest) || payload <= 0) return [...stages];
  return stages.map((stage): Stage => {
    if (stage.station === undefined) return stage; // a delay passes for all of them at once
    return {
      ...stage,
      serviceSec: (operation) => {
        if (operation.sizeBytes <= largest) return stage.serviceSec(operation);
        const bytes = operation.sizeBytes - SEGMENT_HEADER_BYTES;
        const full = Math.ceil(bytes / payload) - 1;
        const last = Math.max(MIN_FRAME_BYTES, bytes - full * payload + SEGMENT_HEADER_BYTES);
        return full * stage.serviceSec({ ...operation, sizeBytes: largest }) + stage.serviceSec({ ...operation, sizeBytes: last });
      },
    };
  });
}
