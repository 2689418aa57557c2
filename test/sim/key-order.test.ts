import { readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const twoTenants = readFileSync(new URL('../fixtures/designs/two-tenants.iovt', import.meta.url), 'utf8');

/** The same document with the keys of some of its objects the other way round. */
function reversed(document: Record<string, unknown>, ...keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key,
      keys.includes(key) ? Object.fromEntries(Object.entries(value as object).reverse()) : value,
    ]),
  );
}

test.each(['des', 'fluid'] as const)('the order of workloads and tenants in a file changes no result, %s', async (engine) => {
  const document = parse(twoTenants) as Record<string, unknown>;
  const other = reversed(document, 'workloads', 'tenants', 'objectives');
  expect(Object.keys(other.workloads as object)).not.toEqual(Object.keys(document.workloads as object));
  const [a, b] = await Promise.all([document, other].map((each) => simulateText(JSON.stringify(each), { engine, durationSec: 0.002 })));
  expect(b?.flows).toEqual(a?.flows);
  expect(b?.workloads).toEqual(a?.workloads);
  expect(b?.resources).toEqual(a?.resources);
});
