import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { emptyFile, fileTooLarge, syntaxError, tooDeep } from './problems.js';
import { type TokenKind, type TokenProblem, TokenReader } from './reader.js';
import type { Place, SourceFile } from './source.js';
import { type ArrayNode, emptyObject, type Json, type ObjectNode, type Property, type SyntaxNode } from './tree.js';

/** Deeper nesting than any topology needs; the reader descends two calls for each level. */
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
  const builder = new TreeBuilder(file);
  const root = builder.read();
  const { withDuplicates, comments, diagnostics } = builder;
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

/** Nodes and plain values grow side by side. What is missing is reported where it is missing, and reading goes on behind it. */
class TreeBuilder {
  readonly diagnostics: Diagnostic[] = [];
  readonly withDuplicates: ObjectNode[] = [];
  readonly comments: Place[] = [];
  readonly #file: SourceFile;
  readonly #tokens: TokenReader;
  /** Keys of an object that have no value yet, where more properties follow them. */
  readonly #unfinished = new Map<ObjectNode, Set<string>>();
  readonly #firsts = new Map<ObjectNode, Map<string, Property>>();
  #depth = 0;
  #openObjects = 0;
  #openArrays = 0;
  /** End of the last token that was taken. */
  #lastEnd = 0;
  #errorsAfter = -1;
  #brokenEnd = -1;
  #isStopped = false;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#tokens = new TokenReader(
      file.text,
      (start, end) => this.comments.push({ file, start, end }),
      (problem, start, end) => {
        this.#unexpected(UNEXPECTED[problem], start, end);
        this.#brokenEnd = end;
      },
    );
  }

  read(): SyntaxNode | undefined {
    const tokens = this.#tokens;
    tokens.advance();
    const root = this.#value();
    if (root === undefined) this.#missing('a value');
    else if (tokens.kind !== 'end') this.#unexpected('There is text behind the end of the document.', tokens.start, tokens.end);
    return root;
  }

  #take(): void {
    this.#lastEnd = this.#tokens.end;
    // Of a token that is broken, nothing that follows from it is worth a word.
    if (this.#brokenEnd === this.#lastEnd) this.#errorsAfter = this.#lastEnd;
    this.#tokens.advance();
  }

  /** The value that begins here, if one does. */
  #value(): SyntaxNode | undefined {
    const { kind, start, end, value } = this.#tokens;
    switch (kind) {
      case '{':
        return this.#object(start);
      case '[':
        return this.#array(start);
      case 'string':
      case 'number':
        this.#take();
        return { type: kind, file: this.#file, start, end, value };
      case 'word':
        this.#take();
        return { type: value === null ? 'null' : 'boolean', file: this.#file, start, end, value };
      default:
        return undefined;
    }
  }

  #object(start: number): ObjectNode {
    const node: ObjectNode = { type: 'object', file: this.#file, start, end: start + 1, properties: [], value: emptyObject<Json>() };
    if (!this.#enter(start)) return this.#close(node);
    this.#openObjects++;
    let needsComma = false;
    while (this.#tokens.kind !== '}' && !this.#endsHere(']', this.#openArrays)) {
      if (this.#tokens.kind === ',') {
        if (!needsComma) this.#missing('a property');
        needsComma = false;
        this.#take();
        continue;
      }
      if (needsComma) this.#missing('a comma');
      needsComma = true;
      if (this.#tokens.kind === 'string') this.#property(node);
      else {
        this.#missing('a property name in double quotes');
        this.#skip();
      }
    }
    this.#openObjects--;
    return this.#leave(node, '}', 'a closing brace }');
  }

  #property(node: ObjectNode): void {
    const { start, end, value } = this.#tokens;
    const prop: Property = { key: value as string, file: this.#file, keyStart: start, keyEnd: end, value: undefined };
    this.#add(node, prop);
    this.#take();
    if (this.#tokens.kind === ':') this.#take();
    else {
      this.#missing('a colon');
      // A key that is being typed stands on a line of its own; what follows is not its value.
      if (this.#file.text.slice(end, this.#tokens.start).includes('\n')) return;
    }
    const read = this.#value();
    if (read === undefined) {
      this.#missing('a value');
      return;
    }
    prop.value = read;
    (node.value as { [key: string]: Json })[prop.key] = read.value;
  }

  #array(start: number): ArrayNode {
    const values: Json[] = [];
    const node: ArrayNode = { type: 'array', file: this.#file, start, end: start + 1, items: [], value: values };
    if (!this.#enter(start)) return this.#close(node);
    this.#openArrays++;
    let needsComma = false;
    while (this.#tokens.kind !== ']' && !this.#endsHere('}', this.#openObjects)) {
      if (this.#tokens.kind === ',') {
        if (!needsComma) this.#missing('a value');
        needsComma = false;
        this.#take();
        continue;
      }
      if (needsComma) this.#missing('a comma');
      needsComma = true;
      const item = this.#value();
      if (item === undefined) {
        this.#missing('a value');
        this.#skip();
      } else {
        node.items.push(item);
        values.push(item.value);
      }
    }
    this.#openArrays--;
    return this.#leave(node, ']', 'a closing bracket ]');
  }

  /** False where brackets are nested too deep: nothing more is read. */
  #enter(start: number): boolean {
    if (++this.#depth <= MAX_DEPTH) {
      this.#take();
      return true;
    }
    this.diagnostics.push(tooDeep.at('tooDeep', { file: this.#file, start, end: start + 1 }, { limit: MAX_DEPTH }));
    this.#isStopped = true;
    this.#tokens.stop();
    return false;
  }

  /** The end of the text, or the bracket of something around this: then the one of this is missing. */
  #endsHere(other: TokenKind, openOthers: number): boolean {
    return this.#tokens.kind === 'end' || (this.#tokens.kind === other && openOthers > 0);
  }

  #leave<Node extends ObjectNode | ArrayNode>(node: Node, bracket: TokenKind, words: string): Node {
    if (this.#tokens.kind !== bracket) {
      this.#missing(words);
      return this.#close(node);
    }
    node.end = this.#tokens.end;
    this.#depth--;
    this.#take();
    return node;
  }

  /** Without its bracket: it reaches up to what follows. */
  #close<Node extends ObjectNode | ArrayNode>(node: Node): Node {
    node.end = this.#tokens.start;
    this.#depth--;
    return node;
  }

  /** Past what cannot stand here, up to where the next entry may begin. */
  #skip(): void {
    do this.#tokens.advance();
    while (![',', '}', ']', 'end'].includes(this.#tokens.kind));
  }

  #add(node: ObjectNode, prop: Property): void {
    const last = node.properties.at(-1);
    if (last !== undefined && last.value === undefined) this.#markUnfinished(node, last.key);
    if (isStated(node, prop.key) || this.#unfinished.get(node)?.has(prop.key) === true) this.#markDuplicate(node, prop);
    node.properties.push(prop);
  }

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

  /** What is missing is missing behind the last thing read, not in front of the next one, which may be lines away. */
  #missing(what: string): void {
    const at = this.#lastEnd > 0 ? { start: this.#lastEnd - 1, end: this.#lastEnd } : { start: 0, end: 1 };
    if (this.#mayReport()) this.diagnostics.push(syntaxError.at('missing', { file: this.#file, ...at }, { what }));
  }

  #unexpected(what: string, start: number, end: number): void {
    if (this.#mayReport()) this.diagnostics.push(syntaxError.at('unexpected', { file: this.#file, start, end }, { what }));
  }

  /** One slip makes several complaints before reading goes on; the first one says what is wrong. */
  #mayReport(): boolean {
    const isAgain = this.#errorsAfter === this.#lastEnd;
    this.#errorsAfter = this.#lastEnd;
    return !isAgain && !this.#isStopped && this.diagnostics.length < MAX_SYNTAX_ERRORS;
  }
}

/** Whether a key has a value already. Most objects are small, and comparing their keys is cheaper than making a name of this one. */
function isStated({ properties, value }: ObjectNode, key: string): boolean {
  if (properties.length > 12) return key in value;
  for (const stated of properties) if (stated.key === key && stated.value !== undefined) return true;
  return false;
}

const UNEXPECTED: Readonly<Record<TokenProblem, string>> = {
  symbol: 'Not a JSON value. Texts stand in double quotes; the words are true, false and null.',
  number: 'Not a number as JSON writes it.',
  comment: 'This comment does not end; close it with */.',
  string: 'This text does not end; close it with a double quote on the same line.',
  unicode: 'A \\u escape takes four hexadecimal digits.',
  escape: 'Not an escape that JSON knows; a backslash itself is written \\\\.',
  control: 'A control character may not stand here.',
};
