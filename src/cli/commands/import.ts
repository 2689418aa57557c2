import { resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageText, type Severity } from '../../core/diagnostics/diagnostic.js';
import { loadProject } from '../../core/model/project.js';
import { positionAt, type SourceFile } from '../../core/text/source.js';
import type { ImportFormat } from '../../interop/format.js';
import { type ImportResult, importSources } from '../../interop/import.js';
import { importFormats } from '../../interop/index.js';
import type { CommandSpec } from '../command.js';
import { decodeForeign } from '../decode.js';
import { type ExitCode, type Io, UserError } from '../io.js';

export const importCommand: CommandSpec = {
  name: 'import',
  summary: 'Make designs of what other tools know',
  commands: importFormats.map(subcommand),
};

function subcommand(format: ImportFormat): CommandSpec {
  return {
    name: format.name,
    summary: format.summary,
    arguments: [{ syntax: '<inputs...>', description: `${format.inputs}; - for standard input` }],
    options: [
      { flags: '--into <file>', description: 'a design to add to; its own text stays as it is' },
      { flags: '-o, --output <file>', description: 'where the design goes, instead of standard output' },
      { flags: '--losses <file>', description: 'a list (JSON) of everything in the inputs that is not in the design' },
      { flags: '--host <id>', description: 'the host that the inputs belong to' },
    ],
    async action([inputs], options, io) {
      const names = new Map<SourceFile, string>();
      const sources: SourceFile[] = [];
      for (const name of inputs as string[]) {
        const file = await readForeign(name, io);
        names.set(file, name);
        sources.push(file);
      }
      const intoName = options['into'] as string | undefined;
      const intoFile = intoName === undefined ? undefined : await io.readSource(intoName);
      if (intoFile !== undefined && intoName !== undefined) names.set(intoFile, intoName);
      const into = intoFile === undefined ? undefined : await loadProject(intoFile, io.workspace);
      const nameOf = (file: SourceFile) => names.get(file) ?? file.uri;
      const result = importSources(format, sources, { into, host: options['host'] as string | undefined, nameOf });
      io.message(report(result, nameOf));
      const { losses } = options;
      if (losses !== undefined) await io.write(losses as string, `${JSON.stringify(result.losses, null, 2)}\n`);
      if (result.text !== undefined) await io.write(options['output'] as string | undefined, result.text);
      return exitCode(result);
    },
  };
}

/** 2 if nothing was imported, 1 if what was imported has errors; assumptions and losses are no reason to fail. */
function exitCode({ text, diagnostics }: ImportResult): ExitCode {
  if (text === undefined) return 2;
  return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
}

async function readForeign(name: string, io: Io): Promise<SourceFile> {
  const { text, assumed } = decodeForeign(await io.readBytes(name));
  if (text.trim() === '') throw new UserError(`${name}: the input is empty.`);
  if (assumed !== undefined) io.message(`${name}: not UTF-8; read as ${assumed}, so names with accents may be wrong`);
  return { uri: name === '-' ? 'stdin:' : pathToFileURL(resolvePath(name)).href, text };
}

function report({ diagnostics }: ImportResult, nameOf: (file: SourceFile) => string): string {
  const totals: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  const lines = diagnostics.map((diagnostic) => {
    totals[diagnostic.severity]++;
    const { line, character } = positionAt(diagnostic.at.file, diagnostic.at.start);
    return `${nameOf(diagnostic.at.file)}:${line + 1}:${character + 1}: ${diagnostic.severity} ${diagnostic.code} ${messageText(diagnostic.message)}`;
  });
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  return [
    ...lines,
    `${count(totals.error, 'error')}, ${count(totals.warning, 'warning')}, ${count(totals.info + totals.hint, 'note')}`,
  ].join('\n');
}
