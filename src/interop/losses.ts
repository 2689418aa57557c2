import type { Place } from '../core/text/source.js';
import type { XmlAttribute, XmlElement } from './xml/element.js';

export type LossReason = 'not modelled' | 'unknown' | 'assumed';

/** Something of a source that is not in the design as the source had it. */
export interface Loss {
  readonly at: Place;
  /** Where it stands, as XPath would say it. */
  readonly place: string;
  /** What it is, in the words of the source, or what was assumed instead. */
  readonly what: string;
  readonly why: LossReason;
  /** How many places are alike; `at` is the first. */
  readonly count: number;
}

/** What a format knows of the things its importer does not read. */
export interface Knowledge {
  /** Left out on purpose; everything else that was not read is unknown. */
  isNotModelled(element: XmlElement, attribute: string | undefined): boolean;
  /** Where an element stands; XPath from the root unless the format has something clearer. */
  placeOf?(element: XmlElement): string;
  /** What makes two places alike, so that they are one loss; the path without positions unless the format knows better. */
  kindOf?(element: XmlElement): string;
}

/**
 * Everything below an element that the importer never asked for: an element not read counts once, with all that is in it.
 * Places that differ only in their position or value are one loss with a count.
 */
export function unreadLosses(root: XmlElement, knowledge: Knowledge): Loss[] {
  const groups = new Map<string, { loss: Omit<Loss, 'count' | 'what'>; whats: string[] }>();
  const add = (element: XmlElement, at: Place, what: string, name: string, why: LossReason) => {
    const key = `${why}\n${knowledge.kindOf?.(element) ?? kindOfPlace(element)}\n${name}`;
    const group = groups.get(key);
    if (group !== undefined) {
      group.whats.push(what);
      return;
    }
    const place = (knowledge.placeOf?.(element) ?? element.path) + (name.startsWith('@') ? `/${name}` : '');
    groups.set(key, { loss: { at, place, why }, whats: [what] });
  };
  const hold = holders(root);
  const visit = (element: XmlElement): void => {
    if (element.aside === 'in the design already') return;
    if (element.aside !== undefined || !element.isRead) {
      const why = element.aside ?? (knowledge.isNotModelled(element, undefined) ? 'not modelled' : 'unknown');
      add(element, element.at, describe(element), element.name, why);
      // What was passed over may hold something that was read: a NUMA node in a group, a bridge in a package.
      if (element.aside === undefined && hold.has(element)) for (const child of element.raw.children) visit(child);
      return;
    }
    const { attributes, children, text } = element.raw;
    for (const attribute of attributes) {
      if (attribute.isRead || isNamespace(attribute)) continue;
      const why = knowledge.isNotModelled(element, attribute.name) ? 'not modelled' : 'unknown';
      const at = { file: element.file, start: attribute.start, end: attribute.end };
      add(element, at, `${attribute.name}="${shortened(attribute.value)}"`, `@${attribute.name}`, why);
    }
    const content = text.trim();
    if (content !== '' && !element.isTextRead) add(element, element.at, `text "${shortened(content)}"`, 'text()', 'unknown');
    for (const child of children) visit(child);
  };
  visit(root);
  return [...groups.values()].map(({ loss, whats }) => ({ ...loss, what: summary(whats), count: whats.length }));
}

/** Elements below which something was read. */
function holders(root: XmlElement): ReadonlySet<XmlElement> {
  const found = new Set<XmlElement>();
  const visit = (element: XmlElement): boolean => {
    let holds = false;
    for (const child of element.raw.children) holds = visit(child) || holds;
    if (holds) found.add(element);
    return holds || element.isRead;
  };
  visit(root);
  return found;
}

/** A prefix bound to a URI says nothing by itself. */
function isNamespace({ name }: XmlAttribute): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}

/** Path without positions, with the `type` that tells elements of one name apart. */
function kindOfPlace(element: XmlElement): string {
  let path = '';
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) path = `/${at.name}${path}`;
  return `${path}[${element.raw.attributes.find(({ name }) => name === 'type')?.value ?? ''}]`;
}

/** Attributes that say which of several elements of one name it is. */
const TELLING = ['type', 'model', 'name', 'mode', 'bus', 'id', 'dev'];

function describe(element: XmlElement): string {
  const telling = TELLING.flatMap((name) => element.raw.attributes.find((a) => a.name === name && a.value !== '') ?? []);
  const model = element.raw.children.find(({ name }) => name === 'model')?.raw.attributes.find(({ name }) => name === 'type');
  const shown = telling.slice(0, 2).map(({ name, value }) => ` ${name}="${shortened(value)}"`);
  if (model !== undefined) shown.push(` … model "${shortened(model.value)}"`);
  const text = element.raw.children.length === 0 ? element.raw.text.trim() : '';
  return `<${element.name}${shown.join('')}>${text === '' ? '' : ` ${shortened(text)}`}`;
}

function summary(whats: readonly string[]): string {
  const distinct = [...new Set(whats)];
  const [first = ''] = distinct;
  if (distinct.length === 1) return first;
  if (distinct.length <= 3) return distinct.join(', ');
  return `${first} and ${distinct.length - 1} other values`;
}

const MAX_SHOWN = 80;

export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN - 1)}…` : line;
}
