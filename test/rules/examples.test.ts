import { describe, expect, test } from 'vitest';
import { findings } from '../../src/language/problems.js';
import { rules } from '../../src/rules/index.js';
import { analyse } from '../support/check.js';

describe.each(findings.map((definition) => [definition.id, definition] as const))('%s', (id, definition) => {
  test.each(definition.examples.bad.map((text, i) => [i, text] as const))('bad example %i reports it', async (_, text) => {
    const { diagnostics } = await analyse(text);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(id);
  });

  test.each(definition.examples.good.map((text, i) => [i, text] as const))('good example %i does not', async (_, text) => {
    const { diagnostics } = await analyse(text);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).not.toContain(id);
  });
});

test('every rule has at least one bad and one good example', () => {
  expect(rules.filter((rule) => rule.examples.bad.length === 0 || rule.examples.good.length === 0).map((rule) => rule.name)).toEqual([]);
});

test('codes and names are used once', () => {
  expect(new Set(findings.map((definition) => definition.id)).size).toBe(findings.length);
  expect(new Set(findings.map((definition) => definition.name)).size).toBe(findings.length);
});
