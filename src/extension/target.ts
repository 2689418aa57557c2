import { l10n, Uri, window, workspace } from 'vscode';
import { isDesign } from './language.js';
import type { Panels } from './panel/panels.js';

/**
 * The design that a command is about: what it was given by a menu or a code lens, else the panel or editor with the focus.
 * Undefined, with a message, if there is none.
 */
export function targetDesign(given: unknown, panels: Panels): Uri | undefined {
  const named = given instanceof Uri ? given : typeof given === 'string' ? Uri.parse(given) : undefined;
  // The menu in the title of a panel hands over the address of the panel.
  if (named !== undefined && named.scheme !== 'webview-panel') return named;
  const active = window.activeTextEditor?.document;
  const uri = panels.active ?? (isDesign(active) ? active.uri : onlyOpenDesign());
  if (uri === undefined) void window.showInformationMessage(l10n.t('Open a topology (.iovt) first.'));
  return uri;
}

function onlyOpenDesign(): Uri | undefined {
  const open = workspace.textDocuments.filter(isDesign);
  return open.length === 1 ? open[0]?.uri : undefined;
}
