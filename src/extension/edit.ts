import { Range, type Uri, WorkspaceEdit, window, workspace } from 'vscode';

/** Puts a new text in place of that of a document, by the one edit that leaves alone what is the same at both ends. */
export async function replaceText(uri: Uri, text: string): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  const before = document.getText();
  const { start, end, newText } = difference(before, text);
  if (start === end && newText === '') return;
  const edit = new WorkspaceEdit();
  edit.replace(uri, new Range(document.positionAt(start), document.positionAt(end)), newText);
  await workspace.applyEdit(edit);
  await window.showTextDocument(document);
}

function difference(before: string, after: string): { start: number; end: number; newText: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { start, end: before.length - same, newText: after.slice(start, after.length - same) };
}
