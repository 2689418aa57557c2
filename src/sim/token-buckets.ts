import { type Network, POLICER, SHAPER } from './engine/network.js';
import type { Estimate } from './fluid/estimate.js';

/** Load from which a bucket counts as empty: what the estimate calls a little less than full may be full. */
const FULL = 0.98;

/**
 * How full the token buckets of a network are in its steady state: empty where more comes than their rate, else full. A run
 * that began with full ones would be over before a tenth of a second of saved tokens is used up, and would find no limit.
 */
export function tokensOf({ stations }: Network, { stationUse }: Estimate): Float64Array {
  return Float64Array.from({ length: stations.count }, (_, s) => {
    const discipline = stations.discipline[s];
    if (discipline !== SHAPER && discipline !== POLICER) return 1;
    const rate = discipline === POLICER ? Math.max(1, stations.peakRatio[s] as number) : 1;
    return (stationUse[s] as number) < FULL * rate ? 1 : 0;
  });
}
