import { Disposable, type TextEditor, window, workspace } from 'vscode';
import { isDesign } from './language.js';
import type { Services } from './services.js';

const PAUSE_MS = 120;

/** Shows in the diagrams what the cursor is on. */
export function followCursor({ server, panels, output }: Services): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async (editor: TextEditor) => {
    const { document, selection } = editor;
    if (!workspace.getConfiguration('iovt', document.uri).get('diagram.followCursor', true)) return;
    const version = document.version;
    try {
      const entity = await server.request('iovt/entityAt', { uri: document.uri.toString(), position: selection.active });
      const isCurrent = document.version === version && editor.selection.active.isEqual(selection.active);
      if (isCurrent) panels.select(entity?.path ?? null);
    } catch (error) {
      output.debug('The entity at the cursor is not known.', error);
    }
  };

  const listener = window.onDidChangeTextEditorSelection(({ textEditor }) => {
    if (!isDesign(textEditor.document) || panels.isEmpty) return;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(textEditor), PAUSE_MS);
  });
  return new Disposable(() => {
    clearTimeout(timer);
    listener.dispose();
  });
}
