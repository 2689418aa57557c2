import { type FormattingOptions, format as jsoncFormat, modify } from 'jsonc-parser';
import type { Change } from '../diagnostics/diagnostic.js';
import type { Place, SourceFile } from './source.js';
import { nodeAt, type SyntaxNode } from './tree.js';

/** Replace `start`…`end` of a file by `newText`. Offsets are those of the text before any edit. */
export interface TextEdit extends Place {
  readonly newText: string;
}

/** Finds the syntax tree of a file that takes part in a topology. */
export type RootOf = (file: SourceFile) => SyntaxNode | undefined;

/**
 * The smallest edits that make a change; comments and formatting around it stay as they are.
 * Returns an empty list when the object of a `set` is no longer in the text.
 */
export function editsOf(change: Change, rootOf: RootOf): TextEdit[] {
  if (change.kind === 'text') return [{ ...change.at, newText: change.newText }];
  const { file } = change.within;
  const root = rootOf(file);
  const path = root === undefined ? undefined : pathTo(root, change.within);
  if (path === undefined) return [];
  const edits = modify(file.text, [...path, ...change.keys], change.value, { formattingOptions: formattingOf(file.text) });
  return edits.map((edit) => ({ file, start: edit.offset, end: edit.offset + edit.length, newText: edit.content }));
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
