import { expect, test } from 'vitest';
import { validationCases } from './case.js';
import { runCase } from './run.js';

const cases = validationCases();

test('every published result has its case, with source, setup and points', () => {
  expect(cases.map(({ id }) => id)).toEqual(Array.from({ length: 42 }, (_, i) => `V${String(i + 1).padStart(2, '0')}`));
  for (const row of cases) {
    expect(row.source, row.id).not.toBe('');
    expect(row.setup, row.id).not.toBe('');
    expect(row.tolerance, row.id).toBeGreaterThan(0);
    expect(row.points.length, row.id).toBeGreaterThan(0);
  }
});

// The whole table is made by `npm run verify:published`; rates of the fluid engine are enough to see that nothing has moved.
test.each(
  cases
    .filter(({ id }) =>
      ['V01', 'V03', 'V06', 'V10', 'V13', 'V14', 'V16', 'V17', 'V19', 'V26', 'V29', 'V30', 'V36', 'V38', 'V39'].includes(id),
    )
    .map((row) => [row.id, row] as const),
)('%s keeps its tolerance by the fluid engine', async (_, row) => {
  const result = await runCase(row, 'fluid');
  const rates = result.points.filter(({ point }) => ['ops', 'bits'].includes(point.value.metric));
  expect(rates.filter((point) => !point.isInTolerance).map(({ point, error }) => `${point.name}: ${error}`)).toEqual([]);
});

test.each(cases.filter(({ id }) => ['V04', 'V07', 'V23', 'V24', 'V25'].includes(id)).map((row) => [row.id, row] as const))(
  '%s keeps its tolerance event by event',
  async (_, row) => {
    const result = await runCase(row, 'des');
    expect(result.points.filter((point) => !point.isInTolerance).map(({ point, error }) => `${point.name}: ${error}`)).toEqual([]);
  },
);
