import type { SelectionRange } from 'vscode-languageserver-types';
import { rangeOf } from '../core/text/source.js';
import type { SyntaxNode } from '../core/text/tree.js';
import type { Document } from './document.js';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a growing selection takes in, step by step: the text, with its quotes, the property, the inside of the object, the object. */
export function selectionRange({ parsed, file }: Document, offset: number): SelectionRange {
  const spans: Span[] = [{ start: 0, end: file.text.length }];
  let node: SyntaxNode | undefined = parsed.root;
  while (node !== undefined && node.start <= offset && offset <= node.end) {
    spans.push(node);
    if (node.type === 'string') spans.push({ start: node.start + 1, end: node.end - 1 });
    if (node.type !== 'object' && node.type !== 'array') break;
    spans.push({ start: node.start + 1, end: Math.max(node.start + 1, node.end - 1) });
    node = node.type === 'object' ? intoObject(node, offset, spans) : node.items.find(({ start, end }) => start <= offset && offset <= end);
  }
  const around = spans.filter(({ start, end }) => start <= offset && offset <= end);
  let range: SelectionRange | undefined;
  let last: Span | undefined;
  for (const span of around) {
    if (last !== undefined && span.start === last.start && span.end === last.end) continue;
    last = span;
    range = { range: rangeOf({ file, ...{ start: span.start, end: span.end } }), ...(range === undefined ? {} : { parent: range }) };
  }
  return range as SelectionRange;
}

function intoObject(node: Extract<SyntaxNode, { type: 'object' }>, offset: number, spans: Span[]): SyntaxNode | undefined {
  const prop = node.properties.find(({ keyStart, keyEnd, value }) => keyStart <= offset && offset <= Math.max(keyEnd, value?.end ?? 0));
  if (prop === undefined) return undefined;
  spans.push({ start: prop.keyStart, end: Math.max(prop.keyEnd, prop.value?.end ?? 0) });
  if (offset <= prop.keyEnd) {
    spans.push({ start: prop.keyStart, end: prop.keyEnd }, { start: prop.keyStart + 1, end: prop.keyEnd - 1 });
    return undefined;
  }
  return prop.value;
}
