/** What the reader of tokens has found. */
export type TokenKind = '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'number' | 'word' | 'end';

/** What is wrong inside one token. */
export type TokenProblem = 'symbol' | 'number' | 'comment' | 'string' | 'unicode' | 'escape' | 'control';

const STRUCTURE: readonly (TokenKind | undefined)[] = Array.from({ length: 128 }, (_, code) =>
  ('{}[],:' as string).includes(String.fromCharCode(code)) ? (String.fromCharCode(code) as TokenKind) : undefined,
);
const QUOTE = 34;
const BACKSLASH = 92;
const SLASH = 47;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Cuts JSON with comments into tokens. What is no token is reported and left out. */
export class TokenReader {
  kind: TokenKind = 'end';
  start = 0;
  end = 0;
  /** Of strings, numbers and the words true, false and null. */
  value: string | number | boolean | null = null;
  #next = 0;

  constructor(
    private readonly text: string,
    private readonly onComment: (start: number, end: number) => void,
    private readonly onProblem: (problem: TokenProblem, start: number, end: number) => void,
  ) {}

  /** Nothing more is read. */
  stop(): void {
    this.#next = this.text.length;
    this.kind = 'end';
    this.start = this.end = this.text.length;
  }

  advance(): void {
    const { text } = this;
    let at = this.#next;
    for (;;) {
      const c = text.charCodeAt(at);
      // A byte order mark that nobody took away is a space.
      if (c === 32 || c === 10 || c === 13 || c === 9 || (c === 0xfeff && at === 0)) {
        at++;
        continue;
      }
      const end = at < text.length ? this.#token(at, c) : undefined;
      if (end === undefined) break;
      if (end === at) return; // a token was found
      at = end;
    }
    this.stop();
  }

  /** Takes what begins at an offset: the offset itself if it is a token, else the end of what is none. */
  #token(at: number, c: number): number {
    const comment = c === SLASH ? this.#comment(at) : undefined;
    if (comment !== undefined) return comment;
    const structure = c < 128 ? STRUCTURE[c] : undefined;
    if (structure !== undefined) this.#found(structure, at, at + 1);
    else if (c === QUOTE) this.#string(at);
    else {
      const end = this.#wordEnd(at);
      const isNumber = c === 45 || (c >= 48 && c <= 57);
      if (!(isNumber ? this.#number(at, end) : this.#word(at, end))) return end;
    }
    return at;
  }

  #found(kind: TokenKind, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.#next = end;
  }

  /** The end of a comment; undefined for a slash that begins none. */
  #comment(start: number): number | undefined {
    const { text } = this;
    const second = text.charCodeAt(start + 1);
    if (second === SLASH) {
      let end = start + 2;
      while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
      this.onComment(start, end);
      return end;
    }
    if (second !== 42 /* * */) return undefined;
    const close = text.indexOf('*/', start + 2);
    const end = close < 0 ? text.length : close + 2;
    if (close < 0) this.onProblem('comment', start, end);
    this.onComment(start, end);
    return end;
  }

  #string(start: number): void {
    const { text } = this;
    for (let at = start + 1; ; at++) {
      const c = text.charCodeAt(at);
      if (c === QUOTE) {
        this.value = text.slice(start + 1, at);
        this.#found('string', start, at + 1);
        return;
      }
      if (c === BACKSLASH || c < 32 || at >= text.length) {
        this.#slowString(start);
        return;
      }
    }
  }

  /** A string with escapes or control characters in it, or one that does not end on its line. */
  #slowString(start: number): void {
    const { text } = this;
    let value = '';
    let problem: TokenProblem | undefined;
    let at = start + 1;
    for (; at < text.length; ) {
      const c = text.charCodeAt(at);
      if (c === 10 || c === 13) break;
      if (c === QUOTE) {
        if (problem !== undefined) this.onProblem(problem, start, at + 1);
        this.value = value;
        this.#found('string', start, at + 1);
        return;
      }
      if (c === BACKSLASH) {
        const escape = this.#escape(at);
        if (escape === undefined) problem ??= text[at + 1] === 'u' ? 'unicode' : 'escape';
        else value += escape.character;
        at += escape?.length ?? 2;
        continue;
      }
      if (c < 32) problem ??= 'control';
      value += text[at++];
    }
    // Brackets and commas at the end of the line are more likely those of the design than part of a text that is being typed.
    const end = Math.min(at, text.length);
    const kept = start + text.slice(start, end).replace(/[\s,}\]]+$/, '').length;
    this.onProblem('string', start, Math.max(kept, start + 1));
    this.value = text.slice(start + 1, Math.max(kept, start + 1));
    this.#found('string', start, Math.max(kept, start + 1));
  }

  #escape(at: number): { character: string; length: number } | undefined {
    const letter = this.text[at + 1] ?? '';
    if (letter !== 'u') {
      const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
      return character === undefined ? undefined : { character, length: 2 };
    }
    const digits = this.text.slice(at + 2, at + 6);
    return /^[0-9a-fA-F]{4}$/.test(digits) ? { character: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 } : undefined;
  }

  /** Up to the next space, bracket, quote, comma, colon or slash; at least one character. */
  #wordEnd(start: number): number {
    const { text } = this;
    let end = start + 1;
    for (; end < text.length; end++) {
      const c = text.charCodeAt(end);
      if (c <= 32 || c === QUOTE || c === SLASH || (c < 128 && STRUCTURE[c] !== undefined)) break;
    }
    return end;
  }

  #number(start: number, end: number): boolean {
    const text = this.text.slice(start, end);
    const value = Number(text);
    if (!NUMBER.test(text)) this.onProblem('number', start, end);
    if (Number.isNaN(value)) return false;
    this.value = value;
    this.#found('number', start, end);
    return true;
  }

  #word(start: number, end: number): boolean {
    const text = this.text.slice(start, end);
    if (text !== 'true' && text !== 'false' && text !== 'null') {
      this.onProblem('symbol', start, end);
      return false;
    }
    this.value = text === 'null' ? null : text === 'true';
    this.#found('word', start, end);
    return true;
  }
}
