import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnostic, messageText } from '../../src/core/diagnostics/diagnostic.js';
import { projectOf } from '../../src/core/model/project.js';
import type { Json } from '../../src/core/text/tree.js';
import { type Analysis, check } from '../../src/language/check.js';
import { textFix } from '../../src/language/fixes.js';
import { rules } from '../../src/rules/index.js';
import { analyse } from '../support/check.js';
import { richDesign } from '../support/rich-design.js';

const rich = JSON.stringify(richDesign, null, 2);

test('the rich design is sound', async () => {
  const { diagnostics } = await analyse(rich);
  expect(diagnostics.map((d) => `${d.severity} ${d.code} ${messageText(d.message)}`)).toEqual([]);
});

const ids: ReadonlySet<string> = new Set(rules.map(({ id }) => id));

function ofRules({ diagnostics }: Analysis): Diagnostic[] {
  return diagnostics.filter(({ code }) => ids.has(code));
}

/** Everything about a diagnostic that could go wrong when it is shown. */
function inspect(diagnostic: Diagnostic, analysis: Analysis): void {
  const { at, message, related = [], fixes = [] } = diagnostic;
  const files = new Set(analysis.project.files.map(({ file }) => file));
  for (const place of [at, ...related.map((r) => r.at)]) {
    expect(place.start).toBeLessThanOrEqual(place.end);
    expect(place.end).toBeLessThanOrEqual(place.file.text.length);
  }
  expect(files.has(at.file), `${diagnostic.code} at ${at.file.uri}`).toBe(true);
  for (const shown of [message, ...related.map((r) => r.message), ...fixes.map((f) => f.title)]) {
    const holes = [...shown.template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
    for (const hole of holes) expect(shown.args, `${diagnostic.code}: ${shown.template}`).toHaveProperty(hole);
    expect(messageText(shown)).not.toMatch(/undefined|NaN|\[object/);
  }
  for (const fix of fixes) textFix(fix, analysis);
}

type Path = readonly (string | number)[];

function paths(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.map((inner, i) => paths(inner, [...path, i]))
    : Object.entries(value).map(([key, inner]) => paths(inner, [...path, key]));
  return [path, ...inside.flat()];
}

const all = paths(richDesign).filter((path) => path.length > 0);
const anyPath = fc.integer({ min: 0, max: all.length - 1 }).map((i) => all[i] as Path);

function at(value: Json, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) {
    const holds: boolean = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
    found = holds ? (found as Record<string | number, Json>)[key] : undefined;
  }
  return found;
}

function put(root: Json, path: Path, value: Json | undefined): void {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent !== 'object' || parent === null || key === undefined) return;
  if (value === undefined) delete (parent as Record<string | number, Json>)[key];
  else (parent as Record<string | number, Json>)[key] = value;
}

const garbage = fc.constantFrom<Json>(
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

test('a mutilated design never makes a rule throw, and whatever is said can be shown', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 12 }), (mutations) => {
      const root = structuredClone(richDesign) as Json;
      for (const { to, value } of mutations) put(root, to, value(root));
      const analysis = check(projectOf({ uri: 'memory:/main.iovt', text: JSON.stringify(root, null, 1) }));
      for (const diagnostic of ofRules(analysis)) inspect(diagnostic, analysis);
    }),
    { numRuns: 500, seed: 4711 },
  );
});

/** Every example of every rule, with its own ways to things. */
const examples = rules
  .flatMap(({ examples: { bad, good } }) => [...bad, ...good])
  .map((text) => {
    const root = JSON.parse(text) as Json;
    return { root, ways: paths(root).filter((path) => path.length > 0) };
  });
const tinyMutations = fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.constantFrom('remove', 'garbage', 'move', 'twin'), garbage), {
  minLength: 1,
  maxLength: 6,
});

test('an example of any rule with pieces missing, moved or replaced never makes a rule throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...examples), tinyMutations, ({ root: sound, ways }, mutations) => {
      const root = structuredClone(sound);
      for (const [i, j, how, junk] of mutations) {
        const to = ways[i % ways.length] as Path;
        const from = ways[j % ways.length] as Path;
        if (how === 'remove') put(root, to, undefined);
        else if (how === 'garbage') put(root, to, structuredClone(junk));
        else if (how === 'move') put(root, to, structuredClone(at(root, from)));
        else put(root, [...from.slice(0, -1), `${String(from.at(-1))}2`], structuredClone(at(root, from)));
      }
      const analysis = check(projectOf({ uri: 'memory:/main.iovt', text: JSON.stringify(root, null, 1) }));
      for (const diagnostic of ofRules(analysis)) inspect(diagnostic, analysis);
    }),
    { numRuns: 2000, seed: 4713 },
  );
}, 60_000);

test('a text cut off anywhere, or with a stretch missing, does not either', () => {
  fc.assert(
    fc.property(fc.nat(rich.length), fc.nat(400), fc.boolean(), (start, length, isCut) => {
      const text = isCut ? rich.slice(0, start) : rich.slice(0, start) + rich.slice(start + length);
      const analysis = check(projectOf({ uri: 'memory:/main.iovt', text }));
      for (const diagnostic of ofRules(analysis)) inspect(diagnostic, analysis);
    }),
    { numRuns: 300, seed: 4712 },
  );
});
