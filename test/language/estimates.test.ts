import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RunEstimates } from '../../src/language/estimates.js';
import { simulateText } from '../support/simulate.js';

const twoTenants = readFileSync(new URL('../fixtures/designs/two-tenants.iovt', import.meta.url), 'utf8');
const estimates = new RunEstimates(await simulateText(twoTenants, { engine: 'fluid' }));

test('what carries flows of several workloads says what they come to together', () => {
  // 8 guests at 2 Gbit/s each, and what fills the rest of a wire.
  expect(estimates.estimateFor('tor')).toMatch(/^11[56](\.\d+)? Gbit\/s in 9 flows, mean/);
});

test('workloads and virtual devices say what they get', () => {
  expect(estimates.estimateFor('web-out')).toMatch(/^2 Gbit\/s each × 8, mean [\d.]+ us$/);
  expect(estimates.estimateFor('h1/web/eth0')).toBe(estimates.estimateFor('web-out'));
  // As fast as it can: nothing is offered beyond what is achieved.
  expect(estimates.estimateFor('h1/hpc/eth0')).toMatch(/^99\.8 Gbit\/s, mean/);
});

test('hardware, controllers and hosts say how busy they are', () => {
  expect(estimates.estimateFor('h1/io1')).toBe('100 % busy');
  expect(estimates.estimateFor('h1/rp0')).toMatch(/^[\d.]+ % busy \((up|down)\)$/);
  expect(estimates.estimateFor('h1')).toMatch(/^[\d.]+ CPUs on I\/O virtualization$/);
});

test('what carries nothing says nothing', () => {
  expect(estimates.estimateFor('blue')).toBeUndefined();
  expect(estimates.estimateFor('nobody')).toBeUndefined();
});

test('who gets less than offered is told why', async () => {
  const text = twoTenants.replace('"rate": "2 Gbit/s"', '"rate": "20 Gbit/s"');
  expect(new RunEstimates(await simulateText(text, { engine: 'fluid' })).estimateFor('web-out')).toMatch(
    /^[\d.]+ Gbit\/s of 20 Gbit\/s each × 8, .*, limited by h1\//,
  );
});
