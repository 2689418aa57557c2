import type { Change } from '../diagnostics/diagnostic.js';
import { type FormatOptions, formatSpaces } from './format.js';
import { parse } from './parse.js';
import { append, setBelow } from './set.js';
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
 * Returns an empty list when the object or list of a change is no longer in the text.
 */
export function editsOf(change: Change, rootOf: RootOf): TextEdit[] {
  if (change.kind === 'text') return [{ ...change.at, newText: change.newText }];
  const wanted = change.kind === 'append' ? change.to : change.within;
  const { file } = wanted;
  const root = rootOf(file);
  const node = root === undefined ? undefined : nodeOf(root, wanted);
  const unit = unitOf(file.text);
  if (change.kind === 'append') {
    return node?.type === 'array' ? append(node, change.value, unit).map((edit) => ({ file, ...edit })) : [];
  }
  if (node?.type !== 'object') return [];
  if (change.kind === 'rewrite') return rewrite(node, pathTo(root as SyntaxNode, node) ?? [], change.values, unit);
  return setBelow(node, change.keys, change.value, unit).map((edit) => ({ file, ...edit }));
}

/** One after the other on a copy, because edits of neighbouring properties overlap; then as one edit of what differs. */
function rewrite(
  node: ObjectNode,
  path: readonly (string | number)[],
  values: Readonly<Record<string, Json | undefined>>,
  unit: string,
): TextEdit[] {
  const { file } = node;
  let copy: SourceFile = file;
  for (const [key, value] of Object.entries(values)) {
    const object = copy === file ? node : nodeOfPath(parse(copy).root, path);
    if (object?.type !== 'object') continue;
    copy = {
      ...copy,
      text: applyEdits(
        copy.text,
        setBelow(object, [key], value, unit).map((edit) => ({ file: copy, ...edit })),
      ),
    };
  }
  const { text } = copy;
  let start = node.start;
  while (start < node.end && text[start] === file.text[start]) start++;
  let end = node.end;
  const grown = text.length - file.text.length;
  while (end > start && end + grown > start && text[end + grown - 1] === file.text[end - 1]) end--;
  return start === end && grown === 0 ? [] : [{ file, start, end, newText: text.slice(start, end + grown) }];
}

function nodeOfPath(root: SyntaxNode | undefined, path: readonly (string | number)[]): SyntaxNode | undefined {
  let at = root;
  for (const key of path) at = typeof key === 'number' ? (at?.type === 'array' ? at.items[key] : undefined) : child(at, key);
  return at;
}

/** The node of the text that stands where another one does: a merged node has the place of the one on top. */
function nodeOf(root: SyntaxNode, wanted: SyntaxNode): SyntaxNode | undefined {
  if (root.file !== wanted.file) return undefined; // the text is another one by now
  if (root.start === wanted.start && root.end === wanted.end) return root;
  const { node } = nodeAt(root, wanted.start);
  return node.start === wanted.start && node.end === wanted.end ? node : undefined;
}

/** One step of indentation. */
export function unitOf(text: string): string {
  const { insertSpaces, tabSize } = formattingOf(text);
  return insertSpaces ? ' '.repeat(tabSize) : '\t';
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

/**
 * Indents and spaces the whole text, or the lines that a range touches. Comments stay. For texts that are whole JSON: in others
 * brackets do not say what their author meant.
 */
export function formatEdits(file: SourceFile, range?: { start: number; end: number }, options?: FormatOptions): TextEdit[] {
  const { insertSpaces, tabSize } = formattingOf(file.text);
  const edits = formatSpaces(file, { insertSpaces, tabSize, ...options }).map((edit) => ({ file, ...edit }));
  if (range === undefined) return edits;
  const first = file.text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = file.text.indexOf('\n', range.end);
  const last = newline < 0 ? file.text.length : newline;
  // The spaces in front of the first line belong to it, those behind the last one do not.
  return edits.filter((edit) => edit.end >= first && edit.start < last);
}

/** Indentation as the text has it: two spaces where it does not say. */
export function formattingOf(text: string): Required<Pick<FormatOptions, 'insertSpaces' | 'tabSize'>> {
  const indent = /^([ \t]+)["{[\]}]/m.exec(text)?.[1];
  if (indent?.includes('\t')) return { insertSpaces: false, tabSize: 4 };
  return { insertSpaces: true, tabSize: indent?.length ?? 2 };
}
