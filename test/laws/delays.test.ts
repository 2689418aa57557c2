import { describe, expect, test } from 'vitest';
import { compareDelay, delays } from './delays.js';

/** How far the estimates of fluid may be off; the table in docs/verification.md has the figures. */
const LOOSE: Readonly<Record<string, number>> = { 'bursts, load 0.4': 0.25 };
const USUAL = 0.15;

describe('delays as fluid estimates them', () => {
  test.each(delays.map((delay) => [delay.name, delay] as const))('%s', (name, delay) => {
    const { estimated, mean, halfWidth } = compareDelay(delay, 40_000, 5);
    const off = Math.max(0, Math.abs(estimated - mean) - halfWidth) / mean;
    expect(off, `estimated ${estimated}, played ${mean}`).toBeLessThanOrEqual(LOOSE[name] ?? USUAL);
  });
});
