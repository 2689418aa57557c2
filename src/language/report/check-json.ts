import { type Diagnostic, messageText, type Severity } from '../../core/diagnostics/diagnostic.js';
import { sha256 } from '../../core/text/hash.js';
import { type Range, rangeOf, type SourceFile } from '../../core/text/source.js';
import { version } from '../../core/version.js';
import { verifiedFixes } from '../fixes.js';
import { filesOf, type NamedAnalysis, nameOf } from './named.js';

/** The content of `iovt-check/1`; schemas/iovt-check.schema.json describes it. */
export interface CheckReport {
  readonly format: 'iovt-check/1';
  readonly version: string;
  readonly files: readonly CheckedFile[];
}

export interface CheckedFile {
  readonly file: string;
  readonly inputHash: string;
  readonly diagnostics: readonly CheckDiagnostic[];
  /** Findings that the design accepts, each with the reason it gives. */
  readonly accepted: readonly AcceptedFinding[];
}

export interface CheckDiagnostic {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly range: Range;
  readonly related?: readonly { readonly message: string; readonly file: string; readonly range: Range }[];
  readonly fixes?: readonly CheckFix[];
}

export interface CheckFix {
  readonly title: string;
  readonly edits: readonly { readonly file: string; readonly range: Range; readonly newText: string }[];
}

export interface AcceptedFinding extends Pick<CheckDiagnostic, 'code' | 'name' | 'message' | 'path' | 'range'> {
  readonly reason: string;
}

/**
 * Checking a fix means checking the whole design again, which takes about a second for each million characters. So many
 * characters are checked for fixes: some seconds, however large and broken the design is. The rest is left to the editor.
 */
const FIX_BUDGET = 3_000_000;
const MAX_FIXES = 200;

export function checkReport(checked: readonly NamedAnalysis[]): CheckReport {
  return {
    format: 'iovt-check/1',
    version,
    files: checked.flatMap((named) => {
      const length = named.analysis.project.files.reduce((sum, { file }) => sum + file.text.length, 1);
      const budget = { left: Math.min(MAX_FIXES, Math.floor(FIX_BUDGET / length)) };
      return filesOf(named.analysis).map((file) => checkedFile(file, named, budget));
    }),
  };
}

function checkedFile(file: SourceFile, named: NamedAnalysis, budget: { left: number }): CheckedFile {
  const { diagnostics, suppressed } = named.analysis;
  return {
    file: nameOf(file, named),
    inputHash: sha256(file.text),
    diagnostics: diagnostics.filter(({ at }) => at.file === file).map((diagnostic) => described(diagnostic, named, budget)),
    accepted: suppressed
      .filter(({ diagnostic }) => diagnostic.at.file === file)
      .map(({ diagnostic, reason }) => {
        const { code, name, message, path = '', at } = diagnostic;
        return { code, name, message: messageText(message), path, range: rangeOf(at), reason };
      }),
  };
}

function described(diagnostic: Diagnostic, named: NamedAnalysis, budget: { left: number }): CheckDiagnostic {
  const { code, name, severity, message, path = '', at, related } = diagnostic;
  const fixes = fixesOf(diagnostic, named, budget);
  return {
    code,
    name,
    severity,
    message: messageText(message),
    path,
    range: rangeOf(at),
    ...(related === undefined
      ? {}
      : {
          related: related.map((each) => ({
            message: messageText(each.message),
            file: nameOf(each.at.file, named),
            range: rangeOf(each.at),
          })),
        }),
    ...(fixes.length === 0 ? {} : { fixes }),
  };
}

function fixesOf(diagnostic: Diagnostic, named: NamedAnalysis, budget: { left: number }): CheckFix[] {
  if (diagnostic.fixes === undefined || budget.left <= 0) return [];
  budget.left -= diagnostic.fixes.length;
  return verifiedFixes(diagnostic, named.analysis).map(({ fix, edits }) => ({
    title: messageText(fix.title),
    edits: edits.map((edit) => ({ file: nameOf(edit.file, named), range: rangeOf(edit), newText: edit.newText })),
  }));
}

export function jsonReport(checked: readonly NamedAnalysis[]): string {
  return `${JSON.stringify(checkReport(checked), null, 2)}\n`;
}
