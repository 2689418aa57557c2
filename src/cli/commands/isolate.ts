import { loadProject } from '../../core/model/project.js';
import { check } from '../../language/check.js';
import { isolationResult } from '../../language/isolation.js';
import { textReport } from '../../language/report/check-text.js';
import { markdownIsolation, textIsolation } from '../../language/report/isolation-report.js';
import { changesOf, readTraces, simulateProject } from '../../language/simulation.js';
import type { InterferenceResult } from '../../sim/result.js';
import type { CommandSpec } from '../command.js';
import type { ExitCode } from '../io.js';
import { scenariosOf } from '../scenarios.js';

export const isolateCommand: CommandSpec = {
  name: 'isolate',
  summary: 'Grade what tenants share: security, fault and performance for each pair, with the ways to it',
  arguments: [{ syntax: '<file>', description: 'design (.iovt), or - for standard input' }],
  options: [
    { flags: '--scenario <name>', description: 'apply a scenario; several add up', repeats: true },
    { flags: '--interference', description: 'measure beside it what each tenant does to the others (fluid estimate)' },
    { flags: '--format <format>', description: 'form of the result', choices: ['text', 'json', 'markdown'], default: 'text' },
  ],
  async action([file], options, io) {
    const name = file as string;
    const project = await loadProject(await io.readSource(name), io.workspace);
    const scenarios = options['scenario'] as string[];
    const changes = scenariosOf(() => changesOf(project, { scenarios }));
    const analysis = check(project, { changes });
    const errors = analysis.diagnostics.filter(({ severity, name: rule }) => severity === 'error' && rule !== 'slo-isolation-unmet');
    if (errors.length > 0) io.message(textReport([{ name, analysis: { ...analysis, diagnostics: errors, suppressed: [] } }]).trimEnd());
    let interference: readonly InterferenceResult[] | undefined;
    if (options['interference'] === true) {
      const host = {
        clock: () => performance.now() / 1000,
        pause: () => new Promise<void>((done) => setImmediate(done)),
        isCancelled: () => io.signal.aborted,
        onProgress: () => undefined,
      };
      const traces = await readTraces(project, io.workspace);
      interference = (await simulateProject(project, { engine: 'fluid', scenarios, interference: true }, host, traces)).result.interference;
    }
    const result = isolationResult(analysis, { scenarios, changes, interference });
    const format = options['format'] as string;
    await io.write(
      undefined,
      format === 'json'
        ? `${JSON.stringify(result, null, 2)}\n`
        : format === 'markdown'
          ? markdownIsolation(result)
          : textIsolation(result),
    );
    const failed = result.objectives.some(({ status }) => status === 'fail');
    return (errors.length > 0 || failed ? 1 : 0) as ExitCode;
  },
};
