import { type DiagramOptions, drawDiagram } from '../../src/diagram/diagram.js';
import type { Point, Rect, Scene, SceneNode } from '../../src/diagram/scene.js';
import { analyse } from '../support/check.js';

/** Draws a design given as text or as an object. */
export async function sceneOf(design: string | object, options: DiagramOptions = {}): Promise<Scene> {
  const text = typeof design === 'string' ? design : JSON.stringify(design);
  const { topology, diagnostics } = await analyse(text);
  return drawDiagram(topology, { diagnostics, ...options });
}

export function byId(scene: Scene): Map<string, SceneNode> {
  return new Map(scene.nodes.map((node) => [node.id, node]));
}

export function node(scene: Scene, id: string): SceneNode {
  const found = scene.nodes.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no node ${id}; there are ${scene.nodes.map((n) => n.id).join(' ')}`);
  return found;
}

/** Ids of a node and of everything around it. */
function withAncestors(id: string, nodes: ReadonlyMap<string, SceneNode>): Set<string> {
  const ids = new Set<string>();
  for (let at: string | null = id; at !== null; at = nodes.get(at)?.parent ?? null) ids.add(at);
  return ids;
}

const contains = (outer: Rect, inner: Rect) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

const overlap = (a: Rect, b: Rect) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const isOnBorder = ({ x, y }: Point, r: Rect) =>
  ((x === r.x || x === r.x + r.width) && y >= r.y && y <= r.y + r.height) ||
  ((y === r.y || y === r.y + r.height) && x >= r.x && x <= r.x + r.width);

/** Whether a horizontal or vertical stretch passes through the inside of a box. */
function crosses(a: Point, b: Point, r: Rect): boolean {
  const line = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
  return (
    line.x < r.x + r.width &&
    r.x < line.x + line.width + 1e-6 &&
    line.y < r.y + r.height &&
    r.y < line.y + line.height + 1e-6 &&
    !(line.width === 0 && line.x <= r.x) &&
    !(line.height === 0 && line.y <= r.y)
  );
}

/** Everything that must hold of any scene; each string is something that does not. */
export function flaws(scene: Scene): string[] {
  const nodes = byId(scene);
  const found: string[] = [];
  if (nodes.size !== scene.nodes.length) found.push('two nodes have one id');
  const siblings = new Map<string | null, SceneNode[]>();
  const seen = new Set<string>();
  for (const item of scene.nodes) {
    if (item.parent !== null && !seen.has(item.parent)) found.push(`${item.id} comes before its parent`);
    seen.add(item.id);
    const parent = item.parent === null ? undefined : nodes.get(item.parent);
    if (parent !== undefined && !contains(parent.rect, item.rect)) found.push(`${item.id} is not inside ${parent.id}`);
    if (item.rect.width <= 0 || item.rect.height <= 0) found.push(`${item.id} has no size`);
    siblings.set(item.parent, [...(siblings.get(item.parent) ?? []), item]);
  }
  const all = { x: 0, y: 0, ...scene.size };
  for (const list of siblings.values()) {
    for (const [i, a] of list.entries()) {
      if (!contains(all, a.rect)) found.push(`${a.id} is outside of the picture`);
      for (const b of list.slice(i + 1)) if (overlap(a.rect, b.rect)) found.push(`${a.id} overlaps ${b.id}`);
    }
  }
  for (const edge of scene.edges) {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    const [first, last] = [edge.points[0], edge.points.at(-1)];
    if (from === undefined || to === undefined || first === undefined || last === undefined) {
      found.push(`${edge.id} leads nowhere`);
      continue;
    }
    if (!isOnBorder(first, from.rect)) found.push(`${edge.id} does not start on the border of ${from.id}`);
    if (!isOnBorder(last, to.rect)) found.push(`${edge.id} does not end on the border of ${to.id}`);
    const related = new Set([...withAncestors(edge.from, nodes), ...withAncestors(edge.to, nodes)]);
    for (let i = 1; i < edge.points.length; i++) {
      const [a, b] = [edge.points[i - 1], edge.points[i]] as [Point, Point];
      if (a.x !== b.x && a.y !== b.y) found.push(`${edge.id} is not orthogonal`);
      for (const other of scene.nodes)
        if (!related.has(other.id) && crosses(a, b, other.rect)) found.push(`${edge.id} runs through ${other.id}`);
    }
  }
  return found;
}
