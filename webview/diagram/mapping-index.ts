import type { Scene, SceneEdge, SceneNode } from '../../src/diagram/scene.js';

/** What lights up together. */
export interface Lit {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  /** Everything else stands back even if no edge is lit. */
  readonly isWays?: boolean;
}

/** Finds the mappings that pass a node: from the virtual device down to what serves it, whichever end one starts at. */
export class MappingIndex {
  readonly #nodes: ReadonlyMap<string, SceneNode>;
  readonly #children = new Map<string, string[]>();
  /** Edges by the nodes at their ends, and by the virtual devices that use them. */
  readonly #edgesAt = new Map<string, SceneEdge[]>();
  readonly #edgesOf = new Map<string, SceneEdge[]>();

  constructor(scene: Scene) {
    this.#nodes = new Map(scene.nodes.map((node) => [node.id, node]));
    for (const node of scene.nodes) if (node.parent !== null) add(this.#children, node.parent, node.id);
    for (const edge of scene.edges) {
      add(this.#edgesAt, edge.from, edge);
      add(this.#edgesAt, edge.to, edge);
      for (const user of edge.users) add(this.#edgesOf, user, edge);
    }
  }

  /** Everything on the mappings that pass a node or what is inside it. */
  through(id: string): Lit {
    const inside = this.#within(id);
    const own = inside.filter((node) => this.#edgesOf.has(node));
    // Hardware is not the user of an edge: those who use the edges that end in it are.
    const users = own.length > 0 ? own : inside.flatMap((node) => (this.#edgesAt.get(node) ?? []).flatMap((edge) => edge.users));
    const edges = [...new Set(users)].flatMap((user) => this.#edgesOf.get(user) ?? []);
    const nodes = new Set([...inside, ...users, ...edges.flatMap(({ from, to }) => [from, to])]);
    for (const node of [...nodes]) for (const outer of this.#around(node)) nodes.add(outer);
    return { nodes, edges: new Set(edges.map((edge) => edge.id)) };
  }

  /** Ways that are given as nodes: these, what they are inside of, and the edges between them. */
  along(ids: readonly string[]): Lit {
    const nodes = new Set(ids);
    const edges = new Set(
      ids.flatMap((id) =>
        (this.#edgesAt.get(id) ?? []).flatMap(({ id: edge, from, to }) => (nodes.has(from) && nodes.has(to) ? [edge] : [])),
      ),
    );
    for (const node of ids) for (const outer of this.#around(node)) nodes.add(outer);
    return { nodes, edges, isWays: true };
  }

  #within(id: string): string[] {
    const found = [id];
    for (let i = 0; i < found.length; i++) found.push(...(this.#children.get(found[i] as string) ?? []));
    return found;
  }

  #around(id: string): string[] {
    const found: string[] = [];
    for (let at = this.#nodes.get(id)?.parent ?? null; at !== null; at = this.#nodes.get(at)?.parent ?? null) found.push(at);
    return found;
  }
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
