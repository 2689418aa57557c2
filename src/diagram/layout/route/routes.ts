import type { Box, Link } from '../../build/box.js';
import type { Point } from '../../scene.js';
import type { Geometry, Interval } from '../arrange.js';
import { type Bundle, bundle } from './bundles.js';
import { Corridors } from './corridors.js';
import { assignTracks, type Trunk } from './tracks.js';

/** The vertical parts of one bundle, in the order in which its lines take them. */
interface Legs {
  readonly bundle: Bundle;
  readonly trunks: readonly { readonly trunk: Trunk; readonly gutter: number }[];
}

/** The gutter inside the frame, to the right of the last column. */
const INNER_RIGHT = -1;

/**
 * Gives every line its route: out of the box on the right, along a trunk in the gutter, through a corridor where columns lie
 * between, and into the box on its left. Horizontal parts run where no box is, vertical ones in gutters only.
 */
export function route(links: readonly Link[], geometry: Geometry): void {
  const corridors = geometry.lanes.map((lane) => new Corridors(lane));
  const legs = bundle(links).map((b): Legs => ({ bundle: b, trunks: trunksOf(b, geometry, corridors) }));
  const byGutter = new Map<number, Trunk[]>();
  for (const { trunks } of legs) {
    for (const { trunk, gutter } of trunks) {
      const list = byGutter.get(gutter);
      if (trunk.from === trunk.to) continue; // the line goes straight on
      if (list === undefined) byGutter.set(gutter, [trunk]);
      else list.push(trunk);
    }
  }
  for (const [gutter, trunks] of byGutter)
    assignTracks(trunks, gutter === INNER_RIGHT ? innerRight(geometry) : (geometry.gutters[gutter] as Interval));
  for (const leg of legs) draw(leg);
}

function innerRight({ innerRight: room }: Geometry): Interval {
  return room.to > room.from ? room : { from: room.from, to: room.from + 2 };
}

function trunksOf(b: Bundle, geometry: Geometry, corridors: readonly Corridors[]): Legs['trunks'] {
  const [start] = b.starts as [Box];
  const ys = [...b.startYs.values()];
  const last = geometry.columns.length - 2;
  switch (b.way) {
    case 'inside':
      return [];
    case 'loop':
      return [{ trunk: trunkOf(ys, b.endY), gutter: start.column < last ? start.column : INNER_RIGHT }];
    case 'forward': {
      const first = start.column + 1;
      const final = b.end.column - 1;
      if (first > final) return [{ trunk: trunkOf(ys, b.endY), gutter: start.column }];
      const y = corridors[start.lane]?.pass(first, final, b.endY) ?? b.endY;
      return [
        { trunk: trunkOf(ys, y), gutter: start.column },
        { trunk: trunkOf([y], b.endY), gutter: final },
      ];
    }
    case 'far': {
      const y1 = start.column < last ? corridors[start.lane]?.pass(start.column + 1, last, b.endY) : undefined;
      const y2 = b.end.column < last ? corridors[b.end.lane]?.pass(b.end.column + 1, last, y1 ?? b.endY) : undefined;
      return [
        ...(y1 === undefined ? [] : [{ trunk: trunkOf(ys, y1), gutter: start.column }]),
        { trunk: trunkOf(y1 === undefined ? ys : [y1], y2 ?? b.endY), gutter: last },
        ...(y2 === undefined ? [] : [{ trunk: trunkOf([y2], b.endY), gutter: b.end.column }]),
      ];
    }
  }
}

function trunkOf(entries: readonly number[], exit: number): Trunk {
  return {
    from: Math.min(exit, ...entries),
    to: Math.max(exit, ...entries),
    entry: entries.reduce((sum, y) => sum + y, 0) / Math.max(1, entries.length),
    exit,
    x: 0,
  };
}

function draw({ bundle: b, trunks }: Legs): void {
  for (const [i, link] of b.links.entries()) {
    const start = b.starts[i] as Box;
    const y = b.startYs.get(start) as number;
    const isOnRight = b.way === 'loop' || b.way === 'far';
    const points: Point[] = [{ x: start.x + start.width, y }];
    let at = y;
    if (b.way === 'inside') {
      // Halfway between the two, where nothing else is.
      const x = (start.x + start.width + b.end.x) / 2;
      points.push({ x, y }, { x, y: b.endY });
    }
    for (const { trunk } of trunks) {
      points.push({ x: trunk.x, y: at }, { x: trunk.x, y: trunk.exit });
      at = trunk.exit;
    }
    points.push({ x: isOnRight ? b.end.x + b.end.width : b.end.x, y: b.endY });
    const route = simplified(points);
    link.points = b.isReversed ? route.reverse() : route;
  }
}

/** Without points at which nothing turns. */
function simplified(points: readonly Point[]): Point[] {
  const result: Point[] = [];
  for (const raw of points) {
    const point = { x: round(raw.x), y: round(raw.y) };
    const before = result.at(-1);
    if (before !== undefined && before.x === point.x && before.y === point.y) continue;
    const earlier = result.at(-2);
    if (
      before !== undefined &&
      earlier !== undefined &&
      ((earlier.x === before.x && before.x === point.x) || (earlier.y === before.y && before.y === point.y))
    )
      result[result.length - 1] = point;
    else result.push(point);
  }
  return result;
}

/** Tenths of a pixel are finer than anybody sees, and keep files short. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
