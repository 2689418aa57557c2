import { describe, expect, test } from 'vitest';
import { costIds } from '../../src/catalog/costs/index.js';
import { profileCatalog } from '../../src/catalog/profiles/index.js';
import { documentSchema, type SchemaNode } from '../../src/core/schema/schema.js';
import { objectDefinitions, propertiesOf } from '../../src/language/help/schema-text.js';
import { explain, similarTopic, topics } from '../../src/language/help.js';
import { findings } from '../../src/language/problems.js';
import { controllerKinds } from '../../src/techniques/controllers/index.js';
import { techniques } from '../../src/techniques/index.js';
import { switchKinds } from '../../src/techniques/switches/index.js';

describe('everything that goes by a name is explained', () => {
  test.each([
    ['rules and problems by name', findings.map((finding) => finding.name)],
    ['rules and problems by number', findings.map((finding) => finding.id)],
    ['techniques', [...techniques.keys()]],
    ['vSwitches', [...switchKinds.keys()]],
    ['controllers', [...controllerKinds.keys()]],
    ['profiles', profileCatalog.names],
    ['costs', costIds],
    ['objects', objectDefinitions().map(([name]) => name)],
    ['properties', objectDefinitions().flatMap(([name, schema]) => propertiesOf(schema).map(([path]) => `${name}.${path}`))],
  ])('%s', (_, names) => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => topics(name).length === 0)).toEqual([]);
    expect(names.filter((name) => topics(name).some((topic) => topic.text.trim() === ''))).toEqual([]);
  });
});

test('a number of a rule may be typed in lower case', () => {
  expect(explain('iovt110')).toBe(explain('vf-count-exceeds-total'));
});

test('a property is reached through the objects on the way', () => {
  expect(explain('device.sriov.vfs')).toContain('Virtual functions enabled');
  expect(explain('burst.on')).toContain('Mean length of a burst.');
});

test('a name that many objects have yields their list', () => {
  expect(explain('title')).toContain('`tenant.title`: A name for people.');
});

test('a mistyped name leads to the one that was meant', () => {
  expect(explain('sriov-vg')).toBeUndefined();
  expect(similarTopic('sriov-vg')).toBe('sriov-vf');
  expect(similarTopic('IOVT1l0')).toMatch(/^IOVT1/);
  expect(similarTopic('zzzzzzzzzzzzzz')).toBeUndefined();
});

test('names that every object inherits explain nothing', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']) expect(explain(name)).toBeUndefined();
});

test('every property of the schema has a description', () => {
  const missing: string[] = [];
  const visit = (schema: SchemaNode, path: string) => {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if ((property.description ?? '') === '' && property.$ref === undefined) missing.push(`${path}.${key}`);
      visit(property, `${path}.${key}`);
    }
    for (const form of schema.anyOf ?? []) visit(form, path);
    if (schema.items !== undefined) visit(schema.items, path);
  };
  visit(documentSchema, '');
  for (const [name, schema] of Object.entries(documentSchema.$defs ?? {})) visit(schema, name);
  expect(missing).toEqual([]);
});
