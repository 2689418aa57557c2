import { describe, expect, test } from 'vitest';
import type { ProblemDefinition } from '../../src/core/diagnostics/define.js';
import * as modelProblems from '../../src/core/model/problems.js';
import * as schemaProblems from '../../src/core/schema/problems.js';
import { emptyFile, fileTooLarge, syntaxError, tooDeep } from '../../src/core/text/problems.js';
import { rules } from '../../src/rules/index.js';
import { analyse } from '../support/check.js';

const problems: ProblemDefinition[] = [
  syntaxError,
  emptyFile,
  tooDeep,
  fileTooLarge,
  ...Object.values(schemaProblems),
  ...Object.values(modelProblems),
];
const all = [...problems, ...rules];

describe.each(all.map((definition) => [definition.id, definition] as const))('%s', (id, definition) => {
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
  expect(new Set(all.map((definition) => definition.id)).size).toBe(all.length);
  expect(new Set(all.map((definition) => definition.name)).size).toBe(all.length);
});
