import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { views } from '../../src/diagram/build/views/index.js';
import { renderSvg } from '../../src/diagram/svg/render.js';
import { cases } from '../support/check.js';
import { flaws, node, sceneOf } from './scenes.js';

const texts = cases('diagram').map(({ files }) => files['main.iovt'] as string);
const viewNames = [...views.keys()];

describe('a design that is half typed or damaged is drawn as far as it can be read', () => {
  test('cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), fc.nat({ max: 10_000 }), fc.constantFrom(...viewNames), async (text, at, view) => {
        const scene = await sceneOf(text.slice(0, at % text.length), { view });
        expect(flaws(scene)).toEqual([]);
        renderSvg(scene);
      }),
      { numRuns: 150, seed: 8 },
    );
  });

  test('with a stretch missing or doubled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat({ max: 10_000 }),
        fc.nat({ max: 60 }),
        fc.boolean(),
        fc.constantFrom(...viewNames),
        async (text, at, length, isDoubled, view) => {
          const start = at % text.length;
          const broken = text.slice(0, isDoubled ? start + length : start) + text.slice(isDoubled ? start : start + length);
          expect(flaws(await sceneOf(broken, { view }))).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 9 },
    );
  });

  test('with values of the wrong type', async () => {
    const wrong = fc.constantFrom('null', '[]', '{}', '-1', '1e99', '"x"', 'true', '[{}]');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat({ max: 500 }),
        wrong,
        fc.constantFrom(...viewNames),
        async (text, which, value, view) => {
          const values = [...text.matchAll(/: ("[^"]*"|\d+|true|\{|\[)/g)];
          const match = values[which % values.length] as RegExpExecArray;
          const start = match.index + 2;
          const isOpen = match[1] === '{' || match[1] === '[';
          // A bracket that is replaced leaves its end behind: that is broken as well.
          const broken = text.slice(0, start) + value + text.slice(start + (isOpen ? 1 : (match[1] as string).length));
          expect(flaws(await sceneOf(broken, { view }))).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 10 },
    );
  });
});

describe('knots', () => {
  test('ports, switches and volumes that stand on themselves', async () => {
    const scene = await sceneOf({
      iovt: '1',
      hosts: {
        h: {
          pcie: { a: { kind: 'switch-upstream', at: 'b' }, b: { kind: 'switch-downstream', at: 'a' }, c: { kind: 'root-port', at: 'c' } },
          devices: { d: { kind: 'hba', at: 'e' }, e: { kind: 'hba', at: 'd' } },
          switches: { s: { kind: 'ovs-kernel', uplinks: ['t', 's'] }, t: { kind: 'ovs-kernel', uplinks: ['s'] } },
          volumes: { v: { kind: 'lvm', on: ['w', 'v'] }, w: { kind: 'lvm', on: 'v' } },
          guests: { g: { devices: { n: { technique: 'virtio-net', connect: 's' }, k: { technique: 'virtio-blk', media: 'v' } } } },
        },
      },
    });
    expect(flaws(scene)).toEqual([]);
    expect(scene.nodes.map((n) => n.id)).toEqual(expect.arrayContaining(['h/a', 'h/b', 'h/c', 'h/d', 'h/e', 'h/s', 'h/t', 'h/v', 'h/w']));
  });

  test('ports nested deeper than any bus', async () => {
    const pcie = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`p${i}`, { kind: 'switch-downstream', ...(i === 0 ? {} : { at: `p${i - 1}` }) }]),
    );
    const scene = await sceneOf({ iovt: '1', hosts: { h: { pcie } } });
    // Nesting ends somewhere; the rest stands side by side, where what is alike is folded.
    expect(scene.nodes.filter((n) => n.kind === 'pcie-port').reduce((sum, n) => sum + n.count, 0)).toBe(300);
    expect(flaws(scene)).toEqual([]);
  });

  test('lines from one host into another go around the hosts between', async () => {
    const nic = { nic: { kind: 'nic', ports: { p0: {} } } };
    const scene = await sceneOf({
      iovt: '1',
      hosts: {
        a: {
          switches: { s: { kind: 'ovs-kernel', uplinks: ['c/nic/p0', 'c/t'] } },
          guests: { g: { devices: { n: { technique: 'virtio-net', connect: 'c/t' } } } },
        },
        b: { devices: nic, guests: { g: {} } },
        c: { devices: nic, switches: { t: { kind: 'ovs-kernel' } } },
      },
    });
    expect(scene.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(expect.arrayContaining(['a/s c/nic/p0', 'a/s c/t']));
    expect(flaws(scene)).toEqual([]);
  });
});

describe('almost nothing', () => {
  test('says what is missing', async () => {
    const scene = await sceneOf('{ "iovt": "1" }');
    expect(scene.nodes).toEqual([]);
    expect(scene.notes).toEqual(['The design has no hosts yet.']);
    expect(renderSvg(scene)).toContain('The design has no hosts yet.');
  });

  test('an empty host is a host', async () => {
    for (const view of viewNames) expect(node(await sceneOf('{ "iovt": "1", "hosts": { "h": {} } }', { view }), 'h').kind).toBe('host');
  });

  test('no text at all is no picture of nothing', async () => {
    for (const text of ['', '[]', '42', '{']) expect(flaws(await sceneOf(text))).toEqual([]);
  });
});

test('what counts as a flaw would be noticed', async () => {
  const scene = await sceneOf(texts[0] as string);
  const bent = (change: (nodes: (typeof scene.nodes)[number][]) => unknown) => {
    const copy = structuredClone(scene) as { nodes: (typeof scene.nodes)[number][] } & typeof scene;
    change(copy.nodes);
    return flaws(copy).join('\n');
  };
  const shift = (kind: string, dx: number, dy: number) => (nodes: (typeof scene.nodes)[number][]) => {
    const target = nodes.find((n) => n.kind === kind);
    Object.assign(target?.rect ?? {}, { x: (target?.rect.x ?? 0) + dx, y: (target?.rect.y ?? 0) + dy });
  };
  expect(bent(() => undefined)).toBe('');
  expect(bent(shift('guest', 0, 30))).toMatch(/overlaps/);
  expect(bent(shift('virtual-device', -400, 0))).toMatch(/is not inside/);
  expect(bent(shift('switch', 7, 0))).toMatch(/border/);
  expect(bent(shift('switch', 0, 16))).toMatch(/runs through/);
});
