import type { Change } from '../../core/diagnostics/diagnostic.js';
import { emptyObject, type Json, type ObjectNode, property } from '../../core/text/tree.js';

type Values = Record<string, Json | undefined>;

/**
 * Settings of one object as one change. Each by itself would be put where the others are put: two properties of an object that is
 * not there yet would make it twice.
 */
export function together(changes: readonly Change[]): Change[] {
  const result: Change[] = [];
  const byObject = new Map<ObjectNode, Values>();
  for (const change of changes) {
    if (change.kind !== 'set') {
      result.push(change);
      continue;
    }
    const { within, keys } = innermost(change.within, change.keys);
    const [key, ...deeper] = keys;
    if (key === undefined) continue;
    let values = byObject.get(within);
    if (values === undefined) {
      values = {};
      byObject.set(within, values);
    }
    if (deeper.length === 0) values[key] = change.value;
    else if (change.value !== undefined) values[key] = withJson(values[key], deeper, change.value);
  }
  for (const [within, values] of byObject) result.push({ kind: 'rewrite', within, values });
  return result;
}

/** The deepest object on the way that is in the text already. */
function innermost(within: ObjectNode, keys: readonly string[]): { within: ObjectNode; keys: readonly string[] } {
  let [object, at] = [within, 0];
  for (; at < keys.length - 1; at++) {
    const value = property(object, keys[at] as string)?.value;
    if (value?.type !== 'object') break;
    object = value;
  }
  return { within: object, keys: keys.slice(at) };
}

function withJson(json: Json | undefined, [key, ...deeper]: readonly string[], value: Json): Json {
  if (key === undefined) return value;
  const object = emptyObject<Json>();
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  if (isObject) Object.assign(object, json);
  object[key] = withJson(object[key], deeper, value);
  return object;
}
