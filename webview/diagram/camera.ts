import type { Rect, Scene, Size } from '../../src/diagram/scene.js';
import type { Camera } from '../state.js';

const SMALLEST = 0.05;
const LARGEST = 4;
const MARGIN = 16;
/** Below this a label cannot be read. */
const READABLE = 0.6;

/** The part of a scene that something is drawn in: a panel has its title above it and needs no room for another. */
export function contentOf({ nodes, headings, legend }: Scene): Rect {
  const rects = [...nodes.map(({ rect }) => rect), ...headings.map(({ x, y }) => ({ x, y: y - 10, width: 0, height: 10 })), legend.rect];
  const drawn = rects.filter(({ width, height }) => width > 0 || height > 0);
  if (drawn.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  // A loop, because a picture may have more nodes than a call may have arguments.
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const { x, y, width, height } of drawn) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The whole picture in the pane, and no larger than it is. */
export function fitted(picture: Rect, pane: Size): Camera {
  const room = { width: Math.max(1, pane.width - 2 * MARGIN), height: Math.max(1, pane.height - 2 * MARGIN) };
  const scale = clamp(Math.min(1, room.width / picture.width, room.height / picture.height));
  return {
    scale,
    x: Math.max(MARGIN, (pane.width - picture.width * scale) / 2) - picture.x * scale,
    y: Math.max(MARGIN, (pane.height - picture.height * scale) / 2) - picture.y * scale,
  };
}

/** What one sees first: everything if it can be read like that, else the upper left part of it. */
export function opening(picture: Rect, pane: Size): Camera {
  const whole = fitted(picture, pane);
  if (whole.scale >= READABLE) return whole;
  return { scale: READABLE, x: MARGIN - picture.x * READABLE, y: MARGIN - picture.y * READABLE };
}

/** Larger or smaller around a point of the pane, which stays where it is. */
export function zoomed(camera: Camera, factor: number, at: { readonly x: number; readonly y: number }): Camera {
  const scale = clamp(camera.scale * factor);
  const change = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * change, y: at.y - (at.y - camera.y) * change };
}

export function moved(camera: Camera, x: number, y: number): Camera {
  return { ...camera, x: camera.x + x, y: camera.y + y };
}

/** The same camera if a place can be seen, else one that has it in the middle. */
export function showing(camera: Camera, place: Rect, pane: Size): Camera {
  const left = camera.x + place.x * camera.scale;
  const top = camera.y + place.y * camera.scale;
  const right = left + place.width * camera.scale;
  const bottom = top + place.height * camera.scale;
  const isSeen = left >= 0 && top >= 0 && right <= pane.width && bottom <= pane.height;
  // What is larger than the pane is seen when its upper left corner is.
  const isLarge = right - left > pane.width || bottom - top > pane.height;
  if (isSeen || (isLarge && left >= 0 && top >= 0 && left < pane.width - MARGIN && top < pane.height - MARGIN)) return camera;
  const width = Math.min(right - left, pane.width - 2 * MARGIN);
  const height = Math.min(bottom - top, pane.height - 2 * MARGIN);
  return {
    scale: camera.scale,
    x: (pane.width - width) / 2 - place.x * camera.scale,
    y: (pane.height - height) / 2 - place.y * camera.scale,
  };
}

function clamp(scale: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, scale));
}
