import type { Box } from '../build/box.js';
import { sizes } from './sizes.js';

/** Beyond this depth padding shrinks, so that even the innermost box keeps room for its name. */
const ROOMY_DEPTH = 5;

/**
 * Gives a box and everything in it a size, and its children places relative to it: rows and frames below each other,
 * devices of a guest beside its name. What stands first does not depend on what comes later.
 */
export function measure(box: Box, width: number, depth = 0): void {
  box.width = width;
  switch (box.form) {
    case 'row':
      box.headerHeight = box.isTall ? sizes.tallRowHeight : sizes.rowHeight;
      break;
    case 'thread':
      box.headerHeight = sizes.threadHeight;
      break;
    case 'card':
      box.headerHeight = sizes.cardHeight;
      break;
    case 'frame':
      box.headerHeight = sizes.frameHeader;
      break;
    case 'guest':
      measureGuest(box, width);
      return;
  }
  const padding = depth < ROOMY_DEPTH ? sizes.framePadding : sizes.framePadding / 2;
  if (box.children.length === 0) box.height = box.headerHeight;
  else if (box.isSplit) {
    const left = stack(
      box.children.filter((child) => child.isLeft),
      padding,
      box.headerHeight,
      sizes.splitLeft,
      depth,
    );
    const x = padding + sizes.splitLeft + sizes.boxGap;
    const right = stack(
      box.children.filter((child) => !child.isLeft),
      x,
      box.headerHeight,
      width - x - padding,
      depth,
    );
    box.height = Math.max(left, right) + padding;
  } else box.height = stack(box.children, padding, box.headerHeight, width - 2 * padding, depth) + padding;
}

/** @returns where the last child ends. */
function stack(children: readonly Box[], x: number, top: number, width: number, depth: number): number {
  let y = top;
  let before: Box | undefined;
  for (const child of children) {
    measure(child, width, depth + 1);
    if (before !== undefined) y += before.form === 'row' && child.form === 'row' ? sizes.rowGap : sizes.boxGap;
    child.x = x;
    child.y = y;
    y += child.height;
    before = child;
  }
  return y;
}

function measureGuest(box: Box, width: number): void {
  const { name, padding, device, gap, minHeight } = sizes.guest;
  const hasThreads = box.children.some((child) => child.form === 'thread');
  const rowWidth = hasThreads ? device : width - name - padding;
  let y = padding;
  let row: Box | undefined;
  for (const child of box.children) {
    if (child.form === 'thread') {
      const x = name + device + gap;
      measure(child, width - x - padding);
      child.x = x;
      child.y = row === undefined ? y : row.y + (sizes.rowHeight - sizes.threadHeight) / 2;
      continue;
    }
    measure(child, rowWidth);
    child.x = name;
    child.y = y;
    y += child.height + sizes.rowGap;
    row = child;
  }
  box.height = Math.max(minHeight, y - sizes.rowGap + padding);
  box.headerHeight = box.height;
}

/** Moves a measured box, and all in it, to its place in the picture. */
export function place(box: Box, x: number, y: number, column: number, lane: number): void {
  box.x = x;
  box.y = y;
  box.column = column;
  box.lane = lane;
  for (const child of box.children) place(child, x + child.x, y + child.y, column, lane);
}
