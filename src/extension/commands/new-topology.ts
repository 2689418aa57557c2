import { l10n, SnippetString, Uri, window, workspace } from 'vscode';
import { LANGUAGE } from '../language.js';
import type { Services } from '../services.js';

interface Snippet {
  readonly description: string;
  readonly body: string | readonly string[];
  readonly isFileTemplate?: boolean;
}

/** Opens an unsaved design made from one of the snippets that are whole files. */
export async function newTopology({ context }: Services): Promise<void> {
  const file = await workspace.fs.readFile(Uri.joinPath(context.extensionUri, 'snippets', 'iovt.json'));
  const snippets = JSON.parse(new TextDecoder().decode(file)) as Record<string, Snippet>;
  const templates = Object.entries(snippets).filter(([, { isFileTemplate }]) => isFileTemplate === true);
  const chosen = await window.showQuickPick(
    templates.map(([label, { description, body }]) => ({ label, detail: description, body })),
    { title: l10n.t('New Topology') },
  );
  if (chosen === undefined) return;
  const editor = await window.showTextDocument(await workspace.openTextDocument({ language: LANGUAGE }));
  await editor.insertSnippet(new SnippetString(typeof chosen.body === 'string' ? chosen.body : chosen.body.join('\n')));
}
