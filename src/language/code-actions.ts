import type { CodeAction, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { type Change, type Diagnostic, messageText } from '../core/diagnostics/diagnostic.js';
import { parseOnce } from '../core/model/project.js';
import { editsOf, type TextEdit } from '../core/text/edits.js';
import { offsetAt, rangeOf } from '../core/text/source.js';
import { child } from '../core/text/tree.js';
import type { CheckOptions } from './check.js';
import { lspDiagnostic } from './diagnostics.js';
import type { Document } from './document.js';
import { verifiedFixes } from './fixes.js';
import { isRule } from './help/problem.js';
import { workspaceEdit } from './lsp.js';
import { findProblem } from './problems.js';

export interface CodeActionOptions {
  /** What the design was checked with; a fix is checked with the same. */
  readonly check?: CheckOptions;
  /** Command of the editor that shows the page of a rule; without one that action is not offered. */
  readonly explainCommand?: string | undefined;
  /** The editor lets places in an edit be filled in. */
  readonly snippetEdits?: boolean;
}

/** Each fix is made on a copy and the copy checked, so a range with many findings offers those of the first ones. */
const MAX_FIXED = 4;
const REASON = 'why it is accepted';

/** What can be done about the findings in a range: fixes that hold what they promise, and for rules to accept or to silence. */
export function codeActions(document: Document, range: Range, options: CodeActionOptions = {}): CodeAction[] {
  const start = offsetAt(document.file, range.start);
  const end = offsetAt(document.file, range.end);
  const found = document.analysis.diagnostics.filter(({ at }) => at.file === document.file && at.start <= end && start <= at.end);
  const fixes = found
    .filter((diagnostic) => diagnostic.fixes !== undefined)
    .slice(0, MAX_FIXED)
    .flatMap((diagnostic) => fixesOf(diagnostic, document, options));
  const rest = [...new Map(found.map((diagnostic) => [`${diagnostic.name} ${diagnostic.path}`, diagnostic])).values()];
  return [...fixes, ...rest.flatMap((diagnostic) => [...silencing(diagnostic, document, options), ...explaining(diagnostic, options)])];
}

function fixesOf(diagnostic: Diagnostic, document: Document, options: CodeActionOptions): CodeAction[] {
  return verifiedFixes(diagnostic, document.analysis, options.check).map(({ fix, edits }, i) => ({
    title: messageText(fix.title),
    kind: 'quickfix',
    diagnostics: [lspDiagnostic(diagnostic)],
    isPreferred: i === 0,
    edit: workspaceEdit(edits),
  }));
}

/** Rules can be argued with; what cannot be read cannot. */
function silencing(diagnostic: Diagnostic, document: Document, options: CodeActionOptions): CodeAction[] {
  const definition = findProblem(diagnostic.name);
  if (definition === undefined || !isRule(definition)) return [];
  const { root } = document.analysis.project.main;
  if (root?.type !== 'object') return [];
  const { name, path } = diagnostic;
  const suppression = { rule: name, ...(path === undefined ? {} : { at: path }), reason: REASON };
  const list = child(root, 'suppress');
  const accept: Change =
    list?.type === 'array'
      ? { kind: 'append', to: list, value: suppression }
      : { kind: 'set', within: root, keys: ['suppress'], value: [suppression] };
  const silence: Change = { kind: 'set', within: root, keys: ['rules', name], value: 'off' };
  const diagnostics = [lspDiagnostic(diagnostic)];
  return [
    {
      title: `Accept this finding${path === undefined ? '' : ` for ${path}`}, with a reason`,
      kind: 'quickfix',
      diagnostics,
      edit: suppressing(edits(accept), options),
    },
    { title: `Switch off ${name} in this design`, kind: 'quickfix', diagnostics, edit: workspaceEdit(edits(silence)) },
  ];
}

function edits(change: Change): readonly TextEdit[] {
  return editsOf(change, (file) => parseOnce(file).root);
}

/** The reason is for its author to write; where the editor can, the cursor is put there. */
function suppressing(made: readonly TextEdit[], { snippetEdits }: CodeActionOptions): WorkspaceEdit {
  const [first] = made;
  if (snippetEdits !== true || first === undefined) return workspaceEdit(made);
  return {
    documentChanges: [
      {
        textDocument: { uri: first.file.uri, version: null },
        edits: made.map((edit) => {
          const escaped = edit.newText.replace(/[\\$}]/g, '\\$&').replace(REASON, `\${1:${REASON}}`);
          return { range: rangeOf(edit), snippet: { kind: 'snippet' as const, value: escaped } };
        }),
      },
    ],
  };
}

function explaining({ code, name }: Diagnostic, { explainCommand }: CodeActionOptions): CodeAction[] {
  if (explainCommand === undefined) return [];
  const title = `Explain ${code} ${name}`;
  return [{ title, kind: 'quickfix', command: { title, command: explainCommand, arguments: [name] } }];
}
