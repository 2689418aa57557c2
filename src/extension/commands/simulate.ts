import { workspace } from 'vscode';
import type { RunOptions } from '../../protocol/webview.js';
import type { Services } from '../services.js';
import { announceEnd } from '../simulations.js';
import { targetDesign } from '../target.js';

export async function simulate({ simulations, panels }: Services, given: unknown, options: unknown): Promise<void> {
  const uri = targetDesign(given, panels);
  if (uri === undefined) return;
  const where = workspace.getConfiguration('iovt', uri).get<'beside' | 'active' | 'never'>('simulation.openPanel', 'beside');
  if (where !== 'never' && !panels.isVisible(uri)) panels.open(uri, where, true);
  const end = await simulations.run(uri, (options ?? {}) as RunOptions);
  if (end !== undefined) await announceEnd(end, panels.isVisible(uri));
}

export function cancelSimulation({ simulations, panels }: Services, given: unknown): void {
  const uri = targetDesign(given, panels);
  if (uri !== undefined) simulations.cancel(uri);
}
