import { Range, TabInputText, Uri, ViewColumn, window, workspace } from 'vscode';
import type { DesignServer } from './design-server.js';

/** Shows where an entity is written: in the editor that shows its file already, else beside the panel. */
export async function revealEntity(server: DesignServer, uri: Uri, path: string, focus: boolean): Promise<void> {
  const place = await server.request('iovt/locate', { uri: uri.toString(), path });
  if (place === null) return;
  const { start, end } = place.range;
  const document = await workspace.openTextDocument(Uri.parse(place.uri));
  await window.showTextDocument(document, {
    viewColumn: columnOf(document.uri) ?? ViewColumn.One,
    preserveFocus: !focus,
    preview: true,
    selection: new Range(start.line, start.character, end.line, end.character),
  });
}

/** Also of a file whose tab is behind another one. */
function columnOf(uri: Uri): ViewColumn | undefined {
  const group = window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri.toString()),
  );
  return group?.viewColumn;
}
