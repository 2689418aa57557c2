import type { Place } from '../text/source.js';

/**
 * What is known of one property. *Known* facts are declared, from a device profile or imported; *assumed* ones are
 * defaults of the language, with their source; the rest is *unknown*. A rule fires on known and assumed facts only.
 */
export type Fact<T> = Known<T> | Assumed<T> | Unknown;

export interface Known<T> {
  readonly state: 'known';
  readonly value: T;
  readonly at: Place;
}

export interface Assumed<T> {
  readonly state: 'assumed';
  readonly value: T;
  /** Where the default comes from. */
  readonly source: string;
}

export interface Unknown {
  readonly state: 'unknown';
}

export const unknown: Unknown = { state: 'unknown' };

/** The value of a known or assumed fact. */
export function valueOf<T>(fact: Fact<T>): T | undefined {
  return fact.state === 'unknown' ? undefined : fact.value;
}

export function known<T>(value: T, at: Place): Known<T> {
  return { state: 'known', value, at };
}

export function assumed<T>(value: T, source: string): Assumed<T> {
  return { state: 'assumed', value, source };
}

/** The first fact that is not unknown. */
export function firstKnown<T>(...facts: readonly Fact<T>[]): Fact<T> {
  return facts.find((fact) => fact.state !== 'unknown') ?? unknown;
}

/** The place of a known fact, or else the place given. */
export function placeOfFact(fact: Fact<unknown>, otherwise: Place): Place {
  return fact.state === 'known' ? fact.at : otherwise;
}

/** True and false where decided; undefined where the fact is unknown. */
export function is<T>(fact: Fact<T>, ...values: readonly T[]): boolean | undefined {
  return fact.state === 'unknown' ? undefined : values.includes(fact.value);
}
