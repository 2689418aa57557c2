import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import type { Picture } from './drawing.js';
import { foldAlike } from './fold-alike.js';
import { hostBox } from './hosts.js';
import { linkNetworks, networkBoxes } from './networks.js';

/** The last resort for designs of thousands of hosts: a card for each, equal ones folded, the rest counted. */
export function hostsPicture(context: BuildContext, limit: number): Picture {
  const { drawing, topology } = context;
  const cards = topology.hosts.map((host) => hostBox(host, context, 'card'));
  const networks = networkBoxes(context);
  linkNetworks(context);
  const gone = foldAlike([cards], context, 2);
  const left = cards.filter((card) => !gone.has(card));
  return {
    columns: [{ key: 'hosts', width: 444 }],
    lanes: [{ frame: undefined, cells: [[{ heading: 'Hosts', boxes: cut(left, limit, 'hosts') }]] }],
    outside: networks.length === 0 ? [] : [{ heading: 'Networks', boxes: cut(networks, limit, 'networks') }],
    outlines: [],
  };

  function cut(boxes: readonly Box[], most: number, what: string): Box[] {
    if (boxes.length <= most) return [...boxes];
    const shown = boxes.slice(0, most);
    const rest = drawing.box({
      id: `#more-${what}`,
      kind: 'summary',
      symbol: 'other',
      form: 'card',
      label: `${boxes.length - most} more ${what}`,
      sublabel: 'not drawn',
    });
    return [...shown, rest];
  }
}
