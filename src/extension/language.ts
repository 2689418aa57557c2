import type { TextDocument } from 'vscode';

export const LANGUAGE = 'iovt';

export function isDesign(document: TextDocument | undefined): document is TextDocument {
  return document?.languageId === LANGUAGE;
}
