import { commands, l10n, languages, window } from 'vscode';
import { explanationUri } from '../docs.js';
import { isDesign } from '../language.js';
import type { Services } from '../services.js';

/** Shows the page about a rule, technique, profile or property: the one that was named, or one that is asked for. */
export async function explain({ server }: Services, given: unknown): Promise<void> {
  const name = typeof given === 'string' ? given : await ask();
  if (name === undefined || name === '') return;
  if ((await server.request('iovt/explain', { name })) === null) {
    void window.showInformationMessage(l10n.t('Nothing is known about "{0}".', name));
    return;
  }
  await commands.executeCommand('markdown.showPreview', explanationUri(name));
}

async function ask(): Promise<string | undefined> {
  const value = atCursor();
  const name = await window.showInputBox({
    title: l10n.t('Explain'),
    prompt: l10n.t('A rule, technique, device profile or property, such as IOVT204 or sriov-vf.'),
    ...(value === undefined ? {} : { value }),
  });
  return name?.trim();
}

/** What is likely meant: the rule of the problem under the cursor, or else the word. */
function atCursor(): string | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined || !isDesign(editor.document)) return undefined;
  const position = editor.selection.active;
  const problem = languages.getDiagnostics(editor.document.uri).find(({ range }) => range.contains(position));
  const code = typeof problem?.code === 'object' ? problem.code.value : problem?.code;
  if (code !== undefined) return String(code);
  const word = editor.document.getWordRangeAtPosition(position);
  return word === undefined ? undefined : editor.document.getText(word);
}
