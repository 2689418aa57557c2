import type { DiagnosticSeverity, Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import { type Diagnostic, messageText, type Severity } from '../core/diagnostics/diagnostic.js';
import { rangeOf } from '../core/text/source.js';
import { locationOf } from './lsp.js';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, info: 3, hint: 4 };
const UNNECESSARY = 1; // DiagnosticTag

/** Findings about something that has no effect; editors draw it faint. */
const WITHOUT_EFFECT = new Set(['duplicate-key', 'property-ignored', 'unused-template']);

/** The page about a finding; editors of ours open it, `iovt explain` prints the same. */
export function pageOf(name: string): string {
  return `iovt-docs:/rules/${name}.md`;
}

/** A diagnostic in the form of the Language Server Protocol. */
export function lspDiagnostic(diagnostic: Diagnostic): LspDiagnostic {
  const { code, name, severity, at, message, related } = diagnostic;
  return {
    range: rangeOf(at),
    severity: SEVERITIES[severity],
    code,
    codeDescription: { href: pageOf(name) },
    source: 'iovt',
    message: messageText(message),
    ...(WITHOUT_EFFECT.has(name) ? { tags: [UNNECESSARY] } : {}),
    ...(related === undefined
      ? {}
      : { relatedInformation: related.map((each) => ({ location: locationOf(each.at), message: messageText(each.message) })) }),
    data: { name },
  };
}
