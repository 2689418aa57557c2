import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnostic, messageText } from '../../src/core/diagnostics/diagnostic.js';
import { projectOf } from '../../src/core/model/project.js';
import { type Analysis, check } from '../../src/language/check.js';
import { textFix } from '../../src/language/fixes.js';
import { rules } from '../../src/rules/index.js';
import { analyse } from '../support/check.js';
import { mutilatedDesign } from '../support/mutilated-design.js';
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
