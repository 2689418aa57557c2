import { l10n, Uri, window, workspace } from 'vscode';
import type { ImportFormat } from '../../protocol/server.js';
import type { Services } from '../activate.js';
import { LANGUAGE } from '../language.js';

const MAX_BYTES = 64 * 1024 * 1024;

/** Reads files of another tool into a new, unsaved design. */
export async function importHost({ server, output }: Services, format: ImportFormat, given: unknown): Promise<void> {
  const chosen = given instanceof Uri ? [given] : await choose(format);
  if (chosen === undefined || chosen.length === 0) return;
  for (const uri of chosen) {
    const { size } = await workspace.fs.stat(uri);
    if (size > MAX_BYTES) {
      void window.showErrorMessage(l10n.t('{0} has {1} MB; files of up to {2} MB are read.', nameOf(uri), Math.ceil(size / 2 ** 20), 64));
      return;
    }
  }
  const inputs = await Promise.all(
    chosen.map(async (uri) => ({ name: nameOf(uri), text: new TextDecoder().decode(await workspace.fs.readFile(uri)) })),
  );
  const { text, messages } = await server.request('iovt/import', { format, inputs });
  const errors = messages.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 && text === '') {
    void window.showErrorMessage(l10n.t('Nothing was imported. {0}', errors[0]?.text ?? ''));
    return;
  }
  await window.showTextDocument(await workspace.openTextDocument({ language: LANGUAGE, content: text }));
  if (messages.length === 0) return;
  output.info(l10n.t('Import of {0}:', inputs.map(({ name }) => name).join(', ')));
  for (const message of messages) output.info(`  ${message.severity}: ${message.text}`);
  const show = l10n.t('Show What');
  const losses = l10n.t('Imported. Some things were left out or assumed: {0}.', messages.length);
  if ((await window.showInformationMessage(losses, show)) === show) output.show();
}

async function choose(format: ImportFormat): Promise<Uri[] | undefined> {
  const title = {
    hwloc: l10n.t('Hosts from hwloc: XML that "lstopo host.xml" wrote'),
    libvirt: l10n.t('Guests from libvirt: XML that "virsh dumpxml" wrote'),
  }[format];
  return window.showOpenDialog({ title, canSelectMany: true, filters: { XML: ['xml'] }, openLabel: l10n.t('Import') });
}

function nameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
