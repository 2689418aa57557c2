import { type Diagnostic, messageText, type Severity } from '../../core/diagnostics/diagnostic.js';
import { rangeOf } from '../../core/text/source.js';
import { version } from '../../core/version.js';
import { findings } from '../problems.js';
import { type NamedAnalysis, nameOf } from './named.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };

/** SARIF 2.1.0, as code scanning services read it. Findings that the design accepts are among the results, as suppressed. */
export function sarifReport(checked: readonly NamedAnalysis[]): string {
  const results = checked.flatMap((named) => [
    ...named.analysis.diagnostics.map((diagnostic) => resultOf(diagnostic, named)),
    ...named.analysis.suppressed.map(({ diagnostic, reason }) => ({
      ...resultOf(diagnostic, named),
      suppressions: [{ kind: 'inSource', justification: reason }],
    })),
  ]);
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const rules = findings
    .filter(({ id }) => used.has(id))
    .map(({ id, name, title, docs, severity }) => ({
      id,
      name,
      shortDescription: { text: title },
      fullDescription: { text: docs.why },
      help: { text: docs.fix },
      defaultConfiguration: { level: LEVELS[severity] },
    }));
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'iovt', version, rules } }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function resultOf(diagnostic: Diagnostic, named: NamedAnalysis) {
  const { code, severity, message, at, path, related } = diagnostic;
  return {
    ruleId: code,
    level: LEVELS[severity],
    message: { text: messageText(message) },
    locations: [{ ...location(at, named), ...(path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }) }],
    ...(related === undefined
      ? {}
      : {
          relatedLocations: related.map((each, id) => ({ id, message: { text: messageText(each.message) }, ...location(each.at, named) })),
        }),
  };
}

function location(at: Diagnostic['at'], named: NamedAnalysis) {
  const { start, end } = rangeOf(at);
  const region = { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
  return { physicalLocation: { artifactLocation: { uri: uriOf(nameOf(at.file, named)) }, region } };
}

/** A path as a relative URI reference: spaces and the like escaped, slashes forward. */
function uriOf(path: string): string {
  const forward = path.replace(/\\/g, '/').split('/').map(encodeURIComponent).join('/');
  return forward.startsWith('/') ? `file://${forward}` : forward;
}
