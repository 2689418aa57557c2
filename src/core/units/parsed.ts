import type { Message } from '../diagnostics/diagnostic.js';

/** What is wrong inside a text value. Offsets count from the start of the value, without its quotes. */
export interface ValueProblem {
  readonly start: number;
  readonly end: number;
  readonly message: Message;
  /** Whole values that would be right, the likeliest first. */
  readonly suggestions: readonly string[];
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ValueProblem };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function wrong(
  start: number,
  end: number,
  template: string,
  args: Record<string, string | number> = {},
  suggestions: readonly string[] = [],
): { readonly ok: false; readonly problem: ValueProblem } {
  return { ok: false, problem: { start, end, message: { template, args }, suggestions } };
}
