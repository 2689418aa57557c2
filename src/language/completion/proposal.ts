import type { CompletionItem, CompletionItemKind, TextEdit } from 'vscode-languageserver-types';
import { unitOf } from '../../core/text/edits.js';
import { rangeOf, type SourceFile } from '../../core/text/source.js';
import type { CompletionContext } from './context.js';
import { plainText, type Snippet } from './snippet.js';

/** Kinds of item as the protocol numbers them. */
export const itemKinds = {
  property: 10,
  value: 12,
  unit: 11,
  word: 20,
  snippet: 15,
  reference: 18,
  module: 9,
} as const satisfies Record<string, CompletionItemKind>;

/** Something to offer: what is inserted is the whole key with its value, or the whole value. */
export interface Proposal {
  readonly label: string;
  readonly kind: keyof typeof itemKinds;
  readonly insert: Snippet;
  /** What the typed text is compared with; the label if left out. */
  readonly filter?: string;
  readonly detail?: string | undefined;
  /** Markdown. */
  readonly documentation?: string | undefined;
  /** Groups of proposals, `0` first; within a group they keep their order. */
  readonly group?: number;
  /** Something remains to be chosen where the cursor ends up: the list opens again. */
  readonly opensAgain?: boolean;
}

export interface ItemOptions {
  /** The editor knows places to fill in. */
  readonly snippets: boolean;
}

const ADJUST_INDENTATION = 2; // InsertTextMode
const SNIPPET = 2; // InsertTextFormat
const PLAIN = 1;

/** Proposals as the protocol has them, each with the edits that keep the text JSON. */
export function itemsOf(
  proposals: readonly Proposal[],
  context: CompletionContext,
  file: SourceFile,
  options: ItemOptions,
): CompletionItem[] {
  const range = rangeOf(context.replace);
  const unit = unitOf(file.text);
  const quote = file.text[context.replace.start] === '"' ? '"' : '';
  const comma = context.needsCommaAfter && !(context.kind === 'key' && context.hasColon) ? ',' : '';
  const additional: TextEdit[] =
    context.commaBefore === undefined
      ? []
      : [{ range: rangeOf({ file, start: context.commaBefore, end: context.commaBefore }), newText: ',' }];
  return proposals.map((proposal, i): CompletionItem => {
    const text = proposal.insert.replace(/\t/g, unit) + comma;
    return {
      label: proposal.label,
      kind: itemKinds[proposal.kind],
      sortText: `${proposal.group ?? 5}${String(i).padStart(5, '0')}`,
      filterText: `${quote}${proposal.filter ?? proposal.label}${quote}`,
      insertTextFormat: options.snippets ? SNIPPET : PLAIN,
      insertTextMode: ADJUST_INDENTATION,
      textEdit: { range, newText: options.snippets ? text : plainText(text) },
      ...(additional.length > 0 ? { additionalTextEdits: additional } : {}),
      ...(proposal.detail === undefined ? {} : { detail: proposal.detail }),
      ...(proposal.documentation === undefined ? {} : { documentation: { kind: 'markdown', value: proposal.documentation } }),
      ...(proposal.opensAgain === true && options.snippets
        ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } }
        : {}),
    };
  });
}
