import { type SaxesOptions, SaxesParser } from 'saxes';
import type { Args } from '../../core/diagnostics/define.js';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.js';
import type { SourceFile } from '../../core/text/source.js';
import { importRefused } from '../problems.js';
import { type XmlAttribute, XmlElement } from './element.js';
import { type XmlLimits, xmlLimits } from './limits.js';

/** Small enough that an oversized token is noticed early, large enough that it costs nothing. */
const CHUNK = 32 * 1024;

export interface XmlOptions {
  /**
   * Document types that are let through, because tools write them without a meaning: the whole of the declaration, such as
   * `topology SYSTEM "hwloc.dtd"`. Nothing is ever loaded, and one that declares anything does not match.
   */
  readonly doctypes?: RegExp;
  readonly limits?: XmlLimits;
}

export interface XmlResult {
  /** One for each document in the text: tools print several behind each other. Empty where the text was refused. */
  readonly roots: readonly XmlElement[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads XML to light trees. Never throws and never loads anything: a document type is refused, and with it every entity
 * but the five that XML knows. Memory stays within a small multiple of the limits, whatever the text.
 */
export function readXml(file: SourceFile, options: XmlOptions = {}): XmlResult {
  const limits = options.limits ?? xmlLimits;
  try {
    if (file.text.length > limits.length) throw refuse(file, 0, 'tooLarge', { limit: megabytes(limits.length) });
    const notText = file.text.indexOf('\0');
    if (notText >= 0) throw refuse(file, notText, 'binary', {});
    const roots: XmlElement[] = [];
    const count = { elements: 0, attributes: 0 };
    let at = skipSpace(file.text, 0);
    if (at === file.text.length) throw refuse(file, 0, 'empty', {});
    if (file.text[at] !== '<') throw refuse(file, at, 'notXml', {});
    while (at < file.text.length) {
      const document = new DocumentReader(file, at, limits, options.doctypes, count);
      at = document.read();
      if (document.root !== undefined) roots.push(document.root);
    }
    return { roots, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { roots: [], diagnostics: [error.diagnostic] };
  }
}

class Refused extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super();
  }
}

/** The root element is closed; what follows is another document. */
class RootClosed extends Error {}

class DocumentReader {
  root: XmlElement | undefined;
  readonly #parser = new SaxesParser<SaxesOptions>({ xmlns: false, position: true });
  readonly #open: XmlElement[] = [];
  #attributes: XmlAttribute[] = [];
  /** Offset behind the last thing that was read whole. */
  #behind: number;
  #end = -1;

  constructor(
    private readonly file: SourceFile,
    private readonly from: number,
    private readonly limits: XmlLimits,
    private readonly doctypes: RegExp | undefined,
    private readonly count: { elements: number; attributes: number },
  ) {
    this.#behind = from;
    const parser = this.#parser;
    parser.on('error', (error) => this.#fail(error.message));
    parser.on('doctype', (doctype) => this.#doctype(doctype));
    parser.on('opentagstart', (tag) => this.#tagStart(tag.name));
    parser.on('attribute', ({ name, value }) => this.#attribute(name, value));
    parser.on('opentag', (tag) => this.#tag(tag.name));
    parser.on('closetag', () => this.#close());
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('comment', () => this.#advance());
    parser.on('processinginstruction', () => this.#advance());
  }

  /** Reads up to the end of the root element; returns the offset of the next document, or of the end of the text. */
  read(): number {
    const { text } = this.file;
    try {
      for (let at = this.from; at < text.length; at += CHUNK) {
        const end = Math.min(at + CHUNK, text.length);
        this.#parser.write(text.slice(at, end));
        if (end - this.#behind > this.limits.token) throw refuse(this.file, this.#behind, 'tokenTooLong', { limit: this.limits.token });
      }
      this.#behind = text.length;
      this.#parser.close();
    } catch (error) {
      if (!(error instanceof RootClosed)) throw error;
    }
    return this.#end < 0 ? text.length : skipMisc(text, this.#end);
  }

  get #position(): number {
    return this.from + this.#parser.position;
  }

  #advance(): void {
    this.#behind = this.#position;
  }

  #tagStart(name: string): void {
    this.#behind = this.file.text.lastIndexOf(`<${name}`, this.#position - 1);
    this.#attributes = [];
    if (++this.count.elements > this.limits.elements)
      throw refuse(this.file, this.#behind, 'tooManyElements', { limit: this.limits.elements });
    if (this.#open.length >= this.limits.depth) throw refuse(this.file, this.#behind, 'tooDeep', { limit: this.limits.depth });
  }

  #attribute(name: string, value: string): void {
    const previous = this.#attributes.at(-1);
    const end = this.#position;
    const start = this.file.text.indexOf(name, previous?.end ?? this.#behind + 1);
    this.#attributes.push({ name, value, start: start < 0 || start > end ? end - 1 : start, end, isRead: false });
    if (value.length > this.limits.token) throw refuse(this.file, end - 1, 'tokenTooLong', { limit: this.limits.token });
    if (++this.count.attributes > this.limits.attributes)
      throw refuse(this.file, this.#behind, 'tooManyAttributesInAll', { limit: this.limits.attributes });
    if (this.#attributes.length > this.limits.attributesPerElement)
      throw refuse(this.file, this.#behind, 'tooManyAttributes', { limit: this.limits.attributesPerElement });
  }

  #tag(name: string): void {
    const element = new XmlElement(this.file, name, this.#behind, this.#position, this.#attributes, this.#open.at(-1));
    this.root ??= element;
    this.#open.push(element);
    this.#advance();
  }

  #text(text: string): void {
    this.#open.at(-1)?.addText(text);
    this.#advance();
  }

  #close(): void {
    this.#open.pop();
    this.#advance();
    if (this.#open.length > 0) return;
    this.#end = this.#position;
    throw new RootClosed();
  }

  #doctype(doctype: string): void {
    if (this.doctypes?.test(doctype.trim()) !== true)
      throw refuse(this.file, this.file.text.lastIndexOf('<!DOCTYPE', this.#position - 1), 'doctype', {});
    this.#advance();
  }

  /** Messages of the parser read `12:5: unclosed tag: disk`. */
  #fail(message: string): never {
    const what = message.replace(/^\d+:\d+: /, '').replace(/[.\s]+$/, '');
    // The parser notices some things far behind the place where they went wrong.
    const open = this.#open.at(-1);
    const at =
      what.startsWith('unclosed tag') && open !== undefined
        ? open.start
        : what.startsWith('text data outside')
          ? skipSpace(this.file.text, this.#behind)
          : Math.max(0, Math.min(this.#position - 1, this.file.text.length - 1));
    throw refuse(this.file, at, 'malformed', { what });
  }
}

type Messages = typeof importRefused.messages;

function refuse<Id extends keyof Messages>(file: SourceFile, offset: number, message: Id, args: Args<Messages[Id]>): Refused {
  const start = Math.max(0, Math.min(offset, file.text.length));
  return new Refused(importRefused.at(message, { file, start, end: Math.min(start + 1, file.text.length) }, args));
}

function megabytes(length: number): number {
  return Math.round(length / 1e6);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n\uFEFF'.includes(text[at] as string)) at++;
  return at;
}

/** Behind a document: space and comments, which belong to nothing. */
function skipMisc(text: string, from: number): number {
  let at = skipSpace(text, from);
  while (text.startsWith('<!--', at)) {
    const end = text.indexOf('-->', at);
    if (end < 0) return at;
    at = skipSpace(text, end + 3);
  }
  return at;
}
