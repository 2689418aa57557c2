import { loadProject } from '../../core/model/project.js';
import { applyEdits, unitOf } from '../../core/text/edits.js';
import { setBelow } from '../../core/text/set.js';
import { formatRatio } from '../../core/units/format.js';
import { calibrate, type Measurement } from '../../language/calibrate.js';
import { check } from '../../language/check.js';
import { readFio, readIperf3 } from '../../language/measurements.js';
import { table } from '../../language/report/table.js';
import { parseTraces, readTraces } from '../../language/simulation.js';
import type { CommandSpec } from '../command.js';
import { type Io, UserError } from '../io.js';

export const calibrateCommand: CommandSpec = {
  name: 'calibrate',
  summary: 'Fit costs of the model to measurements of your own; prints the design with its calibration block',
  arguments: [{ syntax: '<file>', description: 'design (.iovt) that describes the machine as it was measured' }],
  options: [
    { flags: '--fio <out.json>', description: 'output of fio --output-format=json; FILE=WORKLOAD says what it measured', repeats: true },
    { flags: '--iperf3 <out.json>', description: 'output of iperf3 --json; FILE=WORKLOAD says what it measured', repeats: true },
    { flags: '-o, --output <file>', description: 'write the design there instead of to standard output' },
  ],
  async action([file], options, io) {
    const name = file as string;
    const source = await io.readSource(name);
    const project = await loadProject(source, io.workspace);
    const root = project.files.at(-1)?.root;
    if (root?.type !== 'object') throw new UserError(`${name} is not a design.`, `iovt check ${name} says why.`);
    const measurements = [
      ...(await readAll(options['fio'] as string[], readFio, io)),
      ...(await readAll(options['iperf3'] as string[], readIperf3, io)),
    ];
    if (measurements.length === 0) throw new UserError('Nothing to calibrate with.', 'Give --fio out.json, --iperf3 out.json, or both.');
    const { traces } = parseTraces(check(project).topology, await readTraces(project, io.workspace));
    const { fits, unused, costs } = calibrate(project, measurements, traces);
    if (fits.length > 0)
      io.message(
        table(
          'Fitted',
          ['cost', 'before', 'now', 'workload', 'error before', 'error now', 'measurement'],
          fits.map((fit) => [
            fit.cost,
            fit.before,
            fit.after,
            fit.workload,
            signed(fit.errorBefore),
            signed(fit.errorAfter),
            fit.measurement.source,
          ]),
        ),
      );
    for (const { measurement, reason } of unused) io.message(`${measurement.source} determines no cost: ${reason}.`);
    let text = source.text;
    for (const [id, value] of Object.entries(costs)) {
      const parsed = (await loadProject({ uri: source.uri, text }, io.workspace)).files.at(-1)?.root;
      if (parsed?.type === 'object')
        text = applyEdits(
          text,
          setBelow(parsed, ['calibration', 'costs', id], value, unitOf(text)).map((edit) => ({ file: parsed.file, ...edit })),
        );
    }
    await io.write(options['output'] as string | undefined, text);
    // A fit that does not meet its measurement is a finding: something else than this cost is different.
    return fits.length === 0 || fits.some((fit) => Math.abs(fit.errorAfter) > TOLERATED) ? 1 : 0;
  },
};

/** Error that a fit may leave. */
const TOLERATED = 0.05;

function signed(ratio: number): string {
  return `${ratio > 0 ? '+' : ''}${formatRatio(ratio)}`;
}

async function readAll(named: readonly string[] | undefined, read: typeof readFio, io: Io): Promise<Measurement[]> {
  const result: Measurement[] = [];
  for (const argument of named ?? []) {
    const at = argument.lastIndexOf('=');
    const [path, workload] = at < 1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
    const { text } = await io.readSource(path);
    const found = read(text, path, workload);
    if (!found.ok) throw new UserError(`${path} ${found.problem}.`);
    result.push(...found.measurements);
  }
  return result;
}
