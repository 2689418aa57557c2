import { valueOf } from '../../core/model/fact.js';
import { formatBitsPerSec, formatSeconds } from '../../core/units/format.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import { factLines } from './fact-lines.js';

/** The physical networks that hosts are plugged into. */
export function networkBoxes(context: BuildContext): Box[] {
  return context.topology.networks.map((network) => {
    const { facts } = network;
    const rate = valueOf(facts.rate);
    const latency = valueOf(facts.latency);
    const vlans = valueOf(facts.vlans);
    return context.drawing.box(
      {
        id: network.path,
        kind: 'network',
        symbol: 'cloud',
        form: 'card',
        label: network.id,
        sublabel: [
          rate === undefined ? 'network' : formatBitsPerSec(rate),
          latency === undefined ? '' : formatSeconds(latency),
          vlans === undefined || vlans.length === 0 ? '' : `VLAN ${vlans.slice(0, 3).join(', ')}${vlans.length > 3 ? ' …' : ''}`,
        ]
          .filter((text) => text !== '')
          .join(' · '),
        facts: factLines('network', facts),
      },
      network,
    );
  });
}

export function linkNetworks(context: BuildContext): void {
  const { drawing } = context;
  for (const network of context.topology.networks) {
    for (const uplink of valueOf(network.facts.uplinks) ?? []) {
      const target = uplink.as('nic-port', 'device');
      if (target !== undefined) drawing.link(drawing.boxOf(target), drawing.boxOf(network), 'network');
    }
  }
}
