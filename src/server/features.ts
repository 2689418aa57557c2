import type { Connection, Position, ServerCapabilities } from 'vscode-languageserver';
import { parseOnce } from '../core/model/project.js';
import { offsetAt } from '../core/text/source.js';
import { codeActions } from '../language/code-actions.js';
import { codeLenses, type LensCommands } from '../language/code-lens.js';
import { completion } from '../language/completion.js';
import { definition } from '../language/definition.js';
import type { Document } from '../language/document.js';
import { foldingRanges } from '../language/folding.js';
import { formatting } from '../language/formatting.js';
import { hover } from '../language/hover.js';
import { inlayHints } from '../language/inlay-hints.js';
import { documentLinks } from '../language/links.js';
import { workspaceEdit } from '../language/lsp.js';
import { highlights, references } from '../language/references.js';
import { prepareRename, RenameRefused, rename } from '../language/rename.js';
import { selectionRange } from '../language/selection.js';
import { semanticTokens, tokenModifiers, tokenTypes } from '../language/semantic-tokens.js';
import { documentSymbols, workspaceSymbols } from '../language/symbols.js';
import { guarded, onDocument as on, refused } from './guard.js';
import type { Session } from './session.js';

export const capabilities: ServerCapabilities = {
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['"', '/', '.', ':', ' '] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  semanticTokensProvider: { legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] }, full: true, range: true },
  codeActionProvider: { codeActionKinds: ['quickfix'] },
  codeLensProvider: {},
  inlayHintProvider: true,
  documentLinkProvider: {},
};

/** Features of the Language Server Protocol: each finds its document and hands it to the function that knows the answer. */
export function registerFeatures(connection: Connection, session: Session): void {
  const at = (document: Document, position: Position) => offsetAt(document.file, position);

  connection.onHover(
    on(session, 'hover', null, (document, { textDocument, position }) => {
      return hover(document, at(document, position), session.estimates(textDocument.uri, document.analysis)) ?? null;
    }),
  );
  connection.onCompletion((params, token) =>
    guarded(session, 'completion', token, null, async () => {
      const document = await forCompletion(session, params.textDocument.uri);
      return document === undefined ? null : completion(document, at(document, params.position), { snippets: session.can.snippets });
    }),
  );
  connection.onDefinition(on(session, 'definition', null, (document, { position }) => definition(document, at(document, position))));
  connection.onReferences(
    on(session, 'references', null, (document, { textDocument, position, context }) =>
      references(document, at(document, position), context.includeDeclaration, session.designs.others(textDocument.uri)),
    ),
  );
  connection.onDocumentHighlight(on(session, 'highlights', null, (document, { position }) => highlights(document, at(document, position))));
  connection.onPrepareRename(
    on(session, 'rename', null, (document, { position }) => renaming(() => prepareRename(document, at(document, position)) ?? null)),
  );
  connection.onRenameRequest(
    on(session, 'rename', null, (document, { textDocument, position, newName }) =>
      renaming(() => {
        const edits = rename(document, at(document, position), newName, session.designs.others(textDocument.uri));
        if (edits === undefined) throw refused('There is no name here.');
        return workspaceEdit(edits);
      }),
    ),
  );
  connection.onDocumentSymbol(on(session, 'symbols', null, (document) => documentSymbols(document)));
  connection.onWorkspaceSymbol(({ query }, token) =>
    guarded(session, 'workspace symbols', token, null, async () => workspaceSymbols(session.designs.others(''), query)),
  );
  connection.onFoldingRanges(on(session, 'folding', null, (document) => foldingRanges(document.parsed)));
  connection.onSelectionRanges(
    on(session, 'selection', null, (document, { positions }) =>
      positions.map((position) => selectionRange(document, at(document, position))),
    ),
  );
  connection.onDocumentFormatting(on(session, 'formatting', null, (document, { options }) => formatting(document, options)));
  connection.onDocumentRangeFormatting(
    on(session, 'formatting', null, (document, { options, range }) => formatting(document, options, range)),
  );
  connection.languages.semanticTokens.on(
    on(session, 'semantic tokens', { data: [] as number[] }, (document) => ({ data: semanticTokens(document) })),
  );
  connection.languages.semanticTokens.onRange(
    on(session, 'semantic tokens', { data: [] as number[] }, (document, { range }) => ({ data: semanticTokens(document, range) })),
  );
  connection.onCodeAction(
    on(session, 'code actions', null, async (document, { textDocument, range, context }) => {
      if (context.only !== undefined && !context.only.some((kind) => kind === '' || 'quickfix'.startsWith(kind))) return [];
      const { rules } = await session.settingsFor(textDocument.uri);
      const explainCommand = session.command('iovt.explain');
      return codeActions(document, range, { check: { severities: rules }, explainCommand, snippetEdits: session.can.snippetEdits });
    }),
  );
  connection.onCodeLens(
    on(session, 'code lenses', null, async (document, { textDocument }) => {
      if (!(await session.settingsFor(textDocument.uri)).codeLens.enabled) return [];
      const simulate = session.command('iovt.simulate');
      const openDiagram = session.command('iovt.openDiagram');
      const isolation = session.command('iovt.showIsolation');
      const commands = { simulate, openDiagram, ...(isolation === undefined ? {} : { isolation }) };
      return codeLenses(document, simulate === undefined || openDiagram === undefined ? undefined : (commands as LensCommands));
    }),
  );
  connection.languages.inlayHint.on(
    on(session, 'inlay hints', null, async (document, { textDocument, range }) => {
      const settings = await session.settingsFor(textDocument.uri);
      return inlayHints(document, range, settings.inlayHints, session.estimates(textDocument.uri, document.analysis));
    }),
  );
  connection.onDocumentLinks(on(session, 'links', null, (document) => documentLinks(document, session.files)));
}

function renaming<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof RenameRefused ? refused(error.message) : error;
  }
}

/** Text for which names of the version before are good enough while its author types: checking it takes longer than a key. */
const LARGE = 200_000;

/** Completion needs the text as it is now; in a large design the names are those of the last check. */
async function forCompletion(session: Session, uri: string): Promise<Document | undefined> {
  const file = await session.files.read(uri);
  const latest = session.designs.latest(uri);
  if (file !== undefined && latest !== undefined && file.text.length > LARGE) return { analysis: latest, file, parsed: parseOnce(file) };
  return session.document(uri);
}
