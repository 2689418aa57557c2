import type { ParseResult } from '../../core/text/parse.js';
import type { Place } from '../../core/text/source.js';
import type { ArrayNode, ObjectNode, Property, SyntaxNode } from '../../core/text/tree.js';

/** What a proposal must know of the text around it to leave it JSON. */
interface Gap {
  /** What is replaced: the word or text the cursor is in, or nothing. */
  readonly replace: Place;
  /** Offset at which the comma behind the entry before is missing. */
  readonly commaBefore: number | undefined;
  /** Another entry follows and no comma stands before it. */
  readonly needsCommaAfter: boolean;
}

export interface KeyContext extends Gap {
  readonly kind: 'key';
  readonly object: ObjectNode;
  /** Keys and indexes to the object. */
  readonly path: readonly (string | number)[];
  /** The key has its colon: only its name is replaced. */
  readonly hasColon: boolean;
  /** Keys that stand in the object already, but for the one that is replaced. */
  readonly present: ReadonlySet<string>;
  /** What is typed of the key, up to the cursor, without quotes. */
  readonly typed: string;
}

export interface ValueContext extends Gap {
  readonly kind: 'value';
  /** Keys and indexes to the value. */
  readonly path: readonly (string | number)[];
  /** The list it stands in, if it stands in one. */
  readonly list: ArrayNode | undefined;
  /** What is typed of the value, up to the cursor, without quotes. */
  readonly typed: string;
}

/** Nothing but comments stands in the text, or the beginning of a word. */
export interface EmptyContext extends Gap {
  readonly kind: 'empty';
}

export type CompletionContext = KeyContext | ValueContext | EmptyContext;

/** What can be completed at an offset; undefined in comments, and where only punctuation may stand. */
export function contextAt(parsed: ParseResult, offset: number): CompletionContext | undefined {
  const { file, root, comments } = parsed;
  if (comments.some(({ start, end }) => start < offset && (offset < end || (file.text[start + 1] === '/' && offset === end))))
    return undefined;
  const at = new Around(parsed, offset);
  if (root === undefined || (root.type !== 'object' && root.type !== 'array'))
    return { kind: 'empty', ...at.word(), commaBefore: undefined, needsCommaAfter: false };
  return isInside(root, offset, file.text) ? at.inside(root, []) : undefined;
}

/** Between the brackets of a container, or inside one that is not closed. */
function isInside(node: SyntaxNode, offset: number, text: string): boolean {
  if (offset <= node.start) return false;
  if (offset < node.end) return true;
  const isClosed = text[node.end - 1] === (node.type === 'object' ? '}' : ']') && node.end - node.start > 1;
  return offset === node.end && !isClosed;
}

class Around {
  readonly #text: string;

  constructor(
    private readonly parsed: ParseResult,
    private readonly offset: number,
  ) {
    this.#text = parsed.file.text;
  }

  inside(node: ObjectNode | ArrayNode, path: readonly (string | number)[]): CompletionContext | undefined {
    return node.type === 'object' ? this.#inObject(node, path) : this.#inArray(node, path);
  }

