import { DiagnosticSeverity, type Disposable, languages, type Uri } from 'vscode';

export interface ProblemCounts {
  readonly errors: number;
  readonly warnings: number;
}

export function countProblems(uri: Uri): ProblemCounts {
  const counts = { errors: 0, warnings: 0 };
  for (const { severity } of languages.getDiagnostics(uri)) {
    if (severity === DiagnosticSeverity.Error) counts.errors++;
    else if (severity === DiagnosticSeverity.Warning) counts.warnings++;
  }
  return counts;
}

export function onProblemsChanged(uri: Uri, listener: (counts: ProblemCounts) => void): Disposable {
  return languages.onDidChangeDiagnostics(({ uris }) => {
    if (uris.some((changed) => changed.toString() === uri.toString())) listener(countProblems(uri));
  });
}
