import { describe, expect, test } from 'vitest';
import { compareLoop, loops } from './loops.js';

/** How far the estimates of fluid may be off; the table in docs/verification.md has the figures. */
const LOOSE: Readonly<Record<string, number>> = { 'small operations beside large ones, two cores': 0.75 };
const USUAL = 0.05;

describe('throughput of closed loops as fluid estimates it', () => {
  test.each(loops.map((loop) => [loop.name, loop] as const))('%s', (name, loop) => {
    const { estimated, mean, halfWidth } = compareLoop(loop, 20_000, 3);
    const off = Math.max(0, Math.abs(estimated - mean) - halfWidth) / mean;
    expect(off, `estimated ${estimated}, played ${mean}`).toBeLessThanOrEqual(LOOSE[name] ?? USUAL);
  });
});
