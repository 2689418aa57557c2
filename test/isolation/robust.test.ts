import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { projectOf } from '../../src/core/model/project.js';
import { check } from '../../src/language/check.js';
import { isolationResult } from '../../src/language/isolation.js';
import { markdownIsolation, textIsolation } from '../../src/language/report/isolation-report.js';
import { mutilatedDesign } from '../support/mutilated-design.js';
import { richDesign } from '../support/rich-design.js';
import { schemaErrors } from '../support/validate.js';

/** The report on a text, in all its forms, each as it must be. */
function inspect(text: string, tries = 0): void {
  const analysis = check(projectOf({ uri: 'memory:/main.iovt', text }));
  const result = isolationResult(analysis, { tries });
  expect(schemaErrors('iovt-isolation', JSON.parse(JSON.stringify(result)))).toEqual([]);
  for (const shown of [textIsolation(result), markdownIsolation(result)]) expect(shown).not.toMatch(/undefined|NaN|\[object/);
}

const rich = JSON.stringify(richDesign, null, 1);

test('the rich design can be reported', () => {
  inspect(rich, 24);
});

test('a mutilated design never makes the analysis throw, and what it says has its form', () => {
  fc.assert(
    fc.property(mutilatedDesign, (text) => inspect(text)),
    { numRuns: 250, seed: 4713 },
  );
});

test('a text cut off anywhere, or with a stretch missing, does not either', () => {
  fc.assert(
    fc.property(fc.nat(rich.length), fc.nat(400), fc.boolean(), (start, length, isCut) => {
      inspect(isCut ? rich.slice(0, start) : rich.slice(0, start) + rich.slice(start + length));
    }),
    { numRuns: 150, seed: 4714 },
  );
});

describe('what goes in circles ends', () => {
  const tenants = { blue: {}, red: {} };
  const both = (devices: object) => ({ a: { tenant: 'blue', devices }, b: { tenant: 'red', devices } });
  const net = { e: { technique: 'virtio-net', connect: 's0' } };

  test.each<[string, object]>([
    [
      'vSwitches that are uplinks of each other',
      {
        switches: { s0: { kind: 'ovs-kernel', uplinks: ['s1', 's0'] }, s1: { kind: 'ovs-kernel', uplinks: ['s0', 's1'] } },
        guests: both(net),
      },
    ],
    ['a mesh of vSwitches', mesh(14, both(net))],
    [
      'ports that are plugged into each other',
      {
        pcie: { p0: { kind: 'switch-upstream', at: 'p1' }, p1: { kind: 'switch-downstream', at: 'p0' } },
        devices: { g0: { kind: 'gpu', at: 'p0' }, g1: { kind: 'gpu', at: 'p1' } },
        guests: {
          a: { tenant: 'blue', devices: { g: { technique: 'passthrough', from: 'g0' } } },
          b: { tenant: 'red', devices: { g: { technique: 'passthrough', from: 'g1' } } },
        },
      },
    ],
    [
      'volumes on each other, and disks at each other',
      {
        devices: { d0: { kind: 'disk', at: 'd1' }, d1: { kind: 'disk', at: 'd0' } },
        volumes: { v0: { kind: 'raid1', on: ['v1', 'd0'] }, v1: { kind: 'raid1', on: ['v0', 'd1'] } },
        guests: both({ d: { technique: 'virtio-blk', media: 'v0' } }),
      },
    ],
    ['a directory as deep as a path can be', { guests: both({ f: { technique: 'virtio-fs', path: '/a'.repeat(2000) } }) }],
    ['a billion copies', { guests: { a: { tenant: 'blue', count: 1e9, devices: net }, b: { tenant: 'red', count: 1e9, devices: net } } }],
  ])('%s', (_, host) => {
    inspect(JSON.stringify({ iovt: '1', tenants, hosts: { h1: host }, objectives: { o: { isolate: ['blue', 'red'] } } }));
  });
});

function mesh(size: number, guests: object): object {
  const names = Array.from({ length: size }, (_, i) => `s${i}`);
  return { switches: Object.fromEntries(names.map((name) => [name, { kind: 'ovs-kernel', uplinks: names }])), guests };
}
