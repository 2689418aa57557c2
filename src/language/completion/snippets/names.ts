import type { Entity } from '../../../core/model/entity.js';
import type { EntityKind } from '../../../core/model/entity-kind.js';
import type { Topology } from '../../../core/model/topology.js';
import { hole, type Snippet } from '../snippet.js';

/** A whole entity to insert into a map: a name for its id, and its value. */
export interface EntitySnippet {
  readonly label: string;
  readonly detail: string;
  readonly id: string;
  /** Place 1 is the id; the places of the value count on from 2. */
  readonly value: Snippet;
}

/** Where an entity is to be inserted. */
export interface SnippetPlace {
  readonly topology: Topology;
  /** The entity that holds the map; undefined at the top of the document. */
  readonly owner: Entity | undefined;
}

/** So many names are offered in a choice; the rest is what completion is for. */
const MAX_NAMES = 20;

/** Names of the design to put into a snippet; where there are none, one that could be. */
export class Names {
  readonly owner: Entity | undefined;

  constructor(private readonly place: SnippetPlace) {
    this.owner = place.owner;
  }

  of(kinds: readonly EntityKind[], test: (entity: Entity) => boolean = () => true): string[] {
    const { topology, owner } = this.place;
    const visible = topology.scopes.visible(owner, kinds).filter(({ entity }) => test(entity));
    return visible.slice(0, MAX_NAMES).map(({ text }) => text);
  }

  hole(number: number, kinds: readonly EntityKind[], otherwise: string): Snippet {
    const names = this.of(kinds);
    return hole(number, ...(names.length === 0 ? [otherwise] : names));
  }

  /** The inside of a list with one name, or with none. */
  list(number: number, kinds: readonly EntityKind[]): Snippet {
    return this.of(kinds).length === 0 ? `$${number}` : `"${this.hole(number, kinds, '')}"`;
  }
}
