import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scene, SceneNode, ViewName } from '../../src/diagram/scene.js';
import { design, guest } from './designs.js';
import { byId, sceneOf } from './scenes.js';

/** Nodes of the first scene that are somewhere else in the second, by how far; those that grew count as unmoved. */
function moved(before: Scene, after: Scene): { id: string; dx: number; dy: number }[] {
  const now = byId(after);
  return before.nodes.flatMap((node) => {
    const other = now.get(node.id);
    if (other === undefined) return [];
    const [dx, dy] = [other.rect.x - node.rect.x, other.rect.y - node.rect.y];
    return dx === 0 && dy === 0 ? [] : [{ id: node.id, dx, dy }];
  });
}

/**
 * Moves that no growth explains: a node may only go down, and only as far as what stands before it among its siblings has
 * grown, or what is around it has moved.
 */
function unexplained(before: Scene, after: Scene): string[] {
  const now = byId(after);
  const then = byId(before);
  const bottoms = new Map<string | null, Map<number, { was: number; is: number }>>();
  const found: string[] = [];
  for (const node of before.nodes) {
    const other = now.get(node.id);
    if (other === undefined) {
      found.push(`${node.id} is gone`);
      continue;
    }
    if (other.rect.x !== node.rect.x || other.rect.width !== node.rect.width) found.push(`${node.id} moved sideways`);
    if (other.rect.height < node.rect.height) found.push(`${node.id} shrank`);
    const column = bottoms.get(node.parent) ?? new Map<number, { was: number; is: number }>();
    bottoms.set(node.parent, column);
    const above = column.get(node.rect.x) ?? topOf(node, then, now);
    const shift = other.rect.y - node.rect.y;
    if (shift !== above.is - above.was) found.push(`${node.id} moved by ${shift}, what is before it by ${above.is - above.was}`);
    column.set(node.rect.x, { was: node.rect.y + node.rect.height, is: other.rect.y + other.rect.height });
  }
  return found;
}

function topOf(node: SceneNode, then: ReadonlyMap<string, SceneNode>, now: ReadonlyMap<string, SceneNode>) {
  const parent = node.parent ?? '';
  return { was: then.get(parent)?.rect.y ?? 0, is: now.get(parent)?.rect.y ?? 0 };
}

type Hosts = Record<string, { guests: Record<string, unknown>; devices: Record<string, unknown> }>;

function withGuest(input: object, entry: unknown): object {
  const copy = structuredClone(input) as { hosts: Hosts };
  const host = Object.values(copy.hosts)[0] as Hosts[string];
  host.guests['appended'] = entry;
  return copy;
}

function withDevice(input: object, entry: unknown): object {
  const copy = structuredClone(input) as { hosts: Hosts };
  const host = Object.values(copy.hosts)[0] as Hosts[string];
  host.devices['appended'] = entry;
  return copy;
}

/** A guest that takes nothing from a pool: VFs that become used get rows of their own. */
const plainGuest = guest.filter((entry) => !/sriov-vf|vdpa-hw/.test(JSON.stringify(entry)));
const oneHost = design
  .map((input) => ({ ...input, hosts: { h0: Object.values(input.hosts)[0] } }))
  .filter((input) => Object.keys((input.hosts.h0 as Hosts[string]).guests).length > 0);
const views: readonly ViewName[] = ['mapping', 'network', 'storage', 'physical'];

test('a guest at the end of the list moves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(oneHost, plainGuest, async (input, entry) => {
      const [before, after] = [await sceneOf(input), await sceneOf(withGuest(input, entry))];
      expect(moved(before, after)).toEqual([]);
    }),
    { numRuns: 100, seed: 4 },
  );
});

test('a guest at the end moves other hosts down by what its own has grown, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(design, plainGuest, async (input, entry) => {
      if (Object.keys((Object.values(input.hosts)[0] as Hosts[string]).guests).length === 0) return;
      const [before, after] = [await sceneOf(input), await sceneOf(withGuest(input, entry))];
      const inHosts = (scene: Scene): Scene => ({ ...scene, nodes: scene.nodes.filter((node) => node.kind !== 'network') });
      const [first, ...others] = inHosts(before).nodes.filter((node) => node.kind === 'host');
      const growth = (byId(after).get(first?.id ?? '')?.rect.height ?? 0) - (first?.rect.height ?? 0);
      for (const { id, dx, dy } of moved(inHosts(before), inHosts(after))) {
        expect(
          others.some((host) => id === host.id || id.startsWith(`${host.id}/`)),
          id,
        ).toBe(true);
        expect([dx, dy]).toEqual([0, growth]);
      }
    }),
    { numRuns: 100, seed: 5 },
  );
});

test('a device at the end moves only what is below a box that it made grow', async () => {
  const entry = fc.record({
    title: fc.constant('unlike any other'),
    kind: fc.constantFrom('nic', 'nvme', 'gpu'),
    at: fc.constantFrom(undefined, 'rp0', 'rp1', 'rp3'),
    numa: fc.constantFrom(undefined, 'n0', 'n1'),
    ports: fc.constantFrom(undefined, { p0: { rate: '10 Gbit/s' } }),
  });
  await fc.assert(
    fc.asyncProperty(oneHost, entry, async (input, device) => {
      // A device that four others are like folds with them, which is meant to move things.
      const unlike = structuredClone(input) as unknown as { hosts: Hosts };
      for (const host of Object.values(unlike.hosts))
        for (const [id, value] of Object.entries(host.devices)) Object.assign(value as object, { title: id });
      for (const view of views) {
        const [before, after] = [await sceneOf(unlike, { view }), await sceneOf(withDevice(unlike, device), { view })];
        if (before.nodes.length < 2) continue;
        const outsideHardware = moved(before, after).filter(({ id }) => /\/(g|sw|io|vol)\d+/.test(id));
        expect(outsideHardware).toEqual([]);
        expect(unexplained({ ...before, nodes: before.nodes.filter((node) => node.kind !== 'network') }, after)).toEqual([]);
      }
    }),
    { numRuns: 100, seed: 6 },
  );
});

test('a VF that becomes used moves rows of its own port only, down', async () => {
  const base = (guests: object) => ({
    iovt: '1',
    hosts: {
      h: {
        numa: { n0: { cpus: '0-3' } },
        devices: { nic: { kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 8 } }, ssd: { kind: 'nvme' } },
        guests,
      },
    },
  });
  const first = { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic/p0' } } } };
  const second = { ...first, b: { tenant: 'other', devices: { eth0: { technique: 'sriov-vf', from: 'nic/p0', vlan: 5 } } } };
  const [before, after] = [await sceneOf(base(first)), await sceneOf(base(second))];
  const ids = moved(before, after).map(({ id }) => id);
  expect(ids).toEqual(['h/nic/p1', 'h/nic/f1', 'h/nic/p1/vf0', 'h/ssd']);
});
