import { describe, expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const design = (depths: readonly number[]) =>
  JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: {
          g: { kind: 'gpu', link: 'gen4 x16', sharing: 'vgpu', scheduler: 'best-effort', mediatedTypes: { q: { maxInstances: 4 } } },
        },
        guests: Object.fromEntries(depths.map((_, i) => [`g${i}`, { devices: { v: { technique: 'mdev', from: 'g', type: 'q' } } }])),
      },
    },
    workloads: Object.fromEntries(depths.map((depth, i) => [`w${i}`, { on: `g${i}/v`, work: '3 ms', transfer: '4 KiB', depth }])),
  });

describe.each([{ engine: 'fluid' as const }, { durationSec: 2 }])('a GPU by best effort', (request) => {
  const rates = async (...depths: number[]) =>
    (await simulateText(design(depths), request)).workloads.map(({ achieved }) => achieved.opsPerSec);

  test('divides its time among clients, not jobs', async () => {
    const [few = 0, many = 1] = await rates(2, 8);
    expect(few / many).toBeCloseTo(1, 1);
    const [, second = 1, third = 0] = await rates(2, 8, 8);
    expect(third / second).toBeCloseTo(1, 1);
  });

  test('changes clients only where there are two', async () => {
    const [alone = 0] = await rates(8);
    expect(alone).toBeCloseTo(1 / 3e-3, -1);
    const both = (await rates(8, 8)).reduce((sum, rate) => sum + rate, 0);
    expect(both).toBeLessThan(0.99 * alone);
  });
});
