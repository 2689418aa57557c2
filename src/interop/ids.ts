import { ID_PATTERN } from '../core/schema/source/dsl.js';

const VALID = new RegExp(ID_PATTERN);
const MAX_LENGTH = 60;

/**
 * An id made of any name: letters lose their accents, everything an id cannot hold becomes a hyphen.
 * `"Web Server (prod)"` is `Web-Server-prod`, `"0815"` is `_0815`, `"名前"` is the fallback.
 */
export function idFrom(name: string, fallback: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}+/gu, '');
  const id = plain
    .replace(/-*[^A-Za-z0-9_.-]+-*/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^[-.]+|[-.]+$/g, '');
  if (!/[A-Za-z0-9]/.test(id)) return fallback;
  return /^[A-Za-z_]/.test(id) ? id : `_${id}`;
}

export function isId(text: string): boolean {
  return VALID.test(text);
}

/** Ids of one map that are taken, in the design or in this import. */
export class IdPool {
  readonly #taken: Set<string>;
  /** Where the search for a free number went on, so that a thousand guests of one name stay a thousand steps. */
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  has(id: string): boolean {
    return this.#taken.has(id);
  }

  /** The id itself, or with the first number that is free: `web`, `web-2`, `web-3`. */
  take(wanted: string): string {
    if (!this.#taken.has(wanted)) {
      this.#taken.add(wanted);
      return wanted;
    }
    return this.#count(`${wanted}-`, 2);
  }

  /** The first free of `prefix0`, `prefix1`, … */
  next(prefix: string): string {
    return this.#count(prefix, 0);
  }

  #count(prefix: string, from: number): string {
    let n = this.#next.get(prefix) ?? from;
    while (this.#taken.has(`${prefix}${n}`)) n++;
    this.#next.set(prefix, n + 1);
    this.#taken.add(`${prefix}${n}`);
    return `${prefix}${n}`;
  }
}
