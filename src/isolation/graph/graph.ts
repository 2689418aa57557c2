import type { Host } from '../../core/model/host.js';
import type { Component, ComponentType, Edge, EdgeKind } from '../component.js';

/** The components of a design, and what acts on what whoever sends it. Made on demand, each once. */
export class ComponentGraph {
  readonly #components = new Map<string, Component>();
  readonly #out = new Map<Component, readonly Edge[]>();

  /** @param next the edges out of a component; asked once for each. */
  constructor(private readonly next: (component: Component, graph: ComponentGraph) => readonly Edge[]) {}

  component(type: ComponentType, id: string, entity: string, subject: unknown, host: Host | undefined): Component {
    const key = `${type} ${id}`;
    let component = this.#components.get(key);
    if (component === undefined) {
      component = { id, type, entity, subject, host };
      this.#components.set(key, component);
    }
    return component;
  }

  edges(component: Component): readonly Edge[] {
    let edges = this.#out.get(component);
    if (edges === undefined) {
      edges = [];
      this.#out.set(component, edges);
      edges = this.next(component, this);
      this.#out.set(component, edges);
    }
    return edges;
  }
}

export function edge(to: Component, kind: EdgeKind, fork?: string): Edge {
  return fork === undefined ? { to, kind } : { to, kind, fork };
}
