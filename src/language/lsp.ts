import type { Location, WorkspaceEdit } from 'vscode-languageserver-types';
import type { TextEdit } from '../core/text/edits.js';
import { type Place, rangeOf } from '../core/text/source.js';

export function locationOf(place: Place): Location {
  return { uri: place.file.uri, range: rangeOf(place) };
}

/** Edits of several files in the form of the Language Server Protocol. */
export function workspaceEdit(edits: readonly TextEdit[]): WorkspaceEdit {
  const changes: NonNullable<WorkspaceEdit['changes']> = {};
  for (const edit of edits) {
    changes[edit.file.uri] ??= [];
    changes[edit.file.uri]?.push({ range: rangeOf(edit), newText: edit.newText });
  }
  return { changes };
}
