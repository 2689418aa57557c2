import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { type ParseResult, parse } from '../text/parse.js';
import type { SourceFile } from '../text/source.js';
import { child, placeOf, type SyntaxNode } from '../text/tree.js';
import { includeFailed } from './problems.js';
import type { Workspace } from './workspace.js';

const MAX_FILES = 64;

/** The files of one topology, each parsed. */
export interface Project {
  readonly main: ParseResult;
  /** In the order in which they are merged: what a file includes comes before it, the main file last. */
  readonly files: readonly ParseResult[];
  /** Includes that failed. */
  readonly diagnostics: readonly Diagnostic[];
}

const parsed = new WeakMap<SourceFile, ParseResult>();

/** Parses a file once, however many topologies it takes part in. */
export function parseOnce(file: SourceFile): ParseResult {
  let result = parsed.get(file);
  if (result === undefined) {
    result = parse(file);
    parsed.set(file, result);
  }
  return result;
}

/** A project of one file, when nothing can be included. */
export function projectOf(file: SourceFile): Project {
  const main = parseOnce(file);
  return { main, files: [main], diagnostics: [] };
}

/** Reads a file with all that it includes. */
export async function loadProject(file: SourceFile, workspace: Workspace): Promise<Project> {
  const main = parseOnce(file);
  const files: ParseResult[] = [];
  const diagnostics: Diagnostic[] = [];
  const done = new Set<string>();

  async function visit(result: ParseResult, chain: readonly string[]): Promise<void> {
    for (const node of includesOf(result.root)) {
      const path = String(node.value);
      const uri = workspace.resolve(path, result.file.uri);
      if (uri === undefined) {
        diagnostics.push(includeFailed.at('outside', placeOf(node), { path }));
      } else if (chain.includes(uri)) {
        const names = [...chain.slice(chain.indexOf(uri)), uri].map((u) => u.slice(u.lastIndexOf('/') + 1));
        diagnostics.push(includeFailed.at('cycle', placeOf(node), { path, chain: names.join(' → ') }));
      } else if (!done.has(uri)) {
        done.add(uri);
        if (done.size > MAX_FILES) {
          diagnostics.push(includeFailed.at('tooMany', placeOf(node), { limit: MAX_FILES }));
          return;
        }
        const included = await workspace.read(uri);
        if (included === undefined) diagnostics.push(includeFailed.at('notFound', placeOf(node), { path }));
        else await visit(parseOnce(included), [...chain, uri]);
      }
    }
    files.push(result);
  }

  await visit(main, [file.uri]);
  return { main, files, diagnostics };
}

function includesOf(root: SyntaxNode | undefined): SyntaxNode[] {
  const list = child(root, 'include');
  return list?.type === 'array' ? list.items.filter((item) => item.type === 'string') : [];
}
