import type { Box } from '../build/box.js';
import type { Outline } from '../build/drawing.js';
import type { SceneGroup } from '../scene.js';

/** Between a box and the outline around it; less than half of what is between boxes. */
const DISTANCE = 3;

export function placeOutline(outline: Outline): SceneGroup {
  const tenants = new Set(outline.members.flatMap((box) => [...box.tenants]));
  // A thing that is alone needs its name only.
  const hasLine = outline.members.length > 1;
  return {
    id: outline.id,
    kind: outline.kind,
    label: outline.label,
    outlines: outline.covers.map((boxes) => around(boxes, hasLine)),
    members: outline.members.map((box) => box.id),
    tenants: [...tenants],
    facts: outline.facts,
  };
}

function around(boxes: readonly Box[], hasLine: boolean): SceneGroup['outlines'][number] {
  // Rows lie too close together for anything between them.
  const areRows = boxes.every((box) => box.form === 'row');
  const distance = areRows || !hasLine ? 0 : DISTANCE;
  const x = Math.min(...boxes.map((box) => box.x)) - distance;
  const y = Math.min(...boxes.map((box) => box.y)) - distance;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + distance;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + distance;
  const labelAt = { x: right - 8, y: areRows ? y + (boxes[0] as Box).headerHeight / 2 : bottom };
  return { rect: { x, y, width: right - x, height: bottom - y }, labelAt, hasLine };
}
