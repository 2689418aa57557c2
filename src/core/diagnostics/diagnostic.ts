import type { Place } from '../text/source.js';
import type { ArrayNode, Json, ObjectNode } from '../text/tree.js';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Words are made at the edge: an English template with `{name}` holes, and what fills them. */
export interface Message {
  readonly template: string;
  readonly args: Readonly<Record<string, string | number>>;
}

/** Something that is wrong, or worth knowing, at one place of the text. Plain data. */
export interface Diagnostic {
  /** `IOVT` and three digits, never used for anything else again. */
  readonly code: string;
  /** The kebab-case id that settings, suppressions and the documentation use. */
  readonly name: string;
  readonly severity: Severity;
  readonly message: Message;
  readonly at: Place;
  /** The entity it is about, as a reference such as `h1/web[3]/eth0`. */
  readonly path?: string | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
  readonly fixes?: readonly Fix[] | undefined;
}

export interface RelatedPlace {
  readonly message: Message;
  readonly at: Place;
}

/** A change of the text that its user may ask for. All of its changes are made, or none. */
export interface Fix {
  readonly title: Message;
  readonly changes: readonly Change[];
}

/**
 * `set` puts a value below an object of the text and keeps its comments; `undefined` removes. `append` adds an entry to a
 * list. `text` replaces a stretch.
 */
export type Change =
  | { readonly kind: 'set'; readonly within: ObjectNode; readonly keys: readonly string[]; readonly value: Json | undefined }
  | { readonly kind: 'append'; readonly to: ArrayNode; readonly value: Json }
  | { readonly kind: 'text'; readonly at: Place; readonly newText: string };

export function messageText(message: Message): string {
  return message.template.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = message.args[name];
    return value === undefined ? hole : String(value);
  });
}

export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return a.at.start - b.at.start || a.at.end - b.at.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

export const severities: readonly Severity[] = ['error', 'warning', 'info', 'hint'];
