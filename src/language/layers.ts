import type { Profile, Template } from '../core/model/document.js';
import type { Entity } from '../core/model/entity.js';
import { valueOf } from '../core/model/fact.js';
import type { Topology } from '../core/model/topology.js';
import { child, type SyntaxNode } from '../core/text/tree.js';

/** What an entity takes keys from that it does not state itself, the nearest first. */
export function layersBelow(topology: Topology, entity: Entity): (Template | Profile)[] {
  switch (entity.kind) {
    case 'guest':
    case 'virtual-device':
      return chain(topology.templates, valueOf(entity.facts.extends)?.text);
    case 'template':
      return chain(topology.templates, textOf(child(entity.node, 'extends'))).filter((template) => template !== entity);
    case 'device':
      return chain(topology.profiles, valueOf(entity.facts.profile)?.text);
    case 'profile':
      return chain(topology.profiles, textOf(child(entity.node, 'extends'))).filter((profile) => profile !== entity);
    default:
      return [];
  }
}

function chain<T extends Template | Profile>(known: readonly T[], first: string | undefined): T[] {
  const found: T[] = [];
  let name = first;
  while (name !== undefined) {
    const next = known.find(({ id }) => id === name);
    if (next === undefined || found.includes(next)) break;
    found.push(next);
    name = textOf(child(next.node, 'extends'));
  }
  return found;
}

function textOf(node: SyntaxNode | undefined): string | undefined {
  return node?.type === 'string' ? (node.value as string) : undefined;
}
