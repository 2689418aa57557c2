import type { Rect, Size } from '../../src/diagram/scene.js';
import type { Camera } from '../state.js';

const SMALLEST = 0.05;
const LARGEST = 4;
const MARGIN = 16;
/** Below this a label cannot be read. */
const READABLE = 0.6;

/** The whole picture in the pane, and no larger than it is. */
export function fitted(picture: Size, pane: Size): Camera {
  const room = { width: Math.max(1, pane.width - 2 * MARGIN), height: Math.max(1, pane.height - 2 * MARGIN) };
  const scale = clamp(Math.min(1, room.width / picture.width, room.height / picture.height));
  return {
    scale,
    x: Math.max(MARGIN, (pane.width - picture.width * scale) / 2),
    y: Math.max(MARGIN, (pane.height - picture.height * scale) / 2),
  };
}

/** What one sees first: everything if it can be read like that, else the upper left part of it. */
export function opening(picture: Size, pane: Size): Camera {
  const whole = fitted(picture, pane);
  return whole.scale >= READABLE ? whole : { scale: READABLE, x: MARGIN, y: MARGIN };
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
