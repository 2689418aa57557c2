import { messageText, type Severity } from '../../core/diagnostics/diagnostic.js';
import { rangeOf } from '../../core/text/source.js';
import { type NamedAnalysis, nameOf } from './named.js';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };

/** Annotations of GitHub Actions. */
export function githubReport(checked: readonly NamedAnalysis[]): string {
  return checked
    .flatMap((named) =>
      named.analysis.diagnostics.map(({ at, severity, code, name, message }) => {
        const { start, end } = rangeOf(at);
        const file = property(nameOf(at.file, named));
        const where = `file=${file},line=${start.line + 1},endLine=${end.line + 1},col=${start.character + 1},endColumn=${end.character + 1}`;
        return `::${COMMANDS[severity]} ${where},title=${property(`${code} ${name}`)}::${data(messageText(message))}\n`;
      }),
    )
    .join('');
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
