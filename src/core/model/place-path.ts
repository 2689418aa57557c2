import type { Place } from '../text/source.js';
import type { Entity } from './entity.js';
import type { Topology } from './topology.js';

/** The innermost entity whose text contains a place. */
export function entityAt(topology: Topology, place: Place): Entity | undefined {
  let best: Entity | undefined;
  let bestLength = Number.POSITIVE_INFINITY;
  for (const entity of topology.entities) {
    const { at } = entity;
    if (at.file !== place.file) continue;
    const { node } = entity; // of a built-in profile it is parsed only now
    if (node === undefined || node.file !== place.file) continue;
    const length = node.end - at.start;
    if (at.start <= place.start && place.end <= node.end && length < bestLength) {
      best = entity;
      bestLength = length;
    }
  }
  return best;
}
