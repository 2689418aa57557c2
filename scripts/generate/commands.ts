import type { CommandSpec, OptionSpec } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands/index.js';
import { writeGenerated } from './write.js';

const HEAD = `<!-- Made by scripts/generate.ts from the code. Do not edit. -->

# Command line

\`iovt\` checks, simulates, draws and imports designs. Results go to standard output, messages to standard error, so that output
can be piped. Every \`--format json\` has a JSON Schema in \`schemas/\`.

Exit codes: 0 fine; 1 findings (errors in a design, objectives that fail, files that are not formatted); 2 the call or a file
is wrong; 3 a fault of the program.
`;

/** docs/cli.md: what \`--help\` says, in one page. */
export function generateCommandPage(): void {
  writeGenerated('docs/cli.md', `${[HEAD, ...commands.flatMap((command) => sections(command, 'iovt'))].join('\n')}`);
}

function sections(command: CommandSpec, before: string): string[] {
  const name = `${before} ${command.name}`;
  const inner = (command.commands ?? []).flatMap((each) => sections(each, name));
  if (command.action === undefined) return [`## ${name}\n\n${command.summary}.\n`, ...inner];
  const options = command.options ?? [];
  const usage = [name, ...(options.length > 0 ? ['[options]'] : []), ...(command.arguments ?? []).map(({ syntax }) => syntax)];
  const rows = [
    ...(command.arguments ?? []).map(({ syntax, description }) => [syntax, description]),
    ...options.map((option) => [option.flags, described(option)]),
  ];
  return [
    `## ${name}\n\n${command.summary}.\n`,
    `\`\`\`\n${usage.join(' ')}\n\`\`\`\n`,
    ...(rows.length === 0 ? [] : [`| | |\n| --- | --- |\n${rows.map(([what, text]) => `| \`${what}\` | ${text} |`).join('\n')}\n`]),
    ...inner,
  ];
}

function described({ description, choices, default: preset }: OptionSpec): string {
  const facts = [
    ...(choices === undefined ? [] : [`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(preset === undefined ? [] : [`\`${preset}\` if left out`]),
  ];
  return facts.length === 0 ? description : `${description} (${facts.join('; ')})`;
}
