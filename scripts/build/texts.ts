import { type Program, parse } from 'acorn';
import { transform } from 'esbuild';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Property extends Node {
  readonly key?: { readonly name?: string };
  readonly value: Node;
}

interface Call extends Node {
  readonly callee: { readonly name?: string };
  readonly arguments: readonly (Node & { readonly properties?: readonly Property[] })[];
}

/** A stretch of code that says nothing but words, and what it says. */
export interface Words {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

/** A module that defines a rule, a problem, a technique or the like. */
export interface Definitions {
  readonly code: string;
  readonly words: readonly Words[];
  /** Where examples stand. */
  readonly examples: readonly { readonly start: number; readonly end: number }[];
}

const DEFINES = /\bdefine[A-Z]\w*\(/;
const WORDS = ['docs', 'help', 'messages'];

/** Undefined for a module that defines nothing. */
export async function definitionsIn(source: string): Promise<Definitions | undefined> {
  if (!DEFINES.test(source)) return undefined;
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  const module = parse(code, { ecmaVersion: 2022, sourceType: 'module' });
  const properties = definitions(module).flatMap(({ arguments: [definition] }) => definition?.properties ?? []);
  const named = (names: readonly string[]) => properties.filter(({ key }) => names.includes(key?.name ?? '')).map(({ value }) => value);
  return {
    code,
    words: [...named(WORDS), ...messagesIn(module)].flatMap(({ start, end }) => literal(code, start, end) ?? []),
    examples: named(['examples']),
  };
}

/** Messages that a module needs by name stand above its definition. */
function messagesIn({ body }: Program): Node[] {
  return body
    .flatMap((statement) => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
    .flatMap(({ id, init }) => (id.type === 'Identifier' && id.name === 'messages' && init ? [init] : []));
}

/** Undefined for what is computed. */
function literal(code: string, start: number, end: number): Words | undefined {
  try {
    return { start, end, value: new Function(`return (${code.slice(start, end)});`)() };
  } catch {
    return undefined;
  }
}

/** Every call of something named `define…`, wherever it stands. */
function definitions(node: unknown): Call[] {
  if (Array.isArray(node)) return node.flatMap(definitions);
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap(definitions);
  const call = node as Call;
  return call.type === 'CallExpression' && /^define[A-Z]/.test(call.callee.name ?? '') ? [call, ...inner] : inner;
}
