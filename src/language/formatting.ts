import type { FormattingOptions, Range, TextEdit } from 'vscode-languageserver-types';
import { applyEdits, formatEdits } from '../core/text/edits.js';
import { parse } from '../core/text/parse.js';
import { offsetAt, rangeOf } from '../core/text/source.js';
import type { Document } from './document.js';

/**
 * Edits that indent and space a text, or a range of its lines. Comments stay. A text that is not whole JSON is left alone:
 * what its author meant cannot be told.
 */
export function formatting({ parsed, file }: Document, options: FormattingOptions, range?: Range): TextEdit[] {
  if (parsed.diagnostics.length > 0) return [];
  const span = range === undefined ? undefined : { start: offsetAt(file, range.start), end: offsetAt(file, range.end) };
  const { tabSize, insertSpaces, insertFinalNewline } = options;
  const edits = formatEdits(file, span, { tabSize, insertSpaces, ...(insertFinalNewline === true ? { insertFinalNewline } : {}) });
  // Made of the same scanner that read the text, but it would be a pity about the one design where they disagree.
  const after = parse({ uri: file.uri, text: applyEdits(file.text, edits) });
  if (after.diagnostics.length > 0) return [];
  return edits.map((edit) => ({ range: rangeOf(edit), newText: edit.newText }));
}
