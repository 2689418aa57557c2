import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

const commands: string[] = contributes.commands.map(({ command }: { command: string }) => command);

test('every text of the manifest is in package.nls.json, and every text there is used', () => {
  const used = strings(manifest).flatMap((text) => /^%(.*)%$/.exec(text)?.[1] ?? []);
  expect(used.filter((key) => texts[key] === undefined)).toEqual([]);
  expect(Object.keys(texts).filter((key) => !used.includes(key))).toEqual([]);
});

test('commands have texts from package.nls.json, not of their own', () => {
  const own = strings([contributes.commands, contributes.walkthroughs.map((w: Record<string, unknown>) => [w['title'], w['description']])]);
  expect(own.filter((text) => /[A-Z].* /.test(text) && !text.startsWith('%'))).toEqual([]);
});

test('every file that the manifest names exists', () => {
  const named = strings([contributes, manifest.icon]).filter((text) => /^(\.\/|assets\/)/.test(text));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('menus, keybindings and the walkthrough name commands that exist', () => {
  const linked = Object.values(texts).flatMap((text) => [...text.matchAll(/command:(iovt\.\w+)/g)].map((match) => match[1] as string));
  const named = strings([contributes.menus, contributes.keybindings, contributes.walkthroughs]).flatMap(
    (text) => /^(?:onCommand:)?(iovt\.\w+)$/.exec(text)?.[1] ?? [],
  );
  expect([...named, ...linked].filter((command) => !commands.includes(command) && command !== 'iovt.simulating')).toEqual([]);
});

test('the extension registers exactly the commands of the manifest', () => {
  const registered = [...read('src/extension/commands/index.ts').matchAll(/^ {2}'(iovt\.\w+)':/gm)].map((match) => match[1] as string);
  expect(registered.sort()).toEqual([...commands].sort());
});

test('it starts when a design or a panel is opened, and at no other time', () => {
  expect(manifest.activationEvents).toEqual(['onWebviewPanel:iovt.diagram']);
});

test('it works in untrusted and virtual workspaces, in both hosts, and has no telemetry', () => {
  expect(manifest.capabilities).toEqual({ untrustedWorkspaces: { supported: true }, virtualWorkspaces: true });
  expect([manifest.main, manifest.browser]).toEqual(['./dist/extension.js', './dist/extension.web.js']);
  expect(Object.keys(manifest.dependencies).filter((name) => /telemetry|insights|sentry/.test(name))).toEqual([]);
});

describe('settings', () => {
  const properties = contributes.configuration.properties as Record<
    string,
    { scope: string; description?: string; markdownDescription?: string }
  >;

  test('are few, described, and of a folder where that can be', () => {
    expect(Object.keys(properties).length).toBeLessThanOrEqual(15);
    const plain = Object.entries(properties).filter(([name, { description, markdownDescription, scope }]) => {
      const isScoped = scope === 'resource' || name === 'iovt.trace.server';
      return !isScoped || (description ?? markdownDescription) === undefined;
    });
    expect(plain).toEqual([]);
  });
});

test('no setting of VS Code but those of the language is changed', () => {
  expect(Object.keys(contributes.configurationDefaults)).toEqual(['[iovt]', 'workbench.editorAssociations']);
});
