import type { Json } from './tree.js';

const WIDTH = 100;

/** A value as a person would lay it out: what fits on a line stays on it. No line end at the end. */
export function layOut(value: Json, indent = '', unit = '  '): string {
  const flat = onOneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat;
  const inner = indent + unit;
  if (Array.isArray(value)) return `[\n${value.map((item: Json) => inner + layOut(item, inner, unit)).join(',\n')}\n${indent}]`;
  const lines = Object.entries(value as Record<string, Json>).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${layOut(item, inner, unit)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function onOneLine(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  const entries = Object.entries(value as Record<string, Json>);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`).join(', ')} }`;
}
