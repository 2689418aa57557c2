import { createScanner, type SyntaxKind } from 'jsonc-parser';
import type { SourceFile } from './source.js';

export interface FormatOptions {
  readonly insertSpaces?: boolean;
  readonly tabSize?: number;
  readonly insertFinalNewline?: boolean;
}

/** Replace the spaces between two tokens. */
export interface SpaceEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Lines that are longer are broken. */
const WIDTH = 140;

interface Token {
  readonly kind: 'open' | 'close' | 'comma' | 'colon' | 'value' | 'line-comment' | 'block-comment';
  readonly start: number;
  readonly end: number;
  /** Line breaks between the token before and this one. */
  readonly linesBefore: number;
}

/** What is known of a pair of brackets before the text between them is laid out. */
interface Container {
  readonly isObject: boolean;
  /** Its author put it on one line. */
  isOneLine: boolean;
  hasLineComment: boolean;
  isEmpty: boolean;
  /** Characters it takes on one line. */
  flatLength: number;
}

/**
 * Spaces and indentation as people expect them. Lines stay the lines of the author: what stands on one line and fits stays
 * there, what is spread over lines gets a line for each bracket, and at most one empty line is kept. Only spaces between
 * tokens change, so that comments, and everything else, stay what they are.
 */
export function formatSpaces(file: SourceFile, options: FormatOptions = {}): SpaceEdit[] {
  const { text } = file;
  const tokens = tokensOf(text);
  const containers = containersOf(tokens, text);
  const unit = options.insertSpaces === false ? '\t' : ' '.repeat(options.tabSize ?? 2);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const layout = new Layout(tokens, containers, text, unit, eol);
  const edits: SpaceEdit[] = [];
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    const newText = layout.spaceBefore(i);
    if (text.slice(end, token.start) !== newText) edits.push({ start: end, end: token.start, newText });
    end = token.end;
  }
  const tail = tokens.length > 0 && (options.insertFinalNewline === true || /[\r\n]\s*$/.test(text)) ? eol : '';
  if (tokens.length > 0 && text.slice(end) !== tail) edits.push({ start: end, end: text.length, newText: tail });
  return edits;
}

class Layout {
  readonly #open: { readonly container: Container; readonly isFlat: boolean }[] = [];
  #column = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly containers: ReadonlyMap<number, Container>,
    private readonly text: string,
    private readonly unit: string,
    private readonly eol: string,
  ) {}

  /** Called for each token in turn. */
  spaceBefore(index: number): string {
    const token = this.tokens[index] as Token;
    const space = this.#space(index, token, this.tokens[index - 1]);
    const lineStart = space.lastIndexOf('\n') + 1;
    this.#column = lineStart > 0 ? space.length - lineStart : this.#column + space.length;
    if (token.kind === 'open') this.#enter(token.start);
    if (token.kind === 'close') this.#open.pop();
    const body = this.text.slice(token.start, token.end);
    const last = body.lastIndexOf('\n');
    this.#column = last < 0 ? this.#column + body.length : body.length - last - 1;
    return space;
  }

  #enter(start: number): void {
    const container = this.containers.get(start) as Container;
    const isInFlat = this.#open.at(-1)?.isFlat === true;
    const fits = this.#column + container.flatLength + 1 <= WIDTH; // with the comma behind it
    const isFlat = isInFlat || container.isEmpty || (container.isOneLine && !container.hasLineComment && fits);
    this.#open.push({ container, isFlat });
  }

  #space(index: number, token: Token, before: Token | undefined): string {
    if (before === undefined) return '';
    const inside = this.#open.at(-1);
    const depth = this.#open.length;
    if (before.kind === 'line-comment') return this.#newLine(token.kind === 'close' ? depth - 1 : depth, token);
    if (inside === undefined) return this.#line(0, token) ?? ' ';
    const { container, isFlat } = inside;
    if (token.kind === 'close') return isFlat ? (container.isEmpty || !container.isObject ? '' : ' ') : this.#newLine(depth - 1);
    if (token.kind === 'comma' || token.kind === 'colon') return isComment(before) ? ' ' : '';
    if (isComment(token) && before.kind !== 'open' && token.linesBefore === 0) return ' ';
    if (before.kind === 'open') return isFlat ? (container.isObject ? ' ' : '') : this.#newLine(depth);
    if (before.kind === 'colon' || isFlat) return ' ';
    // A container that was on one line and does not fit gives a line to each entry.
    if (before.kind === 'comma' && container.isOneLine) return this.#newLine(depth);
    return this.#line(depth, token) ?? (this.#fits(index) ? ' ' : this.#newLine(depth));
  }

  /** A new line, with the empty one before it, where the author had one. */
  #line(depth: number, token: Token): string | undefined {
    return token.linesBefore === 0 ? undefined : this.#newLine(depth, token);
  }

  #newLine(depth: number, token?: Token): string {
    const isEmptyKept = (token?.linesBefore ?? 0) > 1 && token?.kind !== 'close';
    return `${isEmptyKept ? this.eol : ''}${this.eol}${this.unit.repeat(depth)}`;
  }

  /** Whether the next entry fits on the line that has been begun. */
  #fits(index: number): boolean {
    let column = this.#column + 1;
    for (let i = index; i < this.tokens.length; i++) {
      const token = this.tokens[i] as Token;
      if (token.kind === 'comma' || token.kind === 'close' || column > WIDTH) break;
      const container = token.kind === 'open' ? this.containers.get(token.start) : undefined;
      if (container !== undefined) return (container.isOneLine || container.isEmpty) && column + container.flatLength + 1 <= WIDTH;
      column += token.end - token.start + (token.kind === 'colon' ? 1 : 0);
    }
    return column + 1 <= WIDTH;
  }
}

