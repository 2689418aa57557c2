import type { Scene, SceneNode } from '../../src/diagram/scene.js';

/** Nodes that a search means: every word of it is found somewhere in what the node says. */
export function matching(scene: Scene, search: string): SceneNode[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return scene.nodes.filter((node) => {
    const text = [node.path, node.label, node.sublabel, node.kind, ...node.facts, ...node.covers].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Ids of what one tenant uses, with all that is around it; null for all tenants. */
export function ofTenant(scene: Scene, tenant: string): ReadonlySet<string> | null {
  if (tenant === '') return null;
  const byId = new Map(scene.nodes.map((node) => [node.id, node]));
  const found = new Set<string>();
  for (const node of scene.nodes) {
    if (!node.tenants.includes(tenant)) continue;
    for (
      let at: SceneNode | undefined = node;
      at !== undefined && !found.has(at.id);
      at = at.parent === null ? undefined : byId.get(at.parent)
    )
      found.add(at.id);
  }
  return found;
}
