import { Uri, window, workspace } from 'vscode';

/** Asks where to and writes a text there. False if the reader changed their mind. */
export async function saveAs(design: Uri, suffix: string, text: string): Promise<boolean> {
  const name = design.path.slice(design.path.lastIndexOf('/') + 1).replace(/\.iovt$/, '');
  const folder = design.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(design, '..');
  const extension = suffix.slice(suffix.lastIndexOf('.') + 1);
  const target = await window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, `${name}.${suffix}`) }),
    filters: { [extension.toUpperCase()]: [extension] },
  });
  if (target === undefined) return false;
  await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  return true;
}
