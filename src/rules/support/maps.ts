/** Adds to the list under a key. */
export function push<K, V>(map: Map<K, V[]>, key: K, ...values: readonly V[]): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [...values]);
  else list.push(...values);
}

/** The value under a key, made when first asked for. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** The first item for each key. */
export function uniqueBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): T[] {
  const map = new Map<K, T>();
  for (const item of items) if (!map.has(keyOf(item))) map.set(keyOf(item), item);
  return [...map.values()];
}
