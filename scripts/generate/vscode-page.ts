import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root, writeGenerated } from './write.js';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string }[];
    readonly configuration: Configuration | readonly Configuration[];
  };
}

interface Configuration {
  readonly properties: Readonly<Record<string, { readonly default?: unknown } & Readonly<Record<string, unknown>>>>;
}

const HEAD = `<!-- Made by scripts/generate.ts from package.json. Do not edit. -->

# The extension for VS Code

Files that end in \`.iovt\` get colours, completion, hovers, diagnostics with quick fixes, go to definition, references, rename,
outline, folding and formatting. "▶ Simulate" and "Diagram" stand above a design; the same two are in the title of the editor.

The panel shows the diagram and, after a simulation, the results. Select a box to go to its text; move the cursor and the box
of what it is on is marked. While you type, the diagram and the estimates follow; results of a simulation are marked as old
until the next one. Hidden panels cost nothing and come back as they were.

Everything runs on your machine, also in the browser (vscode.dev) and in workspaces that are not trusted or not on a disk.
Nothing is sent anywhere.
`;

/** docs/vscode.md: commands, keys and settings, as the manifest has them. */
export function generateVSCodePage(): void {
  const read = <T>(name: string) => JSON.parse(readFileSync(resolve(root, name), 'utf8')) as T;
  const words = read<Readonly<Record<string, string>>>('package.nls.json');
  const { commands, keybindings, configuration } = read<Manifest>('package.json').contributes;
  const inWords = (value: unknown) => String(value ?? '').replace(/^%(.+)%$/, (_all, name: string) => words[name] ?? name);
  const keyOf = (command: string) => {
    const found = keybindings.find((each) => each.command === command);
    return found === undefined ? '' : `\`${found.key}\`, Mac \`${found.mac}\``;
  };
  const settings = [configuration].flat().flatMap((each) => Object.entries((each as Configuration).properties));
  const rows = {
    Commands: commands.map(({ command, title }) => [inWords(title), keyOf(command)]),
    Settings: settings.map(([name, setting]) => [
      `\`${name}\``,
      `${inWords(setting['markdownDescription'] ?? setting['description'])} Default: \`${JSON.stringify(setting.default)}\`.`,
    ]),
  };
  const tables = Object.entries(rows).map(
    ([title, cells]) => `## ${title}\n\n| | |\n| --- | --- |\n${cells.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`,
  );
  writeGenerated('docs/vscode.md', `${HEAD}\n${tables.join('\n')}`);
}