function isComment(token: Token): boolean {
  return token.kind === 'line-comment' || token.kind === 'block-comment';
}

// SyntaxKind is a const enum of jsonc-parser, out of reach under isolated modules; the numbers are its public order.
const KINDS: Partial<Record<SyntaxKind, Token['kind']>> = {
  1: 'open',
  2: 'close',
  3: 'open',
  4: 'close',
  5: 'comma',
  6: 'colon',
  12: 'line-comment',
  13: 'block-comment',
};
const LINE_BREAK = 14;
const SPACES = 15;
const END = 17;

function tokensOf(text: string): Token[] {
  const scanner = createScanner(text, false);
  const tokens: Token[] = [];
  let linesBefore = 0;
  for (;;) {
    const kind = scanner.scan() as number;
    if (kind === END) return tokens;
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    if (kind === LINE_BREAK) linesBefore++;
    else if (kind !== SPACES) {
      tokens.push({ kind: KINDS[kind as SyntaxKind] ?? 'value', start, end, linesBefore });
      linesBefore = 0;
    }
  }
}

function containersOf(tokens: readonly Token[], text: string): Map<number, Container> {
  const containers = new Map<number, Container>();
  const open: Container[] = [];
  const add = (length: number) => {
    const inside = open.at(-1);
    if (inside !== undefined) inside.flatLength += length;
  };
  for (const token of tokens) {
    const inside = open.at(-1);
    if (token.linesBefore > 0) for (const container of open) container.isOneLine = false;
    if (inside !== undefined && token.kind !== 'close') inside.isEmpty = false;
    if (token.kind === 'open') {
      const isObject = text[token.start] === '{';
      const container: Container = { isObject, isOneLine: true, hasLineComment: false, isEmpty: true, flatLength: 0 };
      containers.set(token.start, container);
      open.push(container);
    } else if (token.kind === 'close') {
      const closed = open.pop();
      if (closed !== undefined) {
        closed.flatLength += 2 + (closed.isObject && !closed.isEmpty ? 2 : 0);
        add(closed.flatLength);
      }
    } else {
      if (token.kind === 'line-comment') for (const container of open) container.hasLineComment = true;
      if (text.slice(token.start, token.end).includes('\n')) for (const container of open) container.isOneLine = false;
      // A comma or colon brings the space behind it, a comment the one before it.
      add(token.end - token.start + (token.kind === 'value' ? 0 : 1));
    }
  }
  return containers;
}
