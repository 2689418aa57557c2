import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, fitted, moved, opening, showing, zoomed } from '../../webview/diagram/camera.js';
import { node, scene } from './scene.js';

const pane = { width: 800, height: 600 };

describe('fitting', () => {
  test('a large picture is made smaller until it fits, and stands in the middle', () => {
    const camera = fitted({ x: 0, y: 0, width: 1536, height: 284 }, pane);
    expect(camera.scale).toBe(0.5);
    expect(camera).toMatchObject({ x: 16, y: (600 - 142) / 2 });
  });

  test('a small picture is not blown up', () => {
    expect(fitted({ x: 0, y: 0, width: 100, height: 100 }, pane)).toEqual({ scale: 1, x: 350, y: 250 });
  });

  test('a pane without size, as while the page is made, gives numbers all the same', () => {
    const camera = fitted({ x: 0, y: 0, width: 0, height: 0 }, { width: 0, height: 0 });
    expect(Object.values(camera).every(Number.isFinite)).toBe(true);
  });
});

test('what is fitted is what is drawn, not the room around it', () => {
  const one = node('a', { rect: { x: 24, y: 90, width: 200, height: 60 } });
  const other = node('b', { rect: { x: 300, y: 100, width: 100, height: 200 } });
  expect(contentOf(scene([one, other]))).toEqual({ x: 24, y: 90, width: 376, height: 210 });
  expect(contentOf(scene([]))).toEqual({ x: 0, y: 0, width: 1, height: 1 });
});

test('a picture that would be unreadable opens at its upper left corner instead', () => {
  expect(opening({ x: 0, y: 100, width: 20_000, height: 20_000 }, pane)).toEqual({ scale: 0.6, x: 16, y: -44 });
});

describe('zooming', () => {
  const camera = fc.record({
    x: fc.integer({ min: -5000, max: 5000 }),
    y: fc.integer({ min: -5000, max: 5000 }),
    scale: fc.double({ min: 0.05, max: 4, noNaN: true }),
  });

  test('keeps the point under the pointer where it is', () => {
    fc.assert(
      fc.property(
        camera,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 0, max: 600 }),
        (from, factor, x, y) => {
          const to = zoomed(from, factor, { x, y });
          const before = [(x - from.x) / from.scale, (y - from.y) / from.scale];
          const after = [(x - to.x) / to.scale, (y - to.y) / to.scale];
          const precision = 1e-6 * Math.max(1, ...before.map(Math.abs));
          expect(Math.abs((before[0] as number) - (after[0] as number))).toBeLessThan(precision);
          expect(Math.abs((before[1] as number) - (after[1] as number))).toBeLessThan(precision);
        },
      ),
    );
  });

  test('stays between 5 % and 400 %', () => {
    expect(zoomed({ x: 0, y: 0, scale: 1 }, 1e9, { x: 0, y: 0 }).scale).toBe(4);
    expect(zoomed({ x: 0, y: 0, scale: 1 }, 1e-9, { x: 0, y: 0 }).scale).toBe(0.05);
  });
});

describe('showing a place', () => {
  const camera = { x: 0, y: 0, scale: 1 };

  test('does not move what can be seen', () => {
    expect(showing(camera, { x: 10, y: 10, width: 100, height: 40 }, pane)).toBe(camera);
  });

  test('brings what is outside into the middle, at the same size', () => {
    expect(showing(camera, { x: 2000, y: 3000, width: 100, height: 40 }, pane)).toEqual({ scale: 1, x: -1650, y: -2720 });
  });

  test('shows the beginning of what is larger than the pane', () => {
    const large = { x: 1000, y: 1000, width: 5000, height: 5000 };
    const seen = showing(camera, large, pane);
    expect(seen.x + large.x).toBe(16);
    expect(seen.y + large.y).toBe(16);
    expect(showing(seen, large, pane)).toBe(seen);
  });
});

test('moving', () => {
  expect(moved({ x: 1, y: 2, scale: 3 }, 10, 20)).toEqual({ x: 11, y: 22, scale: 3 });
});
