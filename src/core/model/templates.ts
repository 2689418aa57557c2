import { child, type SyntaxNode } from '../text/tree.js';
import type { BuildContext } from './build.js';
import { merge } from './merge.js';

/** Templates, or profiles, that one may take in through others. */
export const MAX_EXTENDS = 64;

/** The object with the templates it extends below it. A chain that comes back to itself, or is endless, ends there; rules report it. */
export function extended(node: SyntaxNode | undefined, context: BuildContext, seen: readonly string[] = []): SyntaxNode | undefined {
  const name = child(node, 'extends');
  if (node === undefined || name?.type !== 'string') return node;
  const template = name.value as string;
  if (seen.includes(template) || seen.length >= MAX_EXTENDS) return node;
  const base = extended(context.templateNode(template), context, [...seen, template]);
  return base === undefined ? node : merge(base, node);
}
