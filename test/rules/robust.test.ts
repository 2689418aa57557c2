import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnostic, messageText } from '../../src/core/diagnostics/diagnostic.js';
import { projectOf } from '../../src/core/model/project.js';
import type { Json } from '../../src/core/text/tree.js';
import { type Analysis, check } from '../../src/language/check.js';
import { textFix } from '../../src/language/fixes.js';
import { rules } from '../../src/rules/index.js';
import { analyse } from '../support/check.js';
import { at, garbage, mutilatedDesign, type Path, paths, put } from '../support/mutilated-design.js';
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

test('a mutilated design never makes a rule throw, and whatever is said can be shown', () => {
  fc.assert(
    fc.property(mutilatedDesign, (text) => {
      const analysis = check(projectOf({ uri: 'memory:/main.iovt', text }));
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
