import type { Box } from '../build/box.js';
import type { Outline } from '../build/drawing.js';
import type { SceneGroup } from '../scene.js';

/** Between a box and the outline around it; less than half of what is between boxes. */
const DISTANCE = 4;

export function placeOutline(outline: Outline): SceneGroup {
  const tenants = new Set(outline.members.flatMap((box) => [...box.tenants]));
  return {
    id: outline.id,
    kind: outline.kind,
    label: outline.label,
    outlines: outline.covers.map(around),
    members: outline.members.map((box) => box.id),
    tenants: [...tenants],
    facts: outline.facts,
  };
}

function around(boxes: readonly Box[]): SceneGroup['outlines'][number] {
  // Rows lie too close together for anything between them.
  const areRows = boxes.every((box) => box.form === 'row');
  const distance = areRows ? 0 : DISTANCE;
  const x = Math.min(...boxes.map((box) => box.x)) - distance;
  const y = Math.min(...boxes.map((box) => box.y)) - distance;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + distance;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + distance;
  const labelAt = { x: right - 8, y: areRows ? y + (boxes[0] as Box).headerHeight / 2 : bottom };
  return { rect: { x, y, width: right - x, height: bottom - y }, labelAt };
}
