import type { Place, SourceFile } from '../../core/text/source.js';

export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
  /** Range of `name="value"` in the text. */
  readonly start: number;
  readonly end: number;
  isRead: boolean;
}

/** Why something in the source is deliberately not put into the design; what is there already is no loss. */
export type Aside = 'not modelled' | 'in the design already';

/**
 * An element of a parsed text. Names keep their prefix as written (`nova:owner`), declared or not.
 *
 * Whatever is asked for through `attr`, `child`, `children` and `content` counts as read; what nobody asked for is listed
 * as lost (`losses.ts`). So importers ask for exactly what they use, and never loop over everything.
 */
export class XmlElement {
  readonly #children: XmlElement[] = [];
  readonly #attributes: XmlAttribute[];
  #text = '';
  #positions: Map<XmlElement, string> | undefined;
  isRead = false;
  isTextRead = false;
  /** The element and all below it were looked at and left out on purpose. */
  aside: Aside | undefined;

  constructor(
    readonly file: SourceFile,
    readonly name: string,
    /** Range of the start tag. */
    readonly start: number,
    readonly end: number,
    attributes: XmlAttribute[],
    readonly parent: XmlElement | undefined,
  ) {
    this.#attributes = attributes;
    if (parent !== undefined) parent.#children.push(this);
  }

  /** For the reader of the text only. */
  addText(text: string): void {
    this.#text += text;
  }

  /** The name behind the prefix: `owner` of `nova:owner`. */
  get localName(): string {
    return this.name.slice(this.name.indexOf(':') + 1);
  }

  get at(): Place {
    return { file: this.file, start: this.start, end: this.end };
  }

  attributeAt(name: string): Place {
    const attribute = this.#attributes.find((a) => a.name === name);
    return attribute === undefined ? this.at : { file: this.file, start: attribute.start, end: attribute.end };
  }

  attr(name: string): string | undefined {
    for (const attribute of this.#attributes) {
      if (attribute.name !== name) continue;
      attribute.isRead = true;
      return attribute.value;
    }
    return undefined;
  }

  /** The first child of that name. */
  child(name: string): XmlElement | undefined {
    for (const child of this.#children) {
      if (child.name !== name) continue;
      child.isRead = true;
      return child;
    }
    return undefined;
  }

  /** The descendant at the end of a path of names. */
  descend(...path: readonly string[]): XmlElement | undefined {
    return path.reduce<XmlElement | undefined>((element, name) => element?.child(name), this);
  }

  children(name: string): XmlElement[] {
    return this.#children.filter((child) => child.name === name).map(marked);
  }

  /** Children whose name behind the prefix is this, whatever prefix a vendor's file gives them. */
  childrenNamed(localName: string): XmlElement[] {
    return this.#children.filter((child) => child.localName === localName).map(marked);
  }

  childNamed(localName: string): XmlElement | undefined {
    const child = this.#children.find((candidate) => candidate.localName === localName);
    return child === undefined ? undefined : marked(child);
  }

  /** Character data without the space around it; undefined where there is none. */
  content(): string | undefined {
    this.isTextRead = true;
    const text = this.#text.trim();
    return text === '' ? undefined : text;
  }

  /** Leaves the element out on purpose. */
  setAside(why: Aside = 'not modelled'): void {
    this.aside = why;
  }

  /** Looks without marking; for those who count what was not read, and for finding out what a text is. */
  get raw(): { readonly children: readonly XmlElement[]; readonly attributes: readonly XmlAttribute[]; readonly text: string } {
    return { children: this.#children, attributes: this.#attributes, text: this.#text };
  }

  /** Where it stands, as XPath writes it: `/domain/devices/disk[2]`. */
  get path(): string {
    return `${this.parent?.path ?? ''}/${this.name}${this.parent === undefined ? '' : this.parent.#positionOf(this)}`;
  }

  /** `[2]` for the second of several children of one name; counted once, when first asked for. */
  #positionOf(child: XmlElement): string {
    if (this.#positions === undefined) {
      const counts = new Map<string, number>();
      this.#positions = new Map();
      for (const { name } of this.#children) counts.set(name, (counts.get(name) ?? 0) + 1);
      const seen = new Map<string, number>();
      for (const one of this.#children) {
        const n = (seen.get(one.name) ?? 0) + 1;
        seen.set(one.name, n);
        this.#positions.set(one, (counts.get(one.name) ?? 0) > 1 ? `[${n}]` : '');
      }
    }
    return this.#positions.get(child) ?? '';
  }
}

function marked(element: XmlElement): XmlElement {
  element.isRead = true;
  return element;
}
