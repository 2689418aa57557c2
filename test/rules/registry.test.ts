import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { rules } from '../../src/rules/index.js';
import { analyse } from '../support/check.js';

const folder = resolve(fileURLToPath(import.meta.url), '../../../src/rules');

test('every file that defines a rule is registered, in the folder of its group', () => {
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: group }) =>
      readdirSync(join(folder, group))
        .filter((file) => readFileSync(join(folder, group, file), 'utf8').includes('defineRule({'))
        .map((file) => `${group}/${file.replace('.ts', '')}`),
    );
  expect(rules.map(({ group, name }) => `${group}/${name}`).sort()).toEqual(found.sort());
});

test.each(rules.map((rule) => [rule.name, rule] as const))('%s explains itself', (_, rule) => {
  expect(rule.examples.bad.length).toBeGreaterThanOrEqual(2);
  expect(rule.examples.good.length).toBeGreaterThanOrEqual(2);
  expect(rule.docs.why.length).toBeGreaterThan(40);
  expect(rule.docs.fix.length).toBeGreaterThan(10);
  expect(rule.title).not.toMatch(/[.!]$/);
  for (const template of Object.values(rule.messages)) expect(template).toMatch(/[.?]$/);
});

/** Rules about names and counts of the language itself have no outside source. */
const OWN = new Set(['technique-needs', 'property-without-effect', 'name-dangling']);

test('what a rule says of hardware or other programs names its sources', () => {
  expect(rules.filter(({ docs, name }) => !OWN.has(name) && (docs.sources ?? []).length === 0).map(({ name }) => name)).toEqual([]);
});

test.each(rules.map((rule) => [rule.name, rule] as const))('examples of %s are documents that the schema accepts', async (_, rule) => {
  for (const text of [...rule.examples.bad, ...rule.examples.good]) {
    const { diagnostics } = await analyse(text);
    // Two entities of one id are what a rule is about; everything else below 100 is syntax or schema.
    const early = diagnostics.filter(({ code }) => Number(code.slice(4)) < 100);
    expect(early.map(({ code, message }) => `${code} ${messageText(message)}`)).toEqual([]);
  }
});

test('good examples hold no error of another rule either', async () => {
  const surprising: string[] = [];
  for (const rule of rules) {
    for (const [i, text] of rule.examples.good.entries()) {
      const { diagnostics } = await analyse(text);
      for (const { severity, code, message } of diagnostics) {
        if (severity === 'error') surprising.push(`${rule.name} good ${i}: ${code} ${messageText(message)}`);
      }
    }
  }
  expect(surprising).toEqual([]);
});
