import { type TextEdit, unitOf } from '../../core/text/edits.js';
import { lineStarts, positionAt } from '../../core/text/source.js';
import type { ObjectNode } from '../../core/text/tree.js';
import type { DraftObject } from '../draft.js';
import { writeEntries } from '../iovt-writer.js';

/**
 * Edits that put entries behind the last one of an object. Nothing that stands in the text is touched: a comma goes behind
 * the last value if it has none, the entries go in front of the closing brace, behind any comments there.
 */
export function insertEntries(object: ObjectNode, entries: DraftObject): TextEdit[] {
  const { file } = object;
  const { text } = file;
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const unit = unitOf(text);
  const last = object.properties.at(-1);
  const brace = object.end - 1;
  const outer = indentOfLine(object, object.start);
  const inner = last !== undefined && isFirstOnLine(object, last.keyStart) ? indentOfLine(object, last.keyStart) : outer + unit;
  const body = eol + reindent(writeEntries(entries, ''), inner, unit, eol);
  const comma = last?.value?.end ?? last?.keyEnd;
  const needsComma = comma !== undefined && !hasComma(text, comma, brace);
  const at = endOfContent(text, brace);
  // A closing brace on a line of its own stays where it is; one behind something else gets a line.
  const insertion: TextEdit = /[\n\r]/.test(text.slice(at, brace))
    ? { file, start: at, end: at, newText: body }
    : { file, start: at, end: brace, newText: body + eol + outer };
  if (!needsComma) return [insertion];
  if (comma === at) return [{ ...insertion, newText: `,${insertion.newText}` }];
  return [{ file, start: comma, end: comma, newText: ',' }, insertion];
}

/** The writer indents by two spaces; the text may have another style. */
function reindent(lines: string, indent: string, unit: string, eol: string): string {
  return lines
    .split('\n')
    .map((line) => {
      const depth = (/^ */.exec(line)?.[0].length ?? 0) / 2;
      return indent + unit.repeat(depth) + line.trimStart();
    })
    .join(eol);
}

/** Whether a comma follows, comments aside. */
function hasComma(text: string, from: number, to: number): boolean {
  return /^(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)*,/.test(text.slice(from, to));
}

/** Behind the last character in front of an offset that is not white space. */
function endOfContent(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && /\s/.test(text[at - 1] as string)) at--;
  return at;
}

function lineStart(object: ObjectNode, offset: number): number {
  return lineStarts(object.file)[positionAt(object.file, offset).line] ?? 0;
}

function indentOfLine(object: ObjectNode, offset: number): string {
  return /^[ \t]*/.exec(object.file.text.slice(lineStart(object, offset)))?.[0] ?? '';
}

function isFirstOnLine(object: ObjectNode, offset: number): boolean {
  return /^[ \t]*$/.test(object.file.text.slice(lineStart(object, offset), offset));
}
