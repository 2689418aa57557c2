import { type FormattingOptions, format as jsoncFormat } from 'jsonc-parser';
import type { Change } from '../diagnostics/diagnostic.js';
import { parse } from './parse.js';
import { propertyEdits } from './property-edits.js';
import type { Place, SourceFile } from './source.js';
import { child, type Json, nodeAt, type ObjectNode, type SyntaxNode } from './tree.js';

/** Replace `start`…`end` of a file by `newText`. Offsets are those of the text before any edit. */
export interface TextEdit extends Place {
  readonly newText: string;
}

/** Finds the syntax tree of a file that takes part in a topology. */
export type RootOf = (file: SourceFile) => SyntaxNode | undefined;

/**
 * The smallest edits that make a change; comments and formatting around it stay as they are.
 * Returns an empty list when the object to change is no longer in the text.
 */
export function editsOf(change: Change, rootOf: RootOf): TextEdit[] {
  if (change.kind === 'text') return [{ ...change.at, newText: change.newText }];
  const { within } = change;
  const root = rootOf(within.file);
  const path = root === undefined ? undefined : pathTo(root, within);
  if (path === undefined) return [];
  if (change.kind === 'rewrite') return rewrite(within, path, change.values);
  return propertyEdits(within, change.keys, change.value, unitOf(within.file.text));
}

/** One after the other on a copy, because edits of neighbouring properties overlap; then as one edit of what differs. */
function rewrite(node: ObjectNode, path: readonly (string | number)[], values: Readonly<Record<string, Json | undefined>>): TextEdit[] {
  const { file } = node;
  const unit = unitOf(file.text);
  let copy: SourceFile = file;
  for (const [key, value] of Object.entries(values)) {
    const object = nodeOf(parse(copy).root, path);
    if (object?.type === 'object') copy = { ...copy, text: applyEdits(copy.text, propertyEdits(object, [key], value, unit)) };
  }
  const { text } = copy;
  let start = node.start;
  while (start < node.end && text[start] === file.text[start]) start++;
  let end = node.end;
  const grown = text.length - file.text.length;
  while (end > start && end + grown > start && text[end + grown - 1] === file.text[end - 1]) end--;
  return start === end && grown === 0 ? [] : [{ file, start, end, newText: text.slice(start, end + grown) }];
}

function nodeOf(root: SyntaxNode | undefined, path: readonly (string | number)[]): SyntaxNode | undefined {
  let at = root;
  for (const key of path) at = typeof key === 'number' ? (at?.type === 'array' ? at.items[key] : undefined) : child(at, key);
  return at;
}

function unitOf(text: string): string {
  const { insertSpaces, tabSize } = formattingOf(text);
  return insertSpaces ? ' '.repeat(tabSize ?? 2) : '\t';
}

/** Keys and indexes from the root of a file to one of its nodes. */
export function pathTo(root: SyntaxNode, node: SyntaxNode): (string | number)[] | undefined {
  if (root === node) return [];
  const found = nodeAt(root, node.start);
  return found.node === node ? found.path : undefined;
}

/** Applies edits of one file; edits that overlap are a bug of the caller. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, edit.start) + edit.newText + result.slice(edit.end);
  }
  return result;
}

/** Indents and spaces the whole text, or one range of it. Comments stay; texts that are not JSON come back untouched. */
export function formatEdits(file: SourceFile, range?: { start: number; end: number }, options?: Partial<FormattingOptions>): TextEdit[] {
  const formatting = { ...formattingOf(file.text), ...options };
  const span = range === undefined ? undefined : { offset: range.start, length: range.end - range.start };
  return jsoncFormat(file.text, span, formatting).map((e) => ({ file, start: e.offset, end: e.offset + e.length, newText: e.content }));
}

/** Indentation and line ends as the text has them: two spaces and LF where it does not say. */
export function formattingOf(text: string): FormattingOptions {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^([ \t]+)["{[\]}]/m.exec(text)?.[1];
  if (indent?.includes('\t')) return { eol, insertSpaces: false, tabSize: 4 };
  return { eol, insertSpaces: true, tabSize: indent?.length ?? 2 };
}
