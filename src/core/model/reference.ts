import type { Place } from '../text/source.js';
import type { ReferenceSegment } from '../units/reference.js';
import type { Entity } from './entity.js';
import type { EntityKind } from './entity-kind.js';

/** A reference as its author wrote it, and after binding what it names. */
export class Reference {
  /** Set by binding. Undefined where the reference leads nowhere; that is reported once, by the rules of references. */
  target: Entity | undefined;
  /** Which copies of a guest are meant, where the path goes through one with `count`. */
  copies: number | 'all' | undefined;
  /** Why there is no target. */
  failure: BindingFailure | undefined;

  constructor(
    readonly text: string,
    readonly at: Place,
    /** Kinds of entity that may stand here. */
    readonly kinds: readonly EntityKind[],
    readonly segments: readonly ReferenceSegment[],
  ) {}

  /** The target if it is of one of these kinds. */
  as<K extends EntityKind>(...kinds: readonly K[]): Extract<Entity, { kind: K }> | undefined {
    const { target } = this;
    return target !== undefined && (kinds as readonly EntityKind[]).includes(target.kind)
      ? (target as Extract<Entity, { kind: K }>)
      : undefined;
  }
}

export type BindingFailure =
  /** Nothing of that name; `candidates` are the names that could have stood there. */
  | { readonly kind: 'missing'; readonly segment: ReferenceSegment; readonly candidates: readonly string[] }
  /** It names something that may not stand here. */
  | { readonly kind: 'wrong-kind'; readonly found: Entity; readonly candidates: readonly string[] }
  /** Several hosts have it. */
  | { readonly kind: 'ambiguous'; readonly found: readonly Entity[] }
  /** A copy that `count` does not make. */
  | { readonly kind: 'no-such-copy'; readonly segment: ReferenceSegment; readonly count: number };
