import { resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import type { Json } from '../../core/text/tree.js';
import { hole, literally, type Snippet } from './snippet.js';

/** A value to begin with, for a property that is not there yet. */
export interface ValueSnippet {
  readonly text: Snippet;
  /** The value is one of those that completion knows. */
  readonly opensAgain: boolean;
}

/** A value of the form that the schema asks for: its default or example to start from, or room for a choice. */
export function valueSnippet(schema: SchemaNode): ValueSnippet {
  const resolved = resolveSchema(schema);
  const [first] = resolved.anyOf ?? [];
  if (first !== undefined)
    return valueSnippet({ ...resolveSchema(first), ...(resolved.default === undefined ? {} : { default: resolved.default }) });
  const start = resolved.default ?? resolved.examples?.[0];
  if (resolved.enum !== undefined) return { text: `"${hole(1, ...texts(resolved.default))}"`, opensAgain: resolved.default === undefined };
  if (resolved['x-ref'] !== undefined) return { text: '"$1"', opensAgain: true };
  if (resolved.format !== undefined) return { text: `"${hole(1, ...texts(start))}"`, opensAgain: false };
  switch (resolved.type) {
    case 'boolean':
      return { text: resolved.default === true ? hole(1, 'false', 'true') : hole(1, 'true', 'false'), opensAgain: false };
    case 'integer':
    case 'number':
      return { text: hole(1, String(start ?? resolved.minimum ?? 1)), opensAgain: false };
    case 'array':
      return arraySnippet(resolved.items ?? {});
    case 'object':
      return { text: '{\n\t$1\n}', opensAgain: true };
    default:
      return resolved.if !== undefined ? { text: '{\n\t$1\n}', opensAgain: true } : { text: '"$1"', opensAgain: false };
  }
}

function arraySnippet(items: SchemaNode): ValueSnippet {
  const item = resolveSchema(items);
  if (item.type === 'string') return { text: '["$1"]', opensAgain: item.enum !== undefined || item['x-ref'] !== undefined };
  return { text: item.type === 'object' ? '[{ $1 }]' : '[$1]', opensAgain: item.type === 'object' };
}

function texts(value: Json | undefined): string[] {
  return typeof value === 'string' ? [value] : [];
}

/** A key with a value; the key alone where its colon stands already. */
export function keySnippet(key: string, value: Snippet, hasColon: boolean): Snippet {
  const quoted = literally(JSON.stringify(key));
  return hasColon ? quoted : `${quoted}: ${value}`;
}
