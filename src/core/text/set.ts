import { layOut } from './layout.js';
import type { SourceFile } from './source.js';
import { type ArrayNode, emptyObject, type Json, type ObjectNode, type Property, property } from './tree.js';

/** Replace `start`…`end` of a text by `newText`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** One step of indentation as the text has it. */
type Unit = string;

/**
 * Puts a value below an object, or removes it where the value is undefined. What is not changed keeps its place on its line,
 * its comments and its spaces; a new property stands as its neighbours do, on the line with them or on one of its own.
 */
export function setBelow(object: ObjectNode, keys: readonly string[], value: Json | undefined, unit: Unit): Replacement[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [];
  const found = property(object, key);
  if (rest.length > 0 && found?.value?.type === 'object') return setBelow(found.value, rest, value, unit);
  if (value === undefined) return rest.length === 0 && found !== undefined ? remove(object, object.properties.indexOf(found)) : [];
  const whole = rest.reduceRight<Json>((inner, each) => single(each, inner), value);
  if (found === undefined) return insert(object, (indent) => `${JSON.stringify(key)}: ${layOut(whole, indent, unit)}`, unit);
  const indent = indentAt(object.file, found.keyStart);
  if (found.value === undefined) return [{ start: found.keyEnd, end: found.keyEnd, newText: `: ${layOut(whole, indent, unit)}` }];
  return [{ start: found.value.start, end: found.value.end, newText: layOut(whole, indent, unit) }];
}

/** Adds an entry to a list, in the manner of the others. */
export function append(list: ArrayNode, value: Json, unit: Unit): Replacement[] {
  return insert(list, (indent) => layOut(value, indent, unit), unit);
}

function single(key: string, value: Json): Json {
  const object = emptyObject<Json>();
  object[key] = value;
  return object;
}

interface Entry {
  readonly start: number;
  readonly end: number;
}

function entriesOf(node: ObjectNode | ArrayNode): Entry[] {
  if (node.type === 'array') return node.items;
  return node.properties.map((prop) => ({ start: prop.keyStart, end: prop.value?.end ?? prop.keyEnd }));
}

function insert(node: ObjectNode | ArrayNode, write: (indent: string) => string, unit: Unit): Replacement[] {
  const { text } = node.file;
  const entries = entriesOf(node);
  const last = entries.at(-1);
  const [open, close] = node.type === 'object' ? ['{', '}'] : ['[', ']'];
  if (last === undefined) {
    const inside = text.slice(node.start + 1, node.end - 1);
    const indent = indentAt(node.file, node.start);
    if (inside.trim() !== '')
      return [{ start: node.end - 1, end: node.end - 1, newText: `\n${indent}${unit}${write(indent + unit)}\n${indent}` }]; // a comment
    const flat = ` ${write(indent)} `;
    const isShort = !flat.includes('\n') && !inside.includes('\n');
    const newText = isShort ? `${open}${flat}${close}` : `${open}\n${indent}${unit}${write(indent + unit)}\n${indent}${close}`;
    return [{ start: node.start, end: node.end, newText }];
  }
  const before = entries.at(-2)?.end ?? node.start + 1;
  const ownLine = text.slice(before, last.start).includes('\n');
  const behind = restOfLine(text, last.end);
  const comma = nextComma(text, last.end);
  const indent = indentAt(node.file, last.start);
  if (!ownLine) {
    if (comma === undefined) return [{ start: last.end, end: last.end, newText: `, ${write(indent)}` }];
    return [{ start: comma + 1, end: comma + 1, newText: ` ${write(indent)},` }];
  }
  const line = `${lineEnd(text)}${indent}${write(indent)}`;
  if (comma !== undefined) {
    const at = Math.max(behind.end, comma + 1);
    return [{ start: at, end: at, newText: `${line},` }];
  }
  // The comma goes to the entry, the new line behind the comment that may follow it.
  if (behind.end === last.end) return [{ start: last.end, end: last.end, newText: `,${line}` }];
  return [
    { start: last.end, end: last.end, newText: ',' },
    { start: behind.end, end: behind.end, newText: line },
  ];
}

