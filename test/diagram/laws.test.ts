import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ViewName } from '../../src/diagram/scene.js';
import { renderSvg } from '../../src/diagram/svg/render.js';
import { design } from './designs.js';
import { flaws, sceneOf } from './scenes.js';

const viewNames: readonly ViewName[] = ['mapping', 'physical', 'network', 'storage', 'tenants'];

describe.each(viewNames)('%s view', (view) => {
  test('boxes do not overlap, lines end on borders and run through no box', async () => {
    await fc.assert(
      fc.asyncProperty(design, async (input) => {
        expect(flaws(await sceneOf(input, { view }))).toEqual([]);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test('the same design gives the same picture', async () => {
    await fc.assert(
      fc.asyncProperty(design, async (input) => {
        expect(renderSvg(await sceneOf(input, { view }))).toBe(renderSvg(await sceneOf(input, { view })));
      }),
      { numRuns: 20, seed: 2 },
    );
  });

  test('the laws hold for pictures that are folded or unfolded', async () => {
    await fc.assert(
      fc.asyncProperty(design, fc.constantFrom(0, 8, 25), async (input, maxNodes) => {
        const whole = await sceneOf(input, { view });
        const unfolded = whole.nodes.flatMap((node) => node.fold ?? []);
        expect(flaws(await sceneOf(input, { view, unfolded }))).toEqual([]);
        expect(flaws(await sceneOf(input, { view, maxNodes }))).toEqual([]);
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});
