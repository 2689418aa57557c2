import type { SceneNode } from '../../src/diagram/scene.js';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The node that an arrow key goes to: the nearest one that way, where sideways distance counts double so that the focus stays
 * in its row or column.
 */
export function neighbour(nodes: readonly SceneNode[], from: SceneNode, direction: Direction): SceneNode | undefined {
  const start = anchor(from);
  let best: SceneNode | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    if (node === from) continue;
    const at = anchor(node);
    const [along, across] = {
      left: [start.x - at.x, at.y - start.y],
      right: [at.x - start.x, at.y - start.y],
      up: [start.y - at.y, at.x - start.x],
      down: [at.y - start.y, at.x - start.x],
    }[direction] as [number, number];
    if (along <= 0) continue;
    const distance = along + 2 * Math.abs(across);
    if (distance < bestDistance) {
      best = node;
      bestDistance = distance;
    }
  }
  return best;
}

/** Where a node is for the eye: the middle of its header. */
function anchor({ rect, headerHeight }: SceneNode): { x: number; y: number } {
  return { x: rect.x + Math.min(rect.width, 200) / 2, y: rect.y + (headerHeight > 0 ? headerHeight : rect.height) / 2 };
}
