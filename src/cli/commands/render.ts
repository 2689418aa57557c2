import { loadProject } from '../../core/model/project.js';
import { drawDiagram } from '../../diagram/diagram.js';
import type { ViewName } from '../../diagram/scene.js';
import { renderSvg } from '../../diagram/svg/render.js';
import { check, scenarioOf } from '../../language/check.js';
import type { CommandSpec } from '../command.js';
import { UserError } from '../io.js';
import { parseRun } from '../parse-run.js';

export const renderCommand: CommandSpec = {
  name: 'render',
  summary: 'Draw a design as SVG, without a browser',
  arguments: [{ syntax: '<file>', description: 'design (.iovt), or - for standard input' }],
  options: [
    { flags: '-o, --output <file>', description: 'file to write; standard output if left out' },
    {
      flags: '--view <view>',
      description: 'what to show',
      choices: ['mapping', 'physical', 'network', 'storage', 'tenants'],
      default: 'mapping',
    },
    { flags: '--run <file>', description: 'result of `iovt simulate --format json` to draw on top' },
    { flags: '--scenario <name>', description: 'draw the design with the changes of a scenario', repeats: true },
    { flags: '--unfold <path>', description: 'show the copies or alike siblings behind this reference one by one', repeats: true },
  ],
  /**
   * A picture of a design with errors shows the errors, so it is a result: exit code 0. Where nothing is left to draw because
   * of them it is 1, as for `check`.
   */
  async action([file], options, io) {
    const name = file as string;
    const project = await loadProject(await io.readSource(name), io.workspace);
    const scenarios = options['scenario'] as string[];
    const changes = scenarios.flatMap((scenario) => {
      const found = scenarioOf(project, scenario);
      if (found === undefined) throw new UserError(`${name}: there is no scenario "${scenario}".`);
      return found;
    });
    const runFile = options['run'] as string | undefined;
    const run = runFile === undefined ? undefined : parseRun(await io.readSource(runFile), runFile);
    const { topology, diagnostics } = check(project, { changes });
    const scene = drawDiagram(topology, {
      view: options['view'] as ViewName,
      unfolded: options['unfold'] as string[],
      diagnostics,
      scenarios,
      ...(run === undefined ? {} : { run }),
    });
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
    const isEmpty = scene.nodes.length === 0;
    if (errors > 0) {
      const what = errors === 1 ? '1 error' : `${errors} errors`;
      io.message(isEmpty ? `${name}: ${what}, and nothing that could be drawn.` : `${name}: drawn with ${what}; iovt check says which.`);
    }
    for (const note of scene.notes) io.message(`${name}: ${note}`);
    if (isEmpty && errors > 0) return 1;
    await io.write(options['output'] as string | undefined, renderSvg(scene));
    return 0;
  },
};
