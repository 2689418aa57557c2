import type { Point, SceneEdge } from '../scene.js';
import { escape } from './escape.js';
import type { Palette } from './palette.js';

const RADIUS = 6;

/** A line with rounded corners, so that where lines join differs from where they cross, and a dot where it ends. */
export function drawEdge(edge: SceneEdge, palette: Palette): string {
  const end = edge.points.at(-1);
  if (end === undefined) return '';
  const isShort = (edge.shortfallRatio ?? 0) > 0.01;
  const tenant = palette.className(edge.tenant);
  const width = edge.width === 1.5 ? '' : ` stroke-width="${Math.round(edge.width * 10) / 10}"`;
  return [
    `<g data-id="${escape(edge.id)}" data-from="${escape(edge.from)}" data-to="${escape(edge.to)}"><title>${escape(words(edge))}</title>`,
    `<path d="${pathOf(edge.points)}" class="e k-${edge.kind}${tenant}${isShort ? ' short' : ''}"${palette.attribute(edge.tenant, 'stroke')}${width === '' ? ' stroke-width="1.5"' : width}/>`,
    `<circle cx="${end.x}" cy="${end.y}" r="2.5" class="dot${tenant}"${palette.attribute(edge.tenant, 'fill')}/></g>`,
  ].join('');
}

/** Labels come after all lines, so that none of them strikes one out. */
export function drawEdgeLabel(edge: SceneEdge): string {
  if (edge.labelAt === null || edge.label === '') return '';
  return `<text x="${edge.labelAt.x}" y="${edge.labelAt.y}" class="el${edge.labelAt.anchor === 'end' ? ' r' : ''}">${escape(edge.label)}</text>`;
}

function words(edge: SceneEdge): string {
  const parts = [`${edge.from} → ${edge.to}`];
  if (edge.count > 1) parts.push(`${edge.count} mappings`);
  if (edge.tenant !== null) parts.push(edge.tenant);
  if (edge.label !== '') parts.push(edge.label);
  return parts.join(', ');
}

export function pathOf(points: readonly Point[]): string {
  const [first] = points;
  if (first === undefined) return '';
  const parts = [`M${first.x} ${first.y}`];
  for (let i = 1; i < points.length - 1; i++) {
    const [before, corner, after] = [points[i - 1], points[i], points[i + 1]] as [Point, Point, Point];
    const radius = Math.min(RADIUS, distance(before, corner) / 2, distance(corner, after) / 2);
    const from = towards(corner, before, radius);
    const to = towards(corner, after, radius);
    parts.push(`L${from.x} ${from.y}Q${corner.x} ${corner.y} ${to.x} ${to.y}`);
  }
  const last = points.at(-1) as Point;
  parts.push(`L${last.x} ${last.y}`);
  return parts.join('');
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const round = (value: number) => Math.round(value * 10) / 10;
  return { x: round(from.x + Math.sign(to.x - from.x) * length), y: round(from.y + Math.sign(to.y - from.y) * length) };
}