  #inObject(object: ObjectNode, path: readonly (string | number)[]): CompletionContext | undefined {
    let before: Property | undefined;
    for (const prop of object.properties) {
      if (prop.keyStart >= this.offset) break;
      if (this.offset < prop.keyEnd || (this.offset === prop.keyEnd && !isClosedString(this.#text, prop.keyStart, prop.keyEnd)))
        return this.#key(object, path, prop);
      if (prop.value !== undefined && this.offset < prop.value.start) return undefined; // around the colon
      if (prop.value !== undefined) {
        const found = this.#inValue(prop.value, [...path, prop.key]);
        if (found !== 'behind') return found;
      }
      before = prop;
    }
    const start = before === undefined ? object.start + 1 : (before.value?.end ?? before.keyEnd);
    const { replace, typed } = this.word();
    const punctuation = this.#punctuation(start, replace.start);
    if (before !== undefined && before.value === undefined) {
      if (!punctuation.includes(':')) return undefined;
      return {
        kind: 'value',
        path: [...path, before.key],
        list: undefined,
        replace,
        typed,
        commaBefore: undefined,
        ...this.#after(replace),
      };
    }
    const isMissing = before !== undefined && !punctuation.includes(',');
    if (isMissing && start === replace.start) return undefined;
    const commaBefore = isMissing ? start : undefined;
    return {
      kind: 'key',
      object,
      path,
      present: new Set(object.properties.map(({ key }) => key)),
      hasColon: false,
      replace,
      typed,
      commaBefore,
      ...this.#after(replace),
    };
  }

  /** Inside a key that stands there, whole or half typed. */
  #key(object: ObjectNode, path: readonly (string | number)[], prop: Property): KeyContext {
    const isClosed = isClosedString(this.#text, prop.keyStart, prop.keyEnd);
    const replace = { file: this.parsed.file, start: prop.keyStart, end: isClosed ? prop.keyEnd : this.offset };
    const present = new Set(object.properties.filter((other) => other !== prop).map(({ key }) => key));
    const index = object.properties.indexOf(prop);
    const before = object.properties[index - 1];
    const start = before === undefined ? undefined : (before.value?.end ?? before.keyEnd);
    const isMissing = start !== undefined && !this.#punctuation(start, prop.keyStart).includes(',');
    return {
      kind: 'key',
      object,
      path,
      present,
      replace,
      hasColon: this.#next(replace.end) === ':',
      typed: this.#text.slice(prop.keyStart + 1, this.offset),
      commaBefore: isMissing ? start : undefined,
      ...this.#after(replace),
    };
  }

  #inArray(list: ArrayNode, path: readonly (string | number)[]): CompletionContext | undefined {
    let before: SyntaxNode | undefined;
    let index = 0;
    for (const item of list.items) {
      if (item.start >= this.offset) break;
      const found = this.#inValue(item, [...path, index], list);
      if (found !== 'behind') return found;
      before = item;
      index++;
    }
    const start = before?.end ?? list.start + 1;
    const { replace, typed } = this.word();
    const isMissing = before !== undefined && !this.#punctuation(start, replace.start).includes(',');
    if (isMissing && start === replace.start) return undefined;
    return {
      kind: 'value',
      path: [...path, index],
      list,
      replace,
      typed,
      commaBefore: isMissing ? start : undefined,
      ...this.#after(replace),
    };
  }

  /** `behind`: the cursor is not in the value but somewhere after it. In front of a value it is replaced. */
  #inValue(node: SyntaxNode, path: readonly (string | number)[], list?: ArrayNode): CompletionContext | undefined | 'behind' {
    if (node.type === 'object' || node.type === 'array') {
      if (this.offset === node.start) return undefined;
      return isInside(node, this.offset, this.#text) ? this.inside(node, path) : 'behind';
    }
    const isText = node.type === 'string';
    const isClosed = isText && isClosedString(this.#text, node.start, node.end);
    if (this.offset > node.end || (this.offset === node.end && isClosed)) return 'behind';
    const replace = { file: this.parsed.file, start: node.start, end: isText && !isClosed ? this.offset : node.end };
    const typed = this.#text.slice(node.start + (isText ? 1 : 0), this.offset);
    return { kind: 'value', path, list, replace, typed, commaBefore: undefined, ...this.#after(replace) };
  }

  /** The word that ends at the cursor, quotes or none. */
  word(): { replace: Place; typed: string } {
    let start = this.offset;
    while (start > 0 && /[\w.$*[\]/-]/.test(this.#text[start - 1] as string) && !this.#isBracketOfList(start - 1)) start--;
    return { replace: { file: this.parsed.file, start, end: this.offset }, typed: this.#text.slice(start, this.offset) };
  }

  /** `[` and `]` belong to a word only between its letters: `web[3]`. */
  #isBracketOfList(index: number): boolean {
    const character = this.#text[index];
    return (character === '[' || character === ']' || character === '/') && !/[\w\]*]/.test(this.#text[index - 1] ?? '');
  }

  #after({ end }: Place): { needsCommaAfter: boolean } {
    return { needsCommaAfter: /^["\w{[-]/.test(this.#next(end)) };
  }

  /** The next character that is neither space nor comment. */
  #next(from: number): string {
    let at = from;
    for (;;) {
      while (/\s/.test(this.#text[at] ?? '')) at++;
      const comment = this.parsed.comments.find(({ start }) => start === at);
      if (comment === undefined) return this.#text[at] ?? '';
      at = comment.end;
    }
  }

  /** What stands between two offsets besides spaces and comments. */
  #punctuation(from: number, to: number): string {
    let result = '';
    let at = from;
    while (at < to) {
      const start = at;
      const comment = this.parsed.comments.find((each) => each.start === start);
      if (comment !== undefined) at = comment.end;
      else result += this.#text[at++];
    }
    return result.replace(/\s/g, '');
  }
}

function isClosedString(text: string, start: number, end: number): boolean {
  return end - start > 1 && text[end - 1] === '"';
}
