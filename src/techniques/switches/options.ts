import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { Terms } from '../path/cpu.js';

/** What conntrack and encapsulation add to a packet, where the switch has them switched on. */
export function optionTerms(entity: Switch): CostId[] {
  const terms: CostId[] = [];
  if (valueOf(entity.facts.conntrack) === true) terms.push('conntrack.packet');
  if ((valueOf(entity.facts.tunnel) ?? 'none') !== 'none') terms.push('tunnel.packet');
  return terms;
}

/** Packets that miss every cache take an upcall. */
export function upcallTerms(entity: Switch): Terms {
  const ratio = valueOf(entity.facts.missRatio) ?? 0;
  return ratio > 0 ? [['ovs.upcall', Math.min(1, ratio)]] : [];
}
