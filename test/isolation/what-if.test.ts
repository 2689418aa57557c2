import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Change, Fix } from '../../src/core/diagnostics/diagnostic.js';
import type { Project } from '../../src/core/model/project.js';
import { resolve } from '../../src/core/model/topology.js';
import { remediesOf } from '../../src/isolation/grading/cause.js';
import { isolate } from '../../src/isolation/isolate.js';
import { isolationReport } from '../../src/isolation/report.js';
import { type Analysis, registries } from '../../src/language/check.js';
import { textFix, withEdits } from '../../src/language/fixes.js';
import { withChangedTrees } from '../../src/language/isolation/changed-trees.js';
import { fixFor } from '../../src/language/isolation/copies.js';
import { isolationResult } from '../../src/language/isolation.js';
import { rules } from '../../src/rules/index.js';
import { setting } from '../../src/rules/support/text.js';
import { together } from '../../src/rules/support/together.js';
import { analyse } from '../support/check.js';

const examples = readdirSync('examples').filter((name) => name.endsWith('.iovt'));
const texts = [
  ...examples.map((name) => readFileSync(`examples/${name}`, 'utf8')),
  ...rules.flatMap(({ examples: { bad } }) => bad).filter((text) => text.includes('"tenants"')),
];

/** Every setting that would better something, and the fixes of rules. */
function fixesFor({ topology, diagnostics }: Analysis): Fix[] {
  const causes = isolate(topology)
    .pairs.flatMap(({ shared }) => shared.flatMap((each) => [each, ...each.behind]))
    .flatMap(({ aToB, bToA }) => [...aToB.causes, ...bToA.causes]);
  const remedies = new Map(causes.flatMap(remediesOf).map((remedy) => [remedy.title, remedy]));
  const settings = [...remedies.values()].flatMap(({ changes, title }) => fixFor(changes, title) ?? []);
  return [...settings, ...diagnostics.flatMap((diagnostic) => diagnostic.fixes ?? [])];
}

function reportOn(project: Project): object {
  const { topology } = resolve(project, registries);
  return isolationReport(topology, isolate(topology), { inputHash: '' });
}

describe('a change that is tried', () => {
  test('in the tree comes out as it does in the text', async () => {
    let compared = 0;
    for (const text of texts) {
      const analysis = await analyse(text);
      for (const fix of fixesFor(analysis)) {
        const inText = textFix(fix, analysis);
        const inTree = withChangedTrees(analysis.project, fix.changes);
        if (inText === undefined || inTree === undefined) continue;
        expect(reportOn(inTree), text).toEqual(reportOn(withEdits(analysis.project, inText.edits)));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(150);
  });

  test('in the tree keeps guests in their order, by which they get their VFs', async () => {
    const guest = { devices: { e: { technique: 'sriov-vf', from: 'nic0' } } };
    const host = { devices: { nic0: { kind: 'nic', sriov: { vfs: 2 } } }, guests: { a: guest, b: guest } };
    const { project, topology } = await analyse(JSON.stringify({ iovt: '1', hosts: { h1: host } }));
    const change = setting(topology.hosts[0]?.guests[0]?.devices[0] as never, ['vlan'], 7) as Change;
    const copy = resolve(withChangedTrees(project, [change]) as Project, registries).topology;
    expect(copy.virtualDevices.map(({ path, facts }) => [path, facts.vlan.state])).toEqual([
      ['h1/a/e', 'known'],
      ['h1/b/e', 'unknown'],
    ]);
  });

  test.each<[string, (change: Extract<Change, { kind: 'set' }>) => Change]>([
    ['a text is put in place of another', ({ within }) => ({ kind: 'text', at: within, newText: '{}' })],
    ['the object is not the one of the text', (change) => ({ ...change, within: { ...change.within } })],
  ])('is tried in the text where %s', async (_, other) => {
    const { project, topology } = await analyse('{ "iovt": "1", "hosts": { "h1": { "title": "x" } } }');
    const change = setting(topology.hosts[0] as never, ['title'], 'y') as Extract<Change, { kind: 'set' }>;
    expect(withChangedTrees(project, [change])).toBeDefined();
    expect(withChangedTrees(project, [other(change)])).toBeUndefined();
  });

  test('is tried in the text where a key stands twice', async () => {
    const { project, topology } = await analyse('{ "iovt": "1", "hosts": { "h1": { "title": "x", "title": "z" } } }');
    expect(withChangedTrees(project, [setting(topology.hosts[0] as never, ['title'], 'y') as Change])).toBeUndefined();
  });
});

describe('settings of one object', () => {
  const host = (device: object) => ({ h1: { guests: { a: { devices: { e: device } } } } });

  test.each<[string, object, object]>([
    ['make an object that is not there once', {}, { limit: { rate: '1 Gbit/s', receiveRate: '2 Gbit/s' }, vlan: 7 }],
    ['go into an object that is there', { limit: { iops: 5 } }, { limit: { iops: 5, rate: '1 Gbit/s', receiveRate: '2 Gbit/s' }, vlan: 7 }],
    ['fill an empty one', { limit: {} }, { limit: { rate: '1 Gbit/s', receiveRate: '2 Gbit/s' }, vlan: 7 }],
    ['take the place of what is no object', { vlan: 3, limit: 1 }, { vlan: 7, limit: { rate: '1 Gbit/s', receiveRate: '2 Gbit/s' } }],
  ])('%s', async (_, before, after) => {
    const analysis = await analyse(JSON.stringify({ iovt: '1', hosts: host(before) }, null, 2));
    const device = analysis.topology.virtualDevices[0] as never;
    const changes = [
      setting(device, ['limit', 'rate'], '1 Gbit/s'),
      setting(device, ['limit', 'receiveRate'], '2 Gbit/s'),
      setting(device, ['vlan'], 7),
    ];
    const made = textFix({ title: { template: '', args: {} }, changes: together(changes as Change[]) }, analysis);
    const changed = withEdits(analysis.project, made?.edits ?? []);
    expect(JSON.parse(changed.main.file.text)).toEqual({ iovt: '1', hosts: host(after) });
  });
});

test.each(examples)('asked for one pair, %s says of it what it says in the whole report', async (name) => {
  const analysis = await analyse(readFileSync(`examples/${name}`, 'utf8'));
  const whole = isolationResult(analysis, { tries: 0 });
  for (const pair of whole.pairs) {
    const alone = isolationResult(analysis, { tries: 0, pairs: [[pair.tenants[1], pair.tenants[0]]] });
    expect(alone).toEqual({ ...whole, pairs: [pair] });
  }
});
