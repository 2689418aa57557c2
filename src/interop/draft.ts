/** A value of a design to be written. */
export type DraftValue = string | number | boolean | readonly DraftValue[] | DraftObject;

export interface Note {
  /** Comment lines in front of the entry. */
  readonly above?: string | readonly string[] | undefined;
  /** A short comment behind it. */
  readonly behind?: string | undefined;
}

export interface DraftEntry extends Note {
  readonly key: string;
  readonly value: DraftValue;
}

/** An object of a design with comments, in reading order. */
export class DraftObject {
  readonly #entries = new Map<string, DraftEntry>();

  /** @param isBlock one entry a line even where all would fit on one. */
  constructor(readonly isBlock = false) {}

  /** Sets a key, or nothing where there is no value. A key set again keeps its place and its notes. */
  set(key: string, value: DraftValue | undefined, note: Note = {}): this {
    if (value !== undefined) this.#entries.set(key, { ...this.#entries.get(key), ...note, key, value });
    return this;
  }

  get(key: string): DraftValue | undefined {
    return this.#entries.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The object under a key, made where there is none. */
  object(key: string, isBlock = false): DraftObject {
    const before = this.get(key);
    if (before instanceof DraftObject) return before;
    const made = new DraftObject(isBlock);
    this.set(key, made);
    return made;
  }

  get entries(): readonly DraftEntry[] {
    return [...this.#entries.values()];
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }
}

/** An object of entries of which some may be absent. */
export function draft(entries: Readonly<Record<string, DraftValue | undefined>>, isBlock = false): DraftObject {
  const object = new DraftObject(isBlock);
  for (const [key, value] of Object.entries(entries)) object.set(key, value);
  return object;
}
