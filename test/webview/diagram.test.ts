import { describe, expect, test } from 'vitest';
import { matching, ofTenant } from '../../webview/diagram/matches.js';
import { neighbour } from '../../webview/diagram/neighbours.js';
import { node, scene } from './scene.js';

describe('arrow keys', () => {
  const at = (id: string, x: number, y: number) => node(id, { rect: { x, y, width: 80, height: 30 }, headerHeight: 30 });
  const nodes = [at('a', 0, 0), at('b', 200, 5), at('c', 400, 0), at('d', 0, 100), at('e', 210, 120)];
  const from = (id: string) => nodes.find((n) => n.id === id) as (typeof nodes)[number];

  test.each([
    ['a', 'right', 'b'],
    ['b', 'right', 'c'],
    ['c', 'left', 'b'],
    ['a', 'down', 'd'],
    ['d', 'right', 'e'],
    ['e', 'up', 'b'],
    ['a', 'left', undefined],
    ['a', 'up', undefined],
  ] as const)('from %s to the %s is %s', (start, direction, expected) => {
    expect(neighbour(nodes, from(start), direction)?.id).toBe(expected);
  });

  test('every node can be reached from every other', () => {
    for (const start of nodes) {
      const reached = new Set([start]);
      for (const n of reached)
        for (const direction of ['left', 'right', 'up', 'down'] as const) {
          const next = neighbour(nodes, n, direction);
          if (next !== undefined) reached.add(next);
        }
      expect(reached.size).toBe(nodes.length);
    }
  });
});

describe('search', () => {
  const picture = scene([
    node('h1/web', { label: 'web', tenants: ['blue'], facts: ['vcpus: 4'] }),
    node('h1/web/eth0', { label: 'eth0', sublabel: 'virtio-net', parent: 'h1/web', tenants: ['blue'] }),
    node('h1/db', { label: 'db', tenants: ['red'], covers: ['h1/db[1]'] }),
  ]);
  const ids = (search: string) => matching(picture, search).map((n) => n.id);

  test('finds names, techniques, values and folded copies, in any case', () => {
    expect(ids('ETH0')).toEqual(['h1/web/eth0']);
    expect(ids('virtio')).toEqual(['h1/web/eth0']);
    expect(ids('vcpus: 4')).toEqual(['h1/web']);
    expect(ids('db[1]')).toEqual(['h1/db']);
  });

  test('wants every word', () => {
    expect(ids('web eth0')).toEqual(['h1/web/eth0']);
    expect(ids('web db')).toEqual([]);
  });

  test('of nothing finds nothing', () => {
    expect(ids('  ')).toEqual([]);
  });

  test('a tenant has what it uses and what is around it', () => {
    expect([...(ofTenant(picture, 'blue') ?? [])]).toEqual(['h1/web', 'h1/web/eth0']);
    expect(ofTenant(picture, '')).toBeNull();
  });
});
