import { workspace } from 'vscode';
import type { ViewName } from '../../protocol/server.js';
import { saveAs } from '../save.js';
import type { Services } from '../services.js';
import { targetDesign } from '../target.js';

export function openDiagram({ panels }: Services, where: 'beside' | 'active', given: unknown): void {
  const uri = targetDesign(given, panels);
  if (uri !== undefined) panels.open(uri, where);
}

export function showResults({ panels }: Services, given: unknown): void {
  const uri = targetDesign(given, panels);
  if (uri !== undefined) panels.showResults(uri, 'summary');
}

/** Shows what tenants share; the panel is opened if it is not there. */
export function showIsolation({ panels }: Services, given: unknown): void {
  const uri = targetDesign(given, panels);
  if (uri !== undefined) panels.showResults(uri, 'isolation');
}

export async function exportSvg({ server, panels }: Services, given: unknown): Promise<void> {
  const uri = targetDesign(given, panels);
  if (uri === undefined) return;
  await workspace.openTextDocument(uri);
  const view = workspace.getConfiguration('iovt', uri).get<ViewName>('diagram.view', 'mapping');
  const svg = await server.request('iovt/render', { uri: uri.toString(), view, withRun: true });
  if (svg !== null) await saveAs(uri, `${view}.svg`, svg);
}
