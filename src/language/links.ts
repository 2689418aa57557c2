import type { DocumentLink } from 'vscode-languageserver-types';
import type { Workspace } from '../core/model/workspace.js';
import { rangeOf } from '../core/text/source.js';
import { child } from '../core/text/tree.js';
import type { Document } from './document.js';

/** Included files, to open by a click. */
export function documentLinks({ parsed, file }: Document, workspace: Pick<Workspace, 'resolve'>): DocumentLink[] {
  const list = child(parsed.root, 'include');
  if (list?.type !== 'array') return [];
  return list.items.flatMap((item): DocumentLink[] => {
    if (item.type !== 'string' || item.value === '') return [];
    const target = workspace.resolve(String(item.value), file.uri);
    return target === undefined
      ? []
      : [{ range: rangeOf({ file, start: item.start + 1, end: item.end - 1 }), target, tooltip: 'Open the included file' }];
  });
}
