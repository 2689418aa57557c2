import { compareDiagnostics, type Diagnostic } from '../core/diagnostics/diagnostic.js';
import type { Place, SourceFile } from '../core/text/source.js';
import { type Knowledge, type Loss, unreadLosses } from './losses.js';
import { importAssumed, importNotModelled, importNotUnderstood, importRefused } from './problems.js';
import type { XmlElement } from './xml/element.js';

/** Single places that are named one by one; the list of losses has all of them. */
const MAX_UNKNOWN_NAMED = 20;
const MAX_NAMES = 14;

/** What an import has to say: the diagnostics for people, and the losses for the list. Nothing is assumed without a word here. */
export class ImportLog {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #losses: Loss[] = [];

  #isRefused = false;

  add(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
    this.#isRefused ||= diagnostic.code === importRefused.id;
  }

  /** The source leaves something open. @param path the entity of the design that it is about. */
  assume(element: XmlElement, what: string, path?: string): void {
    this.add(importAssumed.at('assumed', element.at, { what }, { path }));
    this.#losses.push({ at: element.at, place: element.path, what, why: 'assumed', count: 1 });
  }

  /** The source says more than the language can: what is left out of something that is otherwise there. */
  reduce(element: XmlElement, what: string, path?: string): void {
    this.add(importNotModelled.at('reduced', element.at, { what }, { path }));
    this.#losses.push({ at: element.at, place: element.path, what, why: 'not modelled', count: 1 });
  }

  /** An attribute, or the text of an element, that is not a value of its kind. */
  invalid(element: XmlElement, attribute: string | undefined, value: string, expected: string): void {
    const what = attribute === undefined ? `<${element.name}>` : `${attribute} of <${element.name}>`;
    const at: Place = attribute === undefined ? element.at : element.attributeAt(attribute);
    this.add(importNotUnderstood.at('invalid', at, { what, value, expected }));
    const place = attribute === undefined ? element.path : `${element.path}/@${attribute}`;
    this.#losses.push({ at, place, what: `"${value}" is not ${expected}`, why: 'unknown', count: 1 });
  }

  /** Something without which an element means nothing. */
  missing(element: XmlElement, what: string): void {
    this.add(importNotUnderstood.at('missing', element.at, { element: element.name, what }));
    this.#losses.push({ at: element.at, place: element.path, what: `no ${what}`, why: 'unknown', count: 1 });
  }

  /** Lists what was never read below the root of a source. Called once, when the import is over. */
  close(root: XmlElement, knowledge: Knowledge): void {
    const losses = unreadLosses(root, knowledge);
    this.#losses.push(...losses);
    const unknown = losses.filter(({ why }) => why === 'unknown');
    for (const { at, what, count } of unknown.slice(0, MAX_UNKNOWN_NAMED))
      this.add(importNotUnderstood.at('unknown', at, { what: count > 1 ? `${what} (${count} places)` : what }));
    const more = unknown.slice(MAX_UNKNOWN_NAMED);
    if (more.length > 0) this.add(importNotUnderstood.at('more', more[0]?.at ?? root.at, { count: more.length }));
    const left = losses.filter(({ why }) => why === 'not modelled');
    if (left.length === 0) return;
    const count = left.reduce((sum, loss) => sum + loss.count, 0);
    this.add(importNotModelled.at('summary', root.at, { count, names: namesOf(left) }));
  }

  /** By file in the order of the inputs, then by place. */
  get diagnostics(): readonly Diagnostic[] {
    return byFile(this.#diagnostics, compareDiagnostics);
  }

  get losses(): readonly Loss[] {
    return byFile(this.#losses, (a, b) => a.at.start - b.at.start);
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }
}

function byFile<T extends { readonly at: Place }>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  const order = new Map<SourceFile, number>();
  for (const { at } of items) if (!order.has(at.file)) order.set(at.file, order.size);
  return [...items].sort((a, b) => (order.get(a.at.file) as number) - (order.get(b.at.file) as number) || compare(a, b));
}

/** The names of what was left out, those that stand for most first. */
function namesOf(losses: readonly Loss[]): string {
  const counts = new Map<string, number>();
  for (const { place, count } of losses) {
    const name =
      place
        .split('/')
        .slice(-1)[0]
        ?.replace(/\[[^\]]*\]/g, '') ?? place;
    const above =
      place
        .split('/')
        .slice(-2)[0]
        ?.replace(/\[[^\]]*\]/g, '') ?? '';
    const shown = name.startsWith('@') || name === 'address' ? `${above}/${name}` : name;
    counts.set(shown, (counts.get(shown) ?? 0) + count);
  }
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return names.length > MAX_NAMES ? `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more` : names.join(', ');
}
