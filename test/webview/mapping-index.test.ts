import { expect, test } from 'vitest';
import { MappingIndex } from '../../webview/diagram/mapping-index.js';
import { edge, node, scene } from './scene.js';

// web/eth0 and db/eth0 share the switch; db/vda goes to the disk.
const design = scene(
  [
    node('web'),
    node('web/eth0', { parent: 'web' }),
    node('db'),
    node('db/eth0', { parent: 'db' }),
    node('db/vda', { parent: 'db' }),
    node('br0'),
    node('rp0'),
    node('nic0', { parent: 'rp0' }),
    node('nic0/p0', { parent: 'nic0' }),
    node('nic0/p0/vf0', { parent: 'nic0/p0' }),
    node('ssd0'),
  ],
  [
    edge('web/eth0', 'br0', 'web/eth0'),
    edge('db/eth0', 'br0', 'db/eth0'),
    edge('br0', 'nic0/p0', 'web/eth0', 'db/eth0'),
    edge('db/vda', 'ssd0', 'db/vda'),
  ],
);
const index = new MappingIndex(design);
const lit = (id: string) => {
  const { nodes, edges } = index.through(id);
  return { nodes: [...nodes].sort(), edges: [...edges].sort() };
};

test('a virtual device lights its way down, with all that is around each stop', () => {
  expect(lit('web/eth0')).toEqual({
    nodes: ['br0', 'nic0', 'nic0/p0', 'rp0', 'web', 'web/eth0'],
    edges: ['br0>nic0/p0', 'web/eth0>br0'],
  });
});

test('a guest lights the ways of all its devices', () => {
  expect(lit('db').edges).toEqual(['br0>nic0/p0', 'db/eth0>br0', 'db/vda>ssd0']);
});

test('a switch lights everyone who passes it', () => {
  expect(lit('br0').edges).toEqual(['br0>nic0/p0', 'db/eth0>br0', 'web/eth0>br0']);
});

test('hardware lights everyone whom something inside it serves', () => {
  expect(lit('rp0')).toEqual(lit('nic0'));
  expect(lit('rp0').nodes).toContain('web/eth0');
  expect(lit('ssd0').edges).toEqual(['db/vda>ssd0']);
});

test('what nothing passes lights itself only', () => {
  expect(lit('nic0/p0/vf0')).toEqual({ nodes: ['nic0', 'nic0/p0', 'nic0/p0/vf0', 'rp0'], edges: [] });
});
