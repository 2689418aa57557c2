import type { Place, SourceFile } from './source.js';

/** A plain JSON value. Objects have no prototype, so any id, `__proto__` included, is an ordinary key. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A value in the text. The same node serves every later stage: it knows its file and range, so whatever is read from it
 * can be traced back. Nodes that a merge creates (`include`, `extends`, scenarios) share the children they were made of.
 */
export type SyntaxNode = ObjectNode | ArrayNode | ScalarNode;

interface NodeBase {
  readonly file: SourceFile;
  readonly start: number;
  end: number;
}

export interface Property {
  readonly key: string;
  /** Range of the key with its quotes; its file is `file`. */
  readonly file: SourceFile;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Absent where the author has not typed one yet. */
  value: SyntaxNode | undefined;
}

export interface ObjectNode extends NodeBase {
  readonly type: 'object';
  readonly properties: Property[];
  readonly value: { readonly [key: string]: Json };
  /** Properties whose key stands in this object already; the last one counts. Absent when there are none. */
  duplicates?: { readonly first: Property; readonly again: Property }[];
}

export interface ArrayNode extends NodeBase {
  readonly type: 'array';
  readonly items: SyntaxNode[];
  readonly value: readonly Json[];
}

export interface ScalarNode extends NodeBase {
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  readonly value: string | number | boolean | null;
}

/** What `Object.create(null)` makes is a hash table from the start; objects of a constructor share their layout, at half the memory. */
const Bare = function Bare() {} as unknown as new () => object;
Bare.prototype = Object.create(null);

export function emptyObject<T>(): { [key: string]: T } {
  return new Bare() as { [key: string]: T };
}

const indexOf = new WeakMap<ObjectNode, Map<string, Property>>();

/** The property of that name; of several, the last, as JSON has it. Constant time on large objects. */
export function property(node: SyntaxNode | undefined, key: string): Property | undefined {
  if (node === undefined || node.type !== 'object') return undefined;
  const { properties } = node;
  if (properties.length <= 8) {
    for (let i = properties.length - 1; i >= 0; i--) if (properties[i]?.key === key) return properties[i];
    return undefined;
  }
  let index = indexOf.get(node);
  if (index === undefined || index.size === 0) {
    index = new Map(properties.map((p) => [p.key, p]));
    indexOf.set(node, index);
  }
  return index.get(key);
}

export function child(node: SyntaxNode | undefined, ...path: readonly string[]): SyntaxNode | undefined {
  let at = node;
  for (const key of path) at = property(at, key)?.value;
  return at;
}

export function placeOf(node: SyntaxNode): Place {
  return { file: node.file, start: node.start, end: node.end };
}

export function keyPlace(prop: Property): Place {
  return { file: prop.file, start: prop.keyStart, end: prop.keyEnd };
}

/** The innermost value at an offset with the keys and indexes that lead to it, the outermost first. */
export function nodeAt(root: SyntaxNode, offset: number): { node: SyntaxNode; path: (string | number)[]; property?: Property } {
  let node = root;
  let prop: Property | undefined;
  const path: (string | number)[] = [];
  descend: for (;;) {
    if (node.type === 'object') {
      for (const p of node.properties) {
        if (offset >= p.keyStart && offset <= p.keyEnd) return { node, path: [...path, p.key], property: p };
        if (p.value !== undefined && offset >= p.value.start && offset <= p.value.end) {
          path.push(p.key);
          node = p.value;
          prop = p;
          continue descend;
        }
      }
    } else if (node.type === 'array') {
      const i = node.items.findIndex((item) => offset >= item.start && offset <= item.end);
      const item = node.items[i];
      if (item !== undefined) {
        path.push(i);
        node = item;
        prop = undefined;
        continue;
      }
    }
    return prop === undefined ? { node, path } : { node, path, property: prop };
  }
}
