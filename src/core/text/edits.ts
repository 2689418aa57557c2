import { type FormattingOptions, format as jsoncFormat } from 'jsonc-parser';
import type { Change } from '../diagnostics/diagnostic.js';
import { append, setBelow } from './set.js';
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
 * Returns an empty list when the object or list of a change is no longer in the text.
 */
export function editsOf(change: Change, rootOf: RootOf): TextEdit[] {
  if (change.kind === 'text') return [{ ...change.at, newText: change.newText }];
  const wanted = change.kind === 'set' ? change.within : change.to;
  const { file } = wanted;
  const root = rootOf(file);
  const node = root === undefined ? undefined : nodeOf(root, wanted);
  const unit = unitOf(file.text);
  if (change.kind === 'set' && node?.type === 'object') {
    return setBelow(node, change.keys, change.value, unit).map((edit) => ({ file, ...edit }));
  }
  if (change.kind === 'append' && node?.type === 'array') return append(node, change.value, unit).map((edit) => ({ file, ...edit }));
  return [];
}

/** The node of the text that stands where another one does: a merged node has the place of the one on top. */
function nodeOf(root: SyntaxNode, wanted: SyntaxNode): SyntaxNode | undefined {
  if (root.start === wanted.start && root.end === wanted.end) return root;
  const { node } = nodeAt(root, wanted.start);
  return node.start === wanted.start && node.end === wanted.end ? node : undefined;
}

/** One step of indentation. */
export function unitOf(text: string): string {
  const { insertSpaces, tabSize } = formattingOf(text);
  return insertSpaces === false ? '\t' : ' '.repeat(tabSize ?? 2);
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