/** The property and its comma go, with their line where nothing else is on it. Comments around them stay. */
function remove(node: ObjectNode, index: number): Replacement[] {
  const { text } = node.file;
  const prop = node.properties[index] as Property;
  const end = prop.value?.end ?? prop.keyEnd;
  if (node.properties.length === 1 && isBlank(text, node.start + 1, prop.keyStart) && isBlank(text, end, node.end - 1)) {
    return [{ start: node.start, end: node.end, newText: '{}' }];
  }
  const comma = nextComma(text, end);
  const isTight = comma !== undefined && isBlank(text, end, comma);
  const gone = withItsLine(text, prop.keyStart, isTight ? comma + 1 : end, index === node.properties.length - 1);
  // A comment stands between the value and its comma.
  if (comma !== undefined && !isTight) return [gone, { start: comma, end: comma + 1, newText: '' }];
  const previous = node.properties[index - 1];
  if (previous === undefined || comma !== undefined) return [gone];
  // The last one takes the comma before it along, and on one line the space between them.
  const before = nextComma(text, previous.value?.end ?? previous.keyEnd);
  if (before === undefined) return [gone];
  const between = text.slice(before + 1, gone.start);
  if (between.trim() === '' && !between.includes('\n')) return [{ ...gone, start: before }];
  return [{ start: before, end: before + 1, newText: '' }, gone];
}

/** A stretch with the line that holds nothing else, or with the spaces up to what follows it on its line. */
function withItsLine(text: string, start: number, end: number, isLast: boolean): Replacement {
  const line = startOfLine(text, start);
  const spaces = /^[ \t]*/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  const lineEnd = end + spaces;
  if (isBlank(text, line, start) && /[\r\n]/.test(text[lineEnd] ?? '')) {
    return { start: line, end: lineEnd + (text.startsWith('\r\n', lineEnd) ? 2 : 1), newText: '' };
  }
  return { start, end: isLast && text[lineEnd] === '}' ? end : lineEnd, newText: '' };
}

function isBlank(text: string, from: number, to: number): boolean {
  return text.slice(from, to).trim() === '';
}

/** What follows an entry on its line: its comma, if it stands there, and the end of the comma and comments. */
function restOfLine(text: string, from: number): { comma: number | undefined; end: number } {
  let comma: number | undefined;
  let at = from;
  let end = from;
  for (;;) {
    const c = text[at];
    if (c === ' ' || c === '\t') at++;
    else if (c === ',' && comma === undefined) {
      comma = at++;
      end = at;
    } else {
      const comment = commentEnd(text, at);
      if (comment === undefined || text.slice(at, comment).includes('\n')) return { comma, end };
      end = at = comment;
    }
  }
}

/** The comma behind an entry, on its line or further down behind comments. */
function nextComma(text: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (text[at] === ',') return at;
    const comment = commentEnd(text, at);
    if (comment === undefined) return undefined;
    at = comment;
  }
}

function commentEnd(text: string, at: number): number | undefined {
  if (text.startsWith('//', at)) {
    const match = /[\r\n]/g;
    match.lastIndex = at;
    return match.exec(text)?.index ?? text.length;
  }
  if (!text.startsWith('/*', at)) return undefined;
  const close = text.indexOf('*/', at + 2);
  return close < 0 ? undefined : close + 2;
}

function startOfLine(text: string, offset: number): number {
  // One walk for both: looking for one of them alone goes through all of a text that has none.
  let start = offset;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  return start;
}

/** Indentation of the line an offset is on. */
function indentAt(file: SourceFile, offset: number): string {
  const start = startOfLine(file.text, offset);
  return /^[ \t]*/.exec(file.text.slice(start, offset))?.[0] ?? '';
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
