import fc from 'fast-check';
import type { Json } from '../../src/core/text/tree.js';
import { richDesign } from './rich-design.js';

/** Keys from the root of a design to a value in it. */
export type Path = readonly (string | number)[];

/** The ways to all values, the root included. */
export function paths(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.map((inner, i) => paths(inner, [...path, i]))
    : Object.entries(value).map(([key, inner]) => paths(inner, [...path, key]));
  return [path, ...inside.flat()];
}

const all = paths(richDesign).filter((path) => path.length > 0);
const anyPath = fc.integer({ min: 0, max: all.length - 1 }).map((i) => all[i] as Path);

export function at(value: Json, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) {
    const holds: boolean = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
    found = holds ? (found as Record<string | number, Json>)[key] : undefined;
  }
  return found;
}

/** Sets a value, or takes it away, where the way to it exists. */
export function put(root: Json, path: Path, value: Json | undefined): void {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent !== 'object' || parent === null || key === undefined) return;
  if (value === undefined) delete (parent as Record<string | number, Json>)[key];
  else (parent as Record<string | number, Json>)[key] = value;
}

/** Values that belong nowhere, or somewhere else. */
export const garbage = fc.constantFrom<Json>(
  null,
  true,
  false,
  0,
  -1,
  3,
  1e9,
  '',
  'x',
  'nic0',
  'h1/nic0/p0/vf9',
  'web[9]/eth0',
  'gen9 x3',
  '1 GiB',
  [],
  {},
  ['nic0', 5],
  { a: 1 },
  '../..',
  '__proto__',
);

const switches = all.filter((path) => typeof at(richDesign, path) === 'boolean');
const counts = all.filter((path) => typeof at(richDesign, path) === 'number');
/** Values of one key belong in each other's place, so that what comes out is wrong in a way only a rule can see. */
const ofOneKey = all.map((path) => all.filter((other) => other.at(-1) === path.at(-1)));

/** What is put where; the value may depend on what the design has become. */
interface Mutation {
  readonly to: Path;
  readonly value: (root: Json) => Json | undefined;
}

const copyOf = (from: Path) => (root: Json) => structuredClone(at(root, from));
const sameKey = (i: number, j: number): Path => (ofOneKey[i] as Path[])[j % (ofOneKey[i] as Path[]).length] as Path;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  anyPath.map((to) => ({ to, value: () => undefined })),
  fc.tuple(anyPath, garbage).map(([to, value]) => ({ to, value: () => structuredClone(value) })),
  fc.constantFrom(...switches).map((to) => ({ to, value: (root: Json) => at(root, to) !== true })),
  fc.tuple(fc.constantFrom(...counts), fc.constantFrom(0, 1, 2, 16, 64, 1000)).map(([to, n]) => ({ to, value: () => n })),
  fc.tuple(fc.nat(all.length - 1), fc.nat(1000)).map(([i, j]) => ({ to: all[i] as Path, value: copyOf(sameKey(i, j)) })),
  // A piece of the design where another one belongs.
  fc.tuple(anyPath, anyPath).map(([from, to]) => ({ to, value: copyOf(from) })),
  // The same entity once more under a name that is taken elsewhere.
  fc.tuple(anyPath, anyPath).map(([from, to]) => ({ to: [...from.slice(0, -1), String(to.at(-1))], value: copyOf(from) })),
);

/** The rich design after a dozen things at most were done to it: parts gone, values of the wrong kind, pieces in wrong places. */
export const mutilatedDesign: fc.Arbitrary<string> = fc.array(mutation, { minLength: 1, maxLength: 12 }).map((mutations) => {
  const root = structuredClone(richDesign) as Json;
  for (const { to, value } of mutations) put(root, to, value(root));
  return JSON.stringify(root, null, 1);
});
