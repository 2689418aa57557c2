import type { State } from './state.js';

/** Draws a part of the page. `before` is the state that was drawn last, undefined the first time. */
export type Draw = (state: State, before: State | undefined) => void;

/** Holds the state and has it drawn, once for all changes that are made together. */
export class Store {
  readonly #draws: Draw[] = [];
  #drawn: State | undefined;
  #isScheduled = false;

  constructor(private current: State) {}

  get state(): State {
    return this.current;
  }

  set(changes: Partial<State>): void {
    this.current = { ...this.current, ...changes };
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#draw());
  }

  /** Adds a part of the page, and draws it. */
  add(draw: Draw): void {
    this.#draws.push(draw);
    draw(this.current, undefined);
  }

  #draw(): void {
    this.#isScheduled = false;
    const before = this.#drawn;
    this.#drawn = this.current;
    for (const draw of this.#draws) draw(this.#drawn, before);
  }
}

/** True if one of these differs, or nothing was drawn before. */
export function changed<Key extends keyof State>(state: State, before: State | undefined, ...keys: readonly Key[]): boolean {
  return before === undefined || keys.some((key) => state[key] !== before[key]);
}
