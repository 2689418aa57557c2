import { type Diagnostic, messageText } from '../core/diagnostics/diagnostic.js';
import type { TextEdit } from '../core/text/edits.js';
import type { Analysis } from './check.js';

/** What makes a finding the same in two versions of a design: its rule, its entity, and all that its message says. */
function identity({ code, path, message }: Diagnostic): string {
  return `${code} ${path ?? ''} ${messageText(message)}`;
}

/** Findings of `after` that have no counterpart of the same key in `before`. */
export function surplus(
  before: Analysis,
  after: Analysis,
  counts: (diagnostic: Diagnostic) => boolean,
  keyOf: (diagnostic: Diagnostic) => string,
): Diagnostic[] {
  const left = new Map<string, number>();
  for (const diagnostic of before.diagnostics) {
    if (!counts(diagnostic)) continue;
    const key = keyOf(diagnostic);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return after.diagnostics.filter((diagnostic) => {
    if (!counts(diagnostic)) return false;
    const key = keyOf(diagnostic);
    const n = (left.get(key) ?? 0) - 1;
    left.set(key, n);
    return n < 0;
  });
}

/**
 * Whether edits take a finding away. The number of findings of its rule going down is not enough: the same may be said of
 * another entity instead. What the rule says newly must be what it said before of the same entity, or at the same place, in
 * other words.
 */
export function removes(diagnostic: Diagnostic, before: Analysis, after: Analysis, edits: readonly TextEdit[]): boolean {
  const isOfRule = ({ code }: Diagnostic) => code === diagnostic.code;
  const gone = surplus(after, before, isOfRule, identity);
  const wanted = identity(diagnostic);
  const at = gone.findIndex((other) => identity(other) === wanted);
  if (at < 0) return false;
  const reworded = gone.filter((_, i) => i !== at);
  const told = new Set(reworded.map(({ path }) => path ?? ''));
  const places = new Set(reworded.map((other) => placeAfter(other, edits)));
  const fresh = surplus(before, after, isOfRule, identity);
  return fresh.length < gone.length && fresh.every((other) => told.has(other.path ?? '') || places.has(placeAfter(other, [])));
}

/** Where a finding stands once edits are made. */
function placeAfter({ at }: Diagnostic, edits: readonly TextEdit[]): string {
  let start = at.start;
  for (const { file, start: from, end, newText } of edits) if (file === at.file && end <= at.start) start += newText.length - (end - from);
  return `${at.file.uri} ${start}`;
}
