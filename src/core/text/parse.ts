import { type ParseErrorCode, visit } from 'jsonc-parser';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { emptyFile, fileTooLarge, syntaxError, tooDeep } from './problems.js';
import type { Place, SourceFile } from './source.js';
import { type ArrayNode, emptyObject, type Json, type ObjectNode, type Property, type SyntaxNode } from './tree.js';

/** Deeper nesting than any topology needs; the parser below descends one call per level. */
export const MAX_DEPTH = 100;
/** Twenty times a design of ten thousand guests written out. */
export const MAX_LENGTH = 32 * 1024 * 1024;
/** A text that is not JSON at all yields an error per word; the first ones say it. */
const MAX_SYNTAX_ERRORS = 20;

export interface ParseResult {
  readonly file: SourceFile;
  /** Absent when the text holds no value at all. */
  readonly root: SyntaxNode | undefined;
  /** Objects in which a key stands twice. */
  readonly withDuplicates: readonly ObjectNode[];
  /** In the order of the text. */
  readonly comments: readonly Place[];
  readonly diagnostics: readonly Diagnostic[];
}

class TooDeep extends Error {
  constructor(readonly offset: number) {
    super();
  }
}

/** JSON with comments and trailing commas to a tree. Never throws: what could be read before and behind an error is in the tree. */
export function parse(file: SourceFile): ParseResult {
  const { text } = file;
  if (text.length > MAX_LENGTH) {
    const args = { size: Math.round(text.length / 1e6), limit: Math.round(MAX_LENGTH / 1e6) };
    return {
      file,
      root: undefined,
      withDuplicates: [],
      comments: [],
      diagnostics: [fileTooLarge.at('tooLarge', { file, start: 0, end: 1 }, args)],
    };
  }
  if (text.trim() === '') {
    return {
      file,
      root: undefined,
      withDuplicates: [],
      comments: [],
      diagnostics: [emptyFile.at('empty', { file, start: 0, end: text.length }, {})],
    };
  }
  const builder = new TreeBuilder(file);
  try {
    // A byte order mark that nobody took away is a space.
    visit(text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text, builder, { disallowComments: false, allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    builder.diagnostics.push(tooDeep.at('tooDeep', { file, start: error.offset, end: error.offset + 1 }, { limit: MAX_DEPTH }));
  }
  builder.closeAll(text.length);
  const { root, withDuplicates, comments, diagnostics } = builder;
  if (root === undefined && isBlank(text, comments)) {
    return { file, root, withDuplicates, comments, diagnostics: [emptyFile.at('empty', { file, start: 0, end: text.length }, {})] };
  }
  return { file, root, withDuplicates, comments, diagnostics };
}

/** Nothing but spaces and comments. */
function isBlank(text: string, comments: readonly Place[]): boolean {
  let from = 0;
  for (const { start, end } of comments) {
    if (text.slice(from, start).trim() !== '') return false;
    from = end;
  }
  return text.slice(from).trim() === '';
}

/** The callbacks of jsonc-parser's `visit`: nodes and plain values grow side by side. */
class TreeBuilder {
  root: SyntaxNode | undefined;
  readonly diagnostics: Diagnostic[] = [];
  readonly withDuplicates: ObjectNode[] = [];
  readonly comments: Place[] = [];
  readonly #file: SourceFile;
  readonly #open: (ObjectNode | ArrayNode)[] = [];
  #pending: Property | undefined;
  /** Keys of an object that have no value yet, where more properties follow them. */
  readonly #unfinished = new Map<ObjectNode, Set<string>>();
  readonly #firsts = new Map<ObjectNode, Map<string, Property>>();
  #lastEnd = 0;
  #errorsAfter = -1;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  onObjectBegin = (start: number): void => {
    const node: ObjectNode = { type: 'object', file: this.#file, start, end: start + 1, properties: [], value: emptyObject<Json>() };
    this.#add(node);
    this.#push(node);
  };

  onArrayBegin = (start: number): void => {
    const node: ArrayNode = { type: 'array', file: this.#file, start, end: start + 1, items: [], value: [] };
    this.#add(node);
    this.#push(node);
  };

  onObjectProperty = (key: string, start: number, length: number): void => {
    const node = this.#open.at(-1);
    this.#lastEnd = start + length;
    if (node?.type !== 'object') return;
    const prop: Property = { key, file: this.#file, keyStart: start, keyEnd: start + length, value: undefined };
    const last = node.properties.at(-1);
    if (last !== undefined && last.value === undefined) this.#markUnfinished(node, last.key);
    if (key in node.value || this.#unfinished.get(node)?.has(key) === true) this.#markDuplicate(node, prop);
    node.properties.push(prop);
    this.#pending = prop;
  };

  #markUnfinished(node: ObjectNode, key: string): void {
    const keys = this.#unfinished.get(node);
    if (keys === undefined) this.#unfinished.set(node, new Set([key]));
    else keys.add(key);
  }

  #markDuplicate(node: ObjectNode, again: Property): void {
    let firsts = this.#firsts.get(node);
    if (firsts === undefined) {
      firsts = new Map([...node.properties].reverse().map((p) => [p.key, p]));
      this.#firsts.set(node, firsts);
      node.duplicates = [];
      this.withDuplicates.push(node);
    }
    // Those behind the first duplicate of their object were not there when the index was made.
    const first = firsts.get(again.key) ?? (node.properties.find((p) => p.key === again.key) as Property);
    firsts.set(again.key, first);
    node.duplicates?.push({ first, again });
  }

  onObjectEnd = (start: number): void => this.#pop('object', start + 1);
  onArrayEnd = (start: number): void => this.#pop('array', start + 1);

  onLiteralValue = (value: unknown, start: number, length: number): void => {
    const end = Math.min(start + length, this.#file.text.length); // the parser counts one too many for a number at the very end
    this.#lastEnd = end;
    const type = value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean');
    this.#add({ type, file: this.#file, start, end, value: value as string | number | boolean | null });
  };

  onComment = (start: number, length: number): void => {
    this.comments.push({ file: this.#file, start, end: start + length });
  };

  onSeparator = (_character: string, start: number): void => {
    this.#lastEnd = start + 1;
    if (_character === ',') this.#pending = undefined;
  };

  onError = (error: ParseErrorCode, start: number, length: number): void => {
    // One slip makes the parser complain several times before it reads on; the first complaint says what is wrong.
    const repeats = this.#errorsAfter === this.#lastEnd;
    this.#errorsAfter = this.#lastEnd;
    if (repeats || this.diagnostics.length >= MAX_SYNTAX_ERRORS) return;
    // What is missing is missing behind the last thing read, not in front of the next one, which may be lines away.
    const missing = MISSING.get(error);
    const found = this.#file.text.slice(start, start + Math.min(length, 40));
    const place = { file: this.#file, start, end: start + Math.max(length, 1) };
    if (missing !== undefined) {
      const at = { file: this.#file, start: this.#lastEnd - 1, end: this.#lastEnd };
      this.diagnostics.push(syntaxError.at('missing', this.#lastEnd > 0 ? at : place, { what: missing }));
    } else {
      this.diagnostics.push(syntaxError.at('unexpected', place, { what: UNEXPECTED.get(error) ?? `Not expected here: ${found}` }));
    }
  };

  closeAll(end: number): void {
    for (const node of this.#open) node.end = end;
    this.#open.length = 0;
  }

  #push(node: ObjectNode | ArrayNode): void {
    this.#lastEnd = node.end;
    this.#pending = undefined;
    this.#open.push(node);
    if (this.#open.length > MAX_DEPTH) throw new TooDeep(node.start);
  }

  #pop(type: 'object' | 'array', end: number): void {
    this.#lastEnd = end;
    const node = this.#open.at(-1);
    if (node?.type !== type) return;
    node.end = end;
    this.#open.pop();
    this.#pending = undefined;
  }

  #add(node: SyntaxNode): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      this.root ??= node;
    } else if (parent.type === 'array') {
      parent.items.push(node);
      (parent.value as Json[]).push(node.value);
    } else if (this.#pending !== undefined) {
      this.#pending.value = node;
      (parent.value as { [key: string]: Json })[this.#pending.key] = node.value;
    }
  }
}

// ParseErrorCode is a const enum of jsonc-parser, out of reach under isolated modules; the numbers are its public order.
const MISSING: ReadonlyMap<ParseErrorCode, string> = new Map([
  [3, 'a property name in double quotes'],
  [4, 'a value'],
  [5, 'a colon'],
  [6, 'a comma'],
  [7, 'a closing brace }'],
  [8, 'a closing bracket ]'],
]);
const UNEXPECTED: ReadonlyMap<ParseErrorCode, string> = new Map([
  [1, 'Not a JSON value. Texts stand in double quotes; the words are true, false and null.'],
  [2, 'Not a number as JSON writes it.'],
  [9, 'There is text behind the end of the document.'],
  [11, 'This comment does not end; close it with */.'],
  [12, 'This text does not end; close it with a double quote on the same line.'],
  [13, 'This number does not end.'],
  [14, 'A \\u escape takes four hexadecimal digits.'],
  [15, 'Not an escape that JSON knows; a backslash itself is written \\\\.'],
  [16, 'A control character may not stand here.'],
]);
