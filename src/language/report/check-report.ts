import { type Diagnostic, messageText, type Severity } from '../../core/diagnostics/diagnostic.js';
import { sha256 } from '../../core/text/hash.js';
import { positionAt, type Range, rangeOf, type SourceFile } from '../../core/text/source.js';
import { version } from '../../core/version.js';
import { rules } from '../../rules/index.js';
import type { Analysis } from '../check.js';
import { verifiedFixes } from '../fixes.js';

/** A checked design under the name its user gave it. */
export interface NamedAnalysis {
  readonly name: string;
  readonly analysis: Analysis;
}

/** Checking a fix means checking the whole design again; beyond this many, fixes are left to the editor. */
const MAX_FIXES = 200;

/** The content of `iovt-check/1`. */
export interface CheckReport {
  readonly format: 'iovt-check/1';
  readonly version: string;
  readonly files: readonly { readonly file: string; readonly inputHash: string; readonly diagnostics: readonly CheckDiagnostic[] }[];
}

export interface CheckDiagnostic {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly range: Range;
  readonly related?: readonly { readonly message: string; readonly file: string; readonly range: Range }[];
  readonly fixes?: readonly {
    readonly title: string;
    readonly edits: readonly { readonly file: string; readonly range: Range; readonly newText: string }[];
  }[];
}

export function checkReport(checked: readonly NamedAnalysis[]): CheckReport {
  let fixesLeft = MAX_FIXES;
  return {
    format: 'iovt-check/1',
    version,
    files: checked.flatMap(({ name, analysis }) =>
      filesOf(analysis).map((file) => ({
        file: nameOf(file, name, analysis),
        inputHash: sha256(file.text),
        diagnostics: analysis.diagnostics
          .filter((diagnostic) => diagnostic.at.file === file)
          .map((diagnostic): CheckDiagnostic => {
            const fixes = (diagnostic.fixes?.length ?? 0) > 0 && fixesLeft-- > 0 ? verifiedFixes(diagnostic, analysis) : [];
            return {
              code: diagnostic.code,
              name: diagnostic.name,
              severity: diagnostic.severity,
              message: messageText(diagnostic.message),
              path: diagnostic.path ?? '',
              range: rangeOf(diagnostic.at),
              ...(diagnostic.related === undefined
                ? {}
                : {
                    related: diagnostic.related.map((r) => ({
                      message: messageText(r.message),
                      file: nameOf(r.at.file, name, analysis),
                      range: rangeOf(r.at),
                    })),
                  }),
              ...(fixes.length === 0
                ? {}
                : {
                    fixes: fixes.map(({ fix, edits }) => ({
                      title: messageText(fix.title),
                      edits: edits.map((edit) => ({
                        file: nameOf(edit.file, name, analysis),
                        range: rangeOf(edit),
                        newText: edit.newText,
                      })),
                    })),
                  }),
            };
          }),
      })),
    ),
  };
}

export function jsonReport(checked: readonly NamedAnalysis[]): string {
  return `${JSON.stringify(checkReport(checked), null, 2)}\n`;
}

/** One finding a line, as compilers print them, with what belongs to it below. */
export function textReport(checked: readonly NamedAnalysis[]): string {
  const lines: string[] = [];
  const totals: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { name, analysis } of checked) {
    for (const diagnostic of analysis.diagnostics) {
      totals[diagnostic.severity]++;
      lines.push(
        `${place(diagnostic.at.file, diagnostic.at.start, name, analysis)}: ${diagnostic.severity} ${diagnostic.code} ${messageText(diagnostic.message)}`,
      );
      for (const r of diagnostic.related ?? [])
        lines.push(`    ${place(r.at.file, r.at.start, name, analysis)}: ${messageText(r.message)}`);
    }
    for (const { diagnostic, reason } of analysis.suppressed)
      lines.push(`${place(diagnostic.at.file, diagnostic.at.start, name, analysis)}: accepted ${diagnostic.code}: ${reason}`);
  }
  const total = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  lines.push(`${total(totals.error, 'error')}, ${total(totals.warning, 'warning')}, ${totals.info + totals.hint} notes`);
  return `${lines.join('\n')}\n`;
}

/** Annotations of GitHub Actions. */
export function githubReport(checked: readonly NamedAnalysis[]): string {
  const command: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };
  const data = (text: string) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const property = (text: string) => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
  return checked
    .flatMap(({ name, analysis }) =>
      analysis.diagnostics.map((d) => {
        const { start, end } = rangeOf(d.at);
        const where = `file=${property(nameOf(d.at.file, name, analysis))},line=${start.line + 1},endLine=${end.line + 1},col=${start.character + 1},endColumn=${end.character + 1}`;
        return `::${command[d.severity]} ${where},title=${property(`${d.code} ${d.name}`)}::${data(messageText(d.message))}\n`;
      }),
    )
    .join('');
}

/** SARIF 2.1.0, as code scanning services read it. */
export function sarifReport(checked: readonly NamedAnalysis[]): string {
  const level: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };
  const results = checked.flatMap(({ name, analysis }) =>
    analysis.diagnostics.map((d) => ({
      ruleId: d.code,
      level: level[d.severity],
      message: { text: messageText(d.message) },
      locations: [location(d.at, name, analysis, d)],
      ...(d.related === undefined
        ? {}
        : {
            relatedLocations: d.related.map((r, id) => ({
              id,
              message: { text: messageText(r.message) },
              ...location(r.at, name, analysis),
            })),
          }),
    })),
  );
  const used = new Set(results.map((result) => result.ruleId));
  const driver = {
    name: 'iovt',
    version,
    rules: rules
      .filter((rule) => used.has(rule.id))
      .map((rule) => ({
        id: rule.id,
        name: rule.name,
        shortDescription: { text: rule.title },
        fullDescription: { text: rule.docs.why },
        help: { text: rule.docs.fix },
        defaultConfiguration: { level: level[rule.severity] },
      })),
  };
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function location(at: Diagnostic['at'], name: string, analysis: Analysis, diagnostic?: Diagnostic) {
  const { start, end } = rangeOf(at);
  const region = { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
  return {
    physicalLocation: { artifactLocation: { uri: nameOf(at.file, name, analysis) }, region },
    ...(diagnostic?.path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: diagnostic.path }] }),
  };
}

function filesOf(analysis: Analysis): SourceFile[] {
  const { main, files } = analysis.project;
  return [main.file, ...files.map((parsed) => parsed.file).filter((file) => file !== main.file)];
}

/** The main file as its user named it; included ones relative to it. */
function nameOf(file: SourceFile, name: string, analysis: Analysis): string {
  const main = analysis.project.main.file;
  if (file === main) return name;
  const folder = main.uri.slice(0, main.uri.lastIndexOf('/') + 1);
  if (folder === '' || !file.uri.startsWith(folder)) return decodeURI(file.uri);
  const slash = name.lastIndexOf('/');
  return name.slice(0, slash + 1) + decodeURI(file.uri.slice(folder.length));
}

function place(file: SourceFile, offset: number, name: string, analysis: Analysis): string {
  const { line, character } = positionAt(file, offset);
  return `${nameOf(file, name, analysis)}:${line + 1}:${character + 1}`;
}
