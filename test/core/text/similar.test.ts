import { expect, test } from 'vitest';
import { profileCatalog } from '../../../src/catalog/profiles/index.js';
import { closest } from '../../../src/core/text/similar.js';

test.each([
  ['intel-x710', 'intel-x710-2x10g'],
  ['nvidia-connectx6dx', 'nvidia-connectx6dx-2x100g'],
  ['nvidia-a100', 'nvidia-a100-pcie-40g'],
  ['nvidia-t5', 'nvidia-t4'],
  ['intel_i210', 'intel-i210'],
])('%s most likely means %s', (name, meant) => {
  expect(closest(name, [...profileCatalog.names].sort())).toBe(meant);
});

test('a few letters do not begin a name, and what is far from everything means nothing', () => {
  expect(closest('nv', profileCatalog.names)).toBeUndefined();
  expect(closest('something-else-entirely', profileCatalog.names)).toBeUndefined();
});

test('of several names that go on from one the first is meant', () => {
  expect(closest('bridge', ['bridges', 'bridge-of-names'])).toBe('bridges');
});
