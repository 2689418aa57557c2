import { l10n, Uri, window, workspace } from 'vscode';
import type { ImportFormat, ImportInput, ImportResult } from '../../protocol/server.js';
import { replaceText } from '../edit.js';
import { isDesign, LANGUAGE } from '../language.js';
import type { Services } from '../services.js';

const MAX_BYTES = 64 * 1024 * 1024;

/** Reads files of another tool into a new design, or into the one that is being edited. Nothing is saved. */
export async function importFiles({ server, output }: Services, format: ImportFormat, given: unknown): Promise<void> {
  const chosen = given instanceof Uri ? [given] : await chooseFiles(format);
  const inputs = chosen === undefined ? undefined : await read(chosen);
  if (inputs === undefined || inputs.length === 0) return;
  const into = await chooseDesign();
  if (into === undefined) return;
  const result = await server.request('iovt/import', { format, inputs, ...(into === 'new' ? {} : { into: into.toString() }) });
  const { text, findings } = result;
  for (const { severity, message } of findings) output.info(`${severity}: ${message}`);
  if (text === null) {
    const reason = findings.find(({ severity }) => severity === 'error')?.message ?? '';
    void window.showErrorMessage(l10n.t('Nothing was imported. {0}', reason));
    return;
  }
  if (into === 'new') await window.showTextDocument(await workspace.openTextDocument({ language: LANGUAGE, content: text }));
  else await replaceText(into, text);
  await tellLosses(result, () => output.show());
}

async function read(files: readonly Uri[]): Promise<ImportInput[] | undefined> {
  for (const uri of files) {
    const { size } = await workspace.fs.stat(uri);
    if (size <= MAX_BYTES) continue;
    const [name, megabytes, limit] = [nameOf(uri), Math.ceil(size / 2 ** 20), MAX_BYTES / 2 ** 20];
    void window.showErrorMessage(l10n.t('{0} has {1} MB; files of up to {2} MB are read.', name, megabytes, limit));
    return undefined;
  }
  return Promise.all(files.map(async (uri) => ({ name: nameOf(uri), text: new TextDecoder().decode(await workspace.fs.readFile(uri)) })));
}

function chooseFiles(format: ImportFormat): Thenable<Uri[] | undefined> {
  const title = {
    hwloc: l10n.t('Hosts from hwloc: XML that "lstopo host.xml" wrote'),
    libvirt: l10n.t('Guests from libvirt: XML that "virsh dumpxml" wrote'),
  }[format];
  return window.showOpenDialog({ title, canSelectMany: true, filters: { XML: ['xml'] }, openLabel: l10n.t('Import') });
}

/** Asks only if there is a design that could be added to. */
async function chooseDesign(): Promise<Uri | 'new' | undefined> {
  const open = window.visibleTextEditors.find(({ document }) => isDesign(document))?.document;
  if (open === undefined) return 'new';
  const items = [
    { label: l10n.t('Make a new design'), target: 'new' as const },
    { label: l10n.t('Add to {0}', nameOf(open.uri)), detail: l10n.t('Its own text stays as it is.'), target: open.uri },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('Import') }))?.target;
}

async function tellLosses({ findings, losses }: ImportResult, show: () => void): Promise<void> {
  if (findings.length === 0 && losses === 0) return;
  const details = l10n.t('Show Details');
  const text = l10n.t('Imported. Findings: {0}. Parts of the input that are not in the design: {1}.', findings.length, losses);
  if ((await window.showInformationMessage(text, details)) === details) show();
}

function nameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
