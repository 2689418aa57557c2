import type { Change } from '../../core/diagnostics/diagnostic.js';
import { objectOf } from '../../core/model/merge.js';
import { type Project, parseOnce } from '../../core/model/project.js';
import { pathTo } from '../../core/text/edits.js';
import { type ParseResult, parse } from '../../core/text/parse.js';
import type { SourceFile } from '../../core/text/source.js';
import { type Json, type ObjectNode, type Property, property, type SyntaxNode } from '../../core/text/tree.js';

/**
 * The project with settings put into its trees instead of into its texts: what a topology is made from is the same, and no text
 * is parsed again. Places of new values are those of no file, so this is for looking at grades and no more. Undefined for
 * changes that are about text, and for objects in which a key stands twice.
 */
export function withChangedTrees(project: Project, changes: readonly Change[]): Project | undefined {
  const roots = new Map<SourceFile, SyntaxNode>();
  for (const change of changes) {
    if (change.kind !== 'set' && change.kind !== 'rewrite') return undefined;
    const { within } = change;
    const { root: original } = parseOnce(within.file);
    const path = original === undefined ? undefined : pathTo(original, within);
    if (original === undefined || path === undefined) return undefined;
    let root: SyntaxNode | undefined = roots.get(within.file) ?? original;
    const settings =
      change.kind === 'set'
        ? [{ keys: change.keys, value: change.value }]
        : Object.entries(change.values).map(([key, value]) => ({ keys: [key], value }));
    for (const { keys, value } of settings) {
      root = put(root, [...path, ...keys], value === undefined ? undefined : nodeOf(value, within.file));
      if (root === undefined) return undefined;
    }
    roots.set(within.file, root);
  }
  const files = project.files.map((parsed): ParseResult => {
    const root = roots.get(parsed.file);
    return root === undefined ? parsed : { ...parsed, root };
  });
  return { main: files[project.files.indexOf(project.main)] ?? project.main, files, diagnostics: project.diagnostics };
}

function nodeOf(value: Json, { uri }: SourceFile): SyntaxNode {
  return parse({ uri, text: JSON.stringify(value) }).root as SyntaxNode;
}

/** The object with one property below it set or removed, in its place among the others: guests get their VFs in the order of the text. */
function put(node: SyntaxNode | undefined, path: readonly (string | number)[], value: SyntaxNode | undefined): SyntaxNode | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number' || (node?.type === 'object' && node.duplicates !== undefined)) return undefined;
  const object: ObjectNode | undefined = node?.type === 'object' ? node : undefined;
  const before = property(object, key);
  // What is to be removed is not there.
  if (value === undefined && (before === undefined || (rest.length > 0 && before.value?.type !== 'object'))) return node;
  const at = object ?? node ?? (value as SyntaxNode);
  if (value === undefined && rest.length === 0) return objectOf(object?.properties.filter((prop) => prop !== before) ?? [], at);
  const next = put(before?.value, rest, value);
  if (next === undefined) return undefined;
  const made: Property =
    before === undefined
      ? { key, file: at.file, keyStart: at.start, keyEnd: at.start, value: next }
      : { key, file: before.file, keyStart: before.keyStart, keyEnd: before.keyEnd, value: next };
  const properties = object?.properties ?? [];
  return objectOf(before === undefined ? [...properties, made] : properties.map((prop) => (prop === before ? made : prop)), at);
}
