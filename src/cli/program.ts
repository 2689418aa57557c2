import { Command, CommanderError, Option } from 'commander';
import { version } from '../core/version.js';
import type { CommandSpec } from './command.js';
import { commands } from './commands/index.js';
import type { ExitCode, Io } from './io.js';

/** Runs one call of `iovt`. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command('iovt')
    .description('Design I/O virtualization: check, simulate, draw, import.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.write(undefined, text), writeErr: (text) => io.message(text.trimEnd()) })
    .showHelpAfterError('(iovt help COMMAND shows how it is called)');
  for (const spec of commands) add(program, spec, io, (result) => (code = result));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

function add(parent: Command, spec: CommandSpec, io: Io, done: (code: ExitCode) => void): void {
  const command = parent.command(spec.name).description(spec.summary).exitOverride().copyInheritedSettings(parent);
  for (const argument of spec.arguments ?? []) command.argument(argument.syntax, argument.description);
  for (const option of spec.options ?? []) {
    const made = new Option(option.flags, option.description);
    if (option.choices !== undefined) made.choices(option.choices);
    if (option.default !== undefined) made.default(option.default);
    if (option.repeats === true) made.default([] as string[]).argParser((value: string, before: string[]) => [...before, value]);
    command.addOption(made);
  }
  for (const sub of spec.commands ?? []) add(command, sub, io, done);
  const { action } = spec;
  if (action === undefined) return;
  command.action(async (...received: unknown[]) => {
    const positional = received.slice(0, spec.arguments?.length ?? 0);
    done(await action(positional, command.opts(), io));
  });
}
