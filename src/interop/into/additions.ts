import type { TextEdit } from '../../core/text/edits.js';
import type { ParseResult } from '../../core/text/parse.js';
import { type ObjectNode, property } from '../../core/text/tree.js';
import { DraftObject } from '../draft.js';
import { insertEntries } from './insert.js';

/**
 * Edits that bring everything new of an import into a design: objects are joined key by key, and what the design has
 * already stays as it is. Values of different kind under one key are the design's to keep.
 */
export function additions(design: ParseResult, added: DraftObject): TextEdit[] {
  const edits: TextEdit[] = [];
  if (design.root?.type === 'object') join(design.root, added, edits, true);
  return edits;
}

function join(object: ObjectNode, added: DraftObject, edits: TextEdit[], isRoot = false): void {
  const fresh = new DraftObject(true);
  for (const { key, value, above, behind } of added.entries) {
    const before = property(object, key);
    if (before?.value === undefined) {
      // The design has a name of its own even where it does not say it.
      if (before === undefined && !(isRoot && key === 'name')) fresh.set(key, value, { above, behind });
    } else if (value instanceof DraftObject && before.value.type === 'object') {
      join(before.value, value, edits);
    }
  }
  if (!fresh.isEmpty) edits.push(...insertEntries(object, fresh));
}
