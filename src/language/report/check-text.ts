import { messageText, type Severity } from '../../core/diagnostics/diagnostic.js';
import { type NamedAnalysis, placeName } from './named.js';

/** One finding a line, as compilers print them, with what belongs to it below. */
export function textReport(checked: readonly NamedAnalysis[]): string {
  const lines: string[] = [];
  const totals: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  let accepted = 0;
  for (const named of checked) {
    for (const { severity, code, message, at, related = [] } of named.analysis.diagnostics) {
      totals[severity]++;
      lines.push(`${placeName(at, named)}: ${severity} ${code} ${messageText(message)}`);
      for (const each of related) lines.push(`    ${placeName(each.at, named)}: ${messageText(each.message)}`);
    }
    for (const { diagnostic, reason } of named.analysis.suppressed) {
      accepted++;
      lines.push(`${placeName(diagnostic.at, named)}: accepted ${diagnostic.code} ${messageText(diagnostic.message)} (${reason})`);
    }
  }
  const notes = totals.info + totals.hint;
  const counts = [counted(totals.error, 'error'), counted(totals.warning, 'warning'), counted(notes, 'note')];
  lines.push([...counts, ...(accepted > 0 ? [`${accepted} accepted`] : [])].join(', '));
  return `${lines.join('\n')}\n`;
}

function counted(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
