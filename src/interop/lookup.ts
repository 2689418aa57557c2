/** The entry of a table under a name that a file chose: `__proto__` and `constructor` are not in any. */
export function lookup<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
