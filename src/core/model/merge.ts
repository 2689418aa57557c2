import type { Place } from '../text/source.js';
import { emptyObject, type Json, keyPlace, type ObjectNode, type Property, property, type SyntaxNode } from '../text/tree.js';

/**
 * One value on top of another: objects key by key, everything else replaced. The result stands where `over` stands and
 * shares the nodes it was made of, so that each property still knows the text it came from.
 */
export function merge(base: SyntaxNode | undefined, over: SyntaxNode): SyntaxNode {
  if (base === undefined || base.type !== 'object' || over.type !== 'object') return over;
  const merged: Property[] = [];
  for (const prop of base.properties) {
    const own = property(over, prop.key);
    if (own?.value === undefined) merged.push(prop);
    else merged.push(prop.value === undefined ? own : { ...own, value: merge(prop.value, own.value) });
  }
  for (const prop of over.properties) if (property(base, prop.key) === undefined) merged.push(prop);
  return objectOf(merged, over);
}

/** An object made of properties of other objects, as if it stood where `at` stands. */
export function objectOf(properties: readonly Property[], at: Place): ObjectNode {
  const value = emptyObject<Json>();
  for (const prop of properties) if (prop.value !== undefined) value[prop.key] = prop.value.value;
  return { type: 'object', file: at.file, start: at.start, end: at.end, properties: [...properties], value };
}

/** Some properties of an object; undefined if it has none of them. */
export function pick(node: SyntaxNode | undefined, keys: readonly string[]): ObjectNode | undefined {
  if (node?.type !== 'object') return undefined;
  const found = keys.flatMap((key) => property(node, key) ?? []);
  return found.length === 0 ? undefined : objectOf(found, node);
}

/** The object with one property of a path set to a value, or removed. Objects on the way are made where missing. */
export function withValue(node: SyntaxNode | undefined, path: readonly string[], value: SyntaxNode | undefined, key: Place): SyntaxNode {
  const [first, ...rest] = path;
  if (first === undefined) return value as SyntaxNode;
  const base = node?.type === 'object' ? node : objectOf([], node ?? key);
  const before = property(base, first);
  const others = base.properties.filter((prop) => prop !== before);
  if (rest.length === 0 && value === undefined) return objectOf(others, base);
  const place = before === undefined ? key : keyPlace(before);
  const next = withValue(before?.value, rest, value, key);
  return objectOf([...others, { key: first, file: place.file, keyStart: place.start, keyEnd: place.end, value: next }], base);
}
