import type { Json } from '../../core/text/tree.js';

type Tree = { readonly [key: string]: Json };

/** A whole document with one host `h1`, as an example of a rule: indented, so that documentation can show it. */
export function onHost(h1: Tree, rest: Tree = {}): string {
  return document({ hosts: { h1 }, ...rest });
}

export function document(content: Tree): string {
  return `${JSON.stringify({ iovt: '1', ...content }, null, 2)}\n`;
}
