import { readFile } from 'node:fs/promises';
import { parse } from 'acorn';
import { type Plugin, transform } from 'esbuild';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Call extends Node {
  readonly callee: { readonly name?: string };
  readonly arguments: readonly (Node & { readonly properties?: readonly (Node & { readonly key: { readonly name?: string } })[] })[];
}

const DEFINES = /\bdefine(?:Rule|Problem)\(/;

/** The examples of rules are whole designs that tests and documentation pages are made from; no program shows them. */
export const withoutExamples: Plugin = {
  name: 'without-examples',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!DEFINES.test(source) || !source.includes('examples:')) return undefined;
      const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
      return { contents: cut(code), loader: 'js' };
    });
  },
};

function cut(code: string): string {
  const properties = calls(parse(code, { ecmaVersion: 2022, sourceType: 'module' }))
    .flatMap(({ arguments: [definition] }) => definition?.properties ?? [])
    .filter(({ key }) => key.name === 'examples');
  return properties
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => `${text.slice(0, start)}examples: { bad: [], good: [] }${text.slice(end)}`, code);
}

/** Every call of what defines a rule or a problem, wherever it stands. */
function calls(node: unknown): Call[] {
  if (Array.isArray(node)) return node.flatMap(calls);
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap(calls);
  const call = node as Call;
  return call.type === 'CallExpression' && /^define(?:Rule|Problem)$/.test(call.callee.name ?? '') ? [call, ...inner] : inner;
}
