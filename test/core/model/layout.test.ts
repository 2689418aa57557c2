import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { projectOf } from '../../../src/core/model/project.js';
import { resolve } from '../../../src/core/model/topology.js';
import { registries } from '../../../src/language/check.js';
import { largeDesign } from '../../support/large-design.js';

setFlagsFromString('--allow-natives-syntax');
const haveSameLayout = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
// Functions are compiled when they are first called.
haveSameLayout({}, {});
setFlagsFromString('--no-allow-natives-syntax');

/** How many hidden classes V8 has for objects of one kind; counting stops at 20. */
function layouts(objects: readonly object[]): number {
  const found: object[] = [];
  for (const each of objects) {
    if (found.length < 20 && !found.some((other) => haveSameLayout(each, other))) found.push(each);
  }
  return found.length;
}

describe('entities in memory', () => {
  // Where every entity has a layout of its own, no property access is ever cached, and all rules take twice as long.
  it('share one layout for each kind, and few for what they state', () => {
    const design = (n: number) => projectOf({ uri: 'memory:/main.iovt', text: largeDesign(100_000).replace('large', `large${n}`) });
    const topologies = [0, 1, 2, 3].map((n) => resolve(design(n), registries).topology);
    const entities = topologies.flatMap((topology) => topology.entities).filter((entity) => !('isBuiltIn' in entity));
    const byKind = groupedByKind(entities);
    expect(byKind.size).toBeGreaterThan(10);
    for (const [kind, list] of byKind) {
      expect(layouts(list), kind).toBeLessThanOrEqual(2);
      expect(layouts(list.flatMap((entity) => ('facts' in entity ? [entity.facts] : []))), `facts of a ${kind}`).toBeLessThanOrEqual(5);
    }
  });
});

function groupedByKind<T extends { kind: string }>(list: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) groups.set(each.kind, [...(groups.get(each.kind) ?? []), each]);
  return groups;
}
