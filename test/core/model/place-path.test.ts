import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Entity } from '../../../src/core/model/entity.js';
import { entityAt } from '../../../src/core/model/place-path.js';
import type { Topology } from '../../../src/core/model/topology.js';
import type { Place } from '../../../src/core/text/source.js';
import { topologyOf } from '../../support/check.js';

const twoTenants = readFileSync(new URL('../../fixtures/designs/two-tenants.iovt', import.meta.url), 'utf8');

/** The plain way: of all entities that contain the place, the shortest. */
function shortest(topology: Topology, { file, start, end }: Place): Entity | undefined {
  const containing = topology.entities.filter(
    ({ at, node }) => at.file === file && node?.file === file && at.start <= start && end <= node.end,
  );
  const length = (entity: Entity) => (entity.node?.end ?? 0) - entity.at.start;
  return containing.reduce<Entity | undefined>((best, one) => (best === undefined || length(one) < length(best) ? one : best), undefined);
}

test('every place of a design lies in the innermost entity around it', async () => {
  const topology = await topologyOf({
    'main.iovt': twoTenants.replace('"iovt": "1",', '"iovt": "1", "include": ["more.iovt"],'),
    'more.iovt': '{ "iovt": "1", "templates": { "t": { "technique": "virtio-net" } }, "hosts": { "h1": { "guests": { "x": {} } } } }',
  });
  expect(topology.files).toHaveLength(2);
  for (const file of topology.files)
    for (let start = 0; start < file.text.length; start += 7)
      for (const length of [0, 1, 40, 900]) {
        const place = { file, start, end: Math.min(file.text.length, start + length) };
        expect(entityAt(topology, place)?.path).toBe(shortest(topology, place)?.path);
      }
});
