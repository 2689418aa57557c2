import { describe, expect, test } from 'vitest';
import { techniques } from '../../src/techniques/index.js';
import { simulateText } from '../support/simulate.js';
import { techniqueCases, techniqueDesign } from '../support/technique-designs.js';

/** Nothing of these moves that would be worth simulating. */
const STRUCTURAL = new Set(['virtio-rng', 'virtio-console', 'virtio-balloon', 'virtio-vsock', 'shmem']);

test('every technique that carries something has a design to be simulated in', () => {
  expect([...techniques.keys()].filter((name) => !STRUCTURAL.has(name)).sort()).toEqual(Object.keys(techniqueCases).sort());
});

const cases = Object.entries(techniqueCases).flatMap(([name, list]) => list.map((entry, i) => [name, i, entry] as const));

describe.each(cases)('%s, case %d', (name, _, entry) => {
  const design = techniqueDesign(name, entry);

  test('runs in both engines, which agree', async () => {
    const fluid = await simulateText(design, { engine: 'fluid' });
    const des = await simulateText(design, { engine: 'des', precisionRatio: 0.1 });
    const flows = entry.guest?.['count'] === 1 ? 1 : 3;
    for (const result of [fluid, des]) {
      expect(result.notes.filter((note) => note.kind === 'no-path' || note.kind === 'not-simulated')).toEqual([]);
      expect(result.flows).toHaveLength(flows);
      for (const flow of result.flows) {
        expect(flow.achieved.opsPerSec).toBeGreaterThan(0);
        expect(flow.latencySec.mean).toBeGreaterThan(0);
        expect(flow.latencySec.mean).toBeLessThan(1);
        expect(flow.tenant).toBe('blue');
      }
    }
    const total = (result: typeof fluid) => result.flows.reduce((sum, flow) => sum + flow.achieved.opsPerSec, 0);
    expect(Math.abs(total(fluid) / total(des) - 1)).toBeLessThan(0.1);
  });
});
