import type { Entity } from '../../core/model/entity.js';
import type { Json } from '../../core/text/tree.js';
import type { IsolationClass } from '../component.js';
import type { Axis, Interval } from '../grade.js';
import type { Hold } from '../graph/reach.js';

/** A fact that nobody stated and that decides a grade. */
export interface OpenFact {
  /** Reference of the entity it is about. */
  readonly entity: string;
  /** Dotted property, as it is written. */
  readonly property: string;
}

/** Changes of the design that together take away a cause. */
export interface Remedy {
  readonly title: string;
  readonly changes: readonly RemedyChange[];
}

export interface RemedyChange {
  readonly entity: Entity;
  readonly keys: readonly string[];
  /** Undefined takes the property away. */
  readonly value: Json | undefined;
}

/** One reason for a grade: what the aggressor can do to the victim in a component, and why. */
export interface Cause {
  readonly axis: Axis;
  readonly about: IsolationClass;
  readonly interval: Interval;
  /** A full sentence without its full stop. */
  readonly reason: string;
  readonly open?: readonly OpenFact[];
  /** What would take it away; worked out when somebody asks. */
  readonly remedies?: readonly Remedy[] | (() => readonly Remedy[]);
  /** Nothing that can be configured would change it. */
  readonly isInherent?: boolean;
  /** A timing channel through it is documented. */
  readonly isTimingChannel?: boolean;
}

/** The same with every property in its place: what has one layout in memory is read several times faster, and causes are read often. */
export function laidOut({ axis, about, interval, reason, open, remedies, isInherent, isTimingChannel }: Cause): Cause {
  return { axis, about, interval, reason, open: open ?? [], remedies: remedies ?? [], isInherent, isTimingChannel };
}

/** The remedies of a cause; a remedy alone may not be enough for a component. */
export function remediesOf({ remedies }: Cause): readonly Remedy[] {
  return typeof remedies === 'function' ? remedies() : (remedies ?? []);
}

/** Remembers what was worked out for a key; for what many pairs ask of one tenant. */
export function remembered<Key extends object, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let entry = known.get(key);
    if (entry === undefined) {
      entry = { value: work(key) };
      known.set(key, entry);
    }
    return entry.value;
  };
}

/** The two sides of one direction: what `a` can do to `b`. */
export interface Direction {
  readonly a: Hold;
  readonly b: Hold;
  readonly vlans: FreeVlans;
}

/** VLANs that no device of the design uses. */
export interface FreeVlans {
  /** The first free one; the same each time it is asked for by one name. */
  for(name: string): number;
}

export function nameOf(hold: Hold): string {
  return hold.reach.tenant.id;
}
