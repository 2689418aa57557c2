import type { TextEdit } from './edits.js';
import { type Json, type ObjectNode, type Property, property, type SyntaxNode } from './tree.js';

/**
 * Edits that set, add or remove a property below an object. Comments stay, each where it is: a library that formats would
 * take those next to a removed property along, and move those behind the last property to a new one.
 *
 * @param keys the way from the object to the property; objects on the way are made where they are missing.
 * @param value `undefined` removes.
 */
export function propertyEdits(node: ObjectNode, keys: readonly string[], value: Json | undefined, unit: string): TextEdit[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [];
  const existing = property(node, key);
  if (existing?.value?.type === 'object' && rest.length > 0) return propertyEdits(existing.value, rest, value, unit);
  if (value === undefined) return existing === undefined || rest.length > 0 ? [] : removalEdits(node, existing);
  const whole = rest.reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
  if (existing?.value !== undefined) return [{ ...placeOfValue(existing.value), newText: written(whole, indentAt(existing), unit) }];
  return existing === undefined ? additionEdits(node, key, whole, unit) : [];
}

function removalEdits(node: ObjectNode, prop: Property): TextEdit[] {
  const { file } = node;
  const { text } = file;
  const end = prop.value?.end ?? prop.keyEnd;
  const comma = commaBehind(text, end);
  const edits: TextEdit[] = [];
  if (comma === undefined) {
    const before = node.properties[node.properties.indexOf(prop) - 1];
    const left = before === undefined ? undefined : commaBehind(text, before.value?.end ?? before.keyEnd);
    if (left !== undefined) edits.push({ file, start: left, end: left + 1, newText: '' });
  }
  const hasOwnComment = comma !== undefined && text.slice(end, comma).trim() !== '';
  if (hasOwnComment) edits.push({ file, start: comma, end: comma + 1, newText: '' });
  edits.push({ file, ...withItsSpace(text, prop.keyStart, comma === undefined || hasOwnComment ? end : comma + 1), newText: '' });
  return edits;
}

/** With the line it stands on, if nothing else does; else with the spaces behind it, or before it where it is the last. */
function withItsSpace(text: string, start: number, end: number): { start: number; end: number } {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const spaces = /^[ \t]*/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  const isAtLineEnd = text[end + spaces] === '\n' || text[end + spaces] === '\r' || end + spaces >= text.length;
  const isAtLineStart = text.slice(lineStart, start).trim() === '';
  if (isAtLineStart && isAtLineEnd && lineStart > 0) {
    // The break before it goes, the one behind it stays.
    return { start: lineStart - (text[lineStart - 2] === '\r' ? 2 : 1), end: end + spaces };
  }
  if (isAtLineStart || text[end + spaces] !== '}') return { start, end: end + spaces };
  const before = text.slice(0, start).length - text.slice(0, start).trimEnd().length;
  return { start: start - before, end };
}

function additionEdits(node: ObjectNode, key: string, value: Json, unit: string): TextEdit[] {
  const { file } = node;
  const { text } = file;
  const last = node.properties.at(-1);
  if (last === undefined) {
    const inner = text.slice(node.start + 1, node.end - 1);
    const isBlock = inner.includes('\n');
    const indent = `${lineIndent(text, node.start)}${unit}`;
    const added = `${JSON.stringify(key)}: ${written(value, indent, unit)}`;
    const at = node.start + 1;
    // What else is between the braces are comments.
    if (isBlock) return [{ file, start: at, end: at, newText: `${breakOf(text)}${indent}${added}` }];
    return [{ file, start: at, end: node.end - (text[node.end - 1] === '}' ? 1 : 0), newText: `${inner.trimEnd()} ${added} ` }];
  }
  const end = last.value?.end ?? last.keyEnd;
  const comma = commaBehind(text, end);
  const behind = comma === undefined ? end : comma + 1;
  const lineStart = text.lastIndexOf('\n', last.keyStart - 1) + 1;
  const indent = text.slice(lineStart, last.keyStart);
  if (indent.trim() !== '' || lineStart === 0) {
    const added = `${JSON.stringify(key)}: ${written(value, '', unit)}`;
    return [{ file, start: behind, end: behind, newText: comma === undefined ? `, ${added}` : ` ${added},` }];
  }
  const added = `${breakOf(text)}${indent}${JSON.stringify(key)}: ${written(value, indent, unit)}`;
  const at = behind + commentOnLine(text, behind);
  if (comma !== undefined) return [{ file, start: at, end: at, newText: `${added},` }];
  if (at === end) return [{ file, start: at, end: at, newText: `,${added}` }];
  return [
    { file, start: end, end, newText: ',' },
    { file, start: at, end: at, newText: added },
  ];
}

/** Small values on one line, larger ones over several. */
function written(value: Json, indent: string, unit: string): string {
  const line = oneLine(value);
  if (line.length <= 80) return line;
  return JSON.stringify(value, null, unit).replace(/\n/g, `\n${indent}`);
}

function oneLine(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inside = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${oneLine(inner)}`);
  return inside.length === 0 ? '{}' : `{ ${inside.join(', ')} }`;
}

function placeOfValue({ file, start, end }: SyntaxNode) {
  return { file, start, end };
}

function indentAt(prop: Property): string {
  return lineIndent(prop.file.text, prop.keyStart);
}

function lineIndent(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] ?? '';
}

function breakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The comma that follows a value, whatever comments stand between. */
function commaBehind(text: string, end: number): number | undefined {
  const at = skipTrivia(text, end);
  return text[at] === ',' ? at : undefined;
}

/** Length of the spaces and comments that follow on the same line. */
function commentOnLine(text: string, from: number): number {
  const match = /^[ \t]*(?:\/\*[^\n]*?\*\/[ \t]*)*(?:\/\/[^\r\n]*)?/.exec(text.slice(from, from + 2000));
  const found = match?.[0] ?? '';
  return found.trim() === '' ? 0 : found.trimEnd().length;
}

function skipTrivia(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] as string)) at++;
    if (text.startsWith('//', at)) {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line;
    } else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      at = close < 0 ? text.length : close + 2;
    } else return at;
  }
}
