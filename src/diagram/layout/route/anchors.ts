import type { Box } from '../../build/box.js';

/** Height at which lines end at a box: the middle of its own part, above its children. */
export function anchorY(box: Box): number {
  return box.y + (box.form === 'guest' ? box.height : box.headerHeight) / 2;
}

/** How far from there a line may end so that it does not touch a corner. */
function reach(box: Box): number {
  return Math.max(0, Math.min(box.headerHeight / 2 - 4, 14));
}

/** Distance between lines that end side by side, where there is room. */
const SPACING = 6;

/**
 * Heights for lines that end at one side of a box, evenly around its anchor.
 *
 * @param count how many lines.
 */
export function anchors(box: Box, count: number): number[] {
  const middle = anchorY(box);
  const spacing = count < 2 ? 0 : Math.min(SPACING, (2 * reach(box)) / (count - 1));
  return Array.from({ length: count }, (_, i) => middle + (i - (count - 1) / 2) * spacing);
}
