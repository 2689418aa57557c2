import type { Diagnostic } from '../../core/diagnostics/diagnostic.js';
import { loadProject } from '../../core/model/project.js';
import { check } from '../../language/check.js';
import { githubReport } from '../../language/report/check-github.js';
import { jsonReport } from '../../language/report/check-json.js';
import { sarifReport } from '../../language/report/check-sarif.js';
import { textReport } from '../../language/report/check-text.js';
import type { NamedAnalysis } from '../../language/report/named.js';
import type { CommandSpec } from '../command.js';
import type { ExitCode } from '../io.js';

export const checkCommand: CommandSpec = {
  name: 'check',
  summary: 'Find what is wrong with designs',
  arguments: [{ syntax: '<files...>', description: 'designs (.iovt), or - for standard input' }],
  options: [
    { flags: '--format <format>', description: 'form of the result', choices: ['text', 'json', 'sarif', 'github'], default: 'text' },
    {
      flags: '--fail-on <severity>',
      description: 'severity from which the exit code is 1',
      choices: ['error', 'warning'],
      default: 'error',
    },
  ],
  async action([files], options, io) {
    const analyses: NamedAnalysis[] = [];
    for (const name of files as string[]) {
      const source = await io.readSource(name);
      analyses.push({ name, analysis: check(await loadProject(source, io.workspace)) });
    }
    const reports = { text: textReport, json: jsonReport, sarif: sarifReport, github: githubReport };
    await io.write(undefined, reports[options['format'] as keyof typeof reports](analyses));
    return exitCode(
      analyses.flatMap(({ analysis }) => analysis.diagnostics),
      options['failOn'] as string,
    );
  },
};

function exitCode(diagnostics: readonly Diagnostic[], failOn: string): ExitCode {
  const fails = diagnostics.some(({ severity }) => severity === 'error' || (failOn === 'warning' && severity === 'warning'));
  return fails ? 1 : 0;
}
