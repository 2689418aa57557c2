import { type CostId, costTable } from '../../catalog/costs/index.js';
import { anchor } from './technique.js';
import { blocks, code, type Topic } from './topic.js';

/** One number of the cost model. */
export function costTopic(id: CostId): Topic {
  const { title, value, source, dimension } = costTable[id];
  return {
    kind: 'cost',
    name: id,
    title,
    page: `costs.md#${anchor(id)}`,
    text: blocks(
      `**${title}**`,
      `Default: ${code(value)}${dimension === 'cost-per-byte' ? ' for each byte' : ''}. Source: ${source}.`,
      `Measured on your machines, it is stated as \`calibration.costs["${id}"]\` and replaces the default.`,
    ),
  };
}
