import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { measuredBetween } from '../../src/language/isolation/measured.js';
import { isolationResult } from '../../src/language/isolation.js';
import { textIsolation } from '../../src/language/report/isolation-report.js';
import { analyse } from '../support/check.js';
import { design, guests, pairOf } from '../support/isolation.js';
import { schemaErrors } from '../support/validate.js';

const nic = (more: object = {}) => ({
  kind: 'nic',
  at: 'rp0',
  ats: false,
  ports: { p0: { rate: '100 Gbit/s' } },
  sriov: { vfs: 8 },
  ...more,
});
const vf = (vlan: number, more: object = {}) => ({ e: { technique: 'sriov-vf', from: 'nic0/p0', vlan, spoofCheck: true, ...more } });
const withVfs = (a: object, b: object, host: object = {}, more: object = {}) =>
  design({ devices: { nic0: nic() }, guests: guests(a, b), ...host }, more);

async function resultOf(document: object) {
  const analysis = await analyse(JSON.stringify(document, null, 2));
  const result = isolationResult(analysis);
  expect(schemaErrors('iovt-isolation', JSON.parse(JSON.stringify(result)))).toEqual([]);
  return { analysis, result, pair: result.pairs[0] };
}

describe('an objective', () => {
  const asked = (objective: object, a: object, b: object, host: object = {}, more: object = {}) =>
    resultOf(withVfs(a, b, host, { objectives: { o: { isolate: ['blue', 'red'], ...objective } }, ...more })).then(
      ({ result }) => result.objectives[0],
    );

  test.each<[string, object, object, object, object, string]>([
    ['passes where the worst is within the bound', { grade: 'S2' }, vf(100), vf(200), {}, 'pass'],
    ['fails where the best is beyond it', { grade: 'S2' }, vf(100), vf(100), {}, 'fail'],
    ['is unknown in between', { grade: 'S2' }, vf(100), vf(200), { pcie: { rp0: { kind: 'root-port' } } }, 'unknown'],
    ['asks for each axis by itself', { grade: ['S2', 'F1'] }, vf(100), vf(200), {}, 'fail'],
    ['looks at the classes it names only', { from: 'interrupt', grade: 'S1' }, vf(100), vf(100), {}, 'pass'],
    ['has a bound of its own where it names none', { from: 'l2' }, vf(100), vf(100), {}, 'fail'],
    ['accepts what its own bound accepts', { from: 'l2' }, vf(100), vf(200), {}, 'pass'],
    ['asks for a cap where it names a load', { from: 'cache', grade: 'P2' }, vf(100), vf(200), {}, 'fail'],
  ])('%s', async (_, objective, a, b, host, status) => {
    expect((await asked(objective, a, b, host))?.status).toBe(status);
  });

  test('that fails shows the way of each tenant to what decides', async () => {
    const verdict = await asked({ from: 'l2' }, vf(100), vf(100));
    expect(verdict?.counterExample).toEqual({
      component: 'h1/nic0/f0',
      entity: 'h1/nic0/p0',
      tenants: ['blue', 'red'],
      paths: { a: ['h1/a/e', 'h1/nic0/p0/vf0', 'h1/nic0/p0'], b: ['h1/b/e', 'h1/nic0/p0/vf1', 'h1/nic0/p0'] },
    });
    expect(verdict?.message).toContain('VLAN 100');
  });

  test('that cannot be decided names the facts that would decide it', async () => {
    const verdict = await asked({ from: 'dma' }, vf(100), vf(200), { pcie: { rp0: { kind: 'root-port' } } });
    expect(verdict?.unknown).toEqual([{ entity: 'h1/rp0', property: 'acs' }]);
  });

  test('accepts more between tenants that trust each other', async () => {
    const trusted = { tenants: { blue: { trust: 'trusted' }, red: { trust: 'trusted' } } };
    const loose = vf(100, { spoofCheck: false });
    expect((await asked({}, loose, vf(200)))?.status).toBe('fail');
    expect((await asked({}, loose, vf(200), {}, trusted))?.status).toBe('pass');
  });
});

describe('changes that would help', () => {
  test('are edits of the text, after which the pair has the grade that was promised', async () => {
    const { analysis, pair } = await resultOf(withVfs(vf(100), vf(100)));
    const [improvement] = pair?.improvements ?? [];
    expect(improvement?.after.security.grade).toBe('S2');
    const { text } = analysis.project.main.file;
    const lines = text.split('\n');
    const offset = ({ line, character }: { line: number; character: number }) =>
      lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
    const edits = [...(improvement?.edits ?? [])].sort((x, y) => offset(y.range.start) - offset(x.range.start));
    const changed = edits.reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
    const again = isolationResult(await analyse(changed), { tries: 0 }).pairs[0];
    expect([again?.security, again?.fault, again?.performance]).toEqual([
      improvement?.after.security,
      improvement?.after.fault,
      improvement?.after.performance,
    ]);
  });

  test('are as few as help: what does not better the pair is left out', async () => {
    const { pair } = await resultOf(withVfs(vf(100), vf(200, { spoofCheck: false })));
    expect(pair?.improvements?.[0]).toMatchObject({ title: 'Spoof check on h1/b/e', after: { security: { grade: 'S2' } } });
    expect(pair?.improvements?.[0]?.edits.length).toBe(1);
  });

  test('are not offered where none helps', async () => {
    const shm = { m: { technique: 'shmem', path: 'shm0' } };
    expect((await resultOf(design({ guests: guests(shm, shm) }))).pair?.improvements).toBeUndefined();
  });

  test('move a card to a free slot with ACS', async () => {
    const gpu = (at: string) => ({ kind: 'gpu', at, ats: false, reset: ['flr'] });
    const own = (from: string) => ({ g: { technique: 'passthrough', from } });
    const pcie = { rp0: { kind: 'root-port', acs: false }, rp1: { kind: 'root-port', acs: true }, rp2: { kind: 'root-port', acs: true } };
    const { pair } = await resultOf(design({ pcie, devices: { g0: gpu('rp0'), g1: gpu('rp0') }, guests: guests(own('g0'), own('g1')) }));
    expect(pair?.security.grade).toBe('S5');
    // One card that moves is enough, to a slot that no other one was told to take.
    expect(pair?.improvements?.[0]?.title).toMatch(/^Move h1\/(g0 to h1\/rp1|g1 to h1\/rp2)$/);
    expect(pair?.improvements?.[0]?.after.security.grade).toBe('S1');
  });
});

describe('an open fact', () => {
  const open = withVfs(vf(100), vf(200), { devices: { nic0: nic({ ats: undefined }) } });

  test('comes with where it is read and written, and with what each answer makes of the pair', async () => {
    const { analysis, result, pair } = await resultOf(open);
    const [fact] = pair?.unknown ?? [];
    expect(fact).toMatchObject({ entity: 'h1/nic0', property: 'ats', find: expect.stringContaining('ATSCtl') });
    expect(analysis.project.main.file.text.split('\n')[fact?.at?.start.line ?? -1]).toContain('"nic0"');
    expect(fact?.answers?.map(({ value, after }) => [value, after.security.grade])).toEqual([
      [false, 'S2'],
      [true, 'S4'],
    ]);
    expect(pair?.security.range).toEqual(['S2', 'S4']);
    expect(textIsolation(result)).toMatch(/nobody states: "ats" of h1\/nic0 .* -> false: S2 .*, true: S4 /);
  });

  test('is not tried where all pairs are only looked over', async () => {
    const unknown = isolationResult(await analyse(JSON.stringify(open)), { tries: 0 }).pairs[0]?.unknown ?? [];
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.every(({ answers }) => answers === undefined)).toBe(true);
  });
});

test('what holds a grade up is named, and what nothing was found for', async () => {
  const shm = { m: { technique: 'shmem', path: 'shm0' } };
  const { result, pair } = await resultOf(design({ guests: guests(shm, shm) }));
  expect(pair?.security.grade).toBe('S5');
  expect(pair?.decisive.security.length).toBe(1);
  expect(pair?.shared.map(({ component }) => component)).toContain(pair?.decisive.security[0]);
  expect(textIsolation(result)).toMatch(/no setting was found that betters security \(S5\)/);
});

test('a process divided in two by the fix of a rule is among what would help', async () => {
  const nic = (vlan: number) => ({ e: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', vlan } });
  const own = (tenant: string, vlan: number) => ({ tenant, memory: { shared: true }, devices: nic(vlan) });
  const text = design({
    numa: { n0: { cpus: '0-15' } },
    switches: { br0: { kind: 'ovs-dpdk', cpus: '2-3' } },
    guests: { a: own('blue', 100), b: own('red', 200) },
  });
  const { pair } = await resultOf(text);
  expect(pair?.security.exact).toBe('S3u');
  const divided = pair?.improvements?.find(({ title }) => title === 'Divide h1/br0: br0-red for red');
  expect(divided?.after.security.grade).toBe('S0');
});

describe('what was measured', () => {
  const seen = async (a: object, b: object, throughputRatio: number) =>
    measuredBetween(await pairOf(withVfs(a, b)), [{ aggressor: 'blue', victim: 'red', by: 'tenant', throughputRatio, p99Ratio: 1 }]).map(
      ({ verdict }) => verdict,
    );

  test('agrees with a structure that promises nothing, where something was lost', async () => {
    expect(await seen(vf(100), vf(200), 0.5)).toEqual(['agrees']);
  });

  test('agrees where only latency grew: nothing promises that one does not wait', async () => {
    const pair = await pairOf(withVfs(vf(100), vf(200)));
    const slow = { aggressor: 'blue', victim: 'red', by: 'tenant', throughputRatio: 1, p99Ratio: 6 } as const;
    expect(measuredBetween(pair, [slow])).toMatchObject([{ verdict: 'agrees', message: expect.stringContaining('grows 6 times') }]);
  });

  test('is not felt, where nothing was', async () => {
    expect(await seen(vf(100), vf(200), 1)).toEqual(['not-felt']);
  });

  test('contradicts a structure that promises something, where much was lost', async () => {
    const apart = { cpus: '0-3', memory: { nodes: 'n0' } };
    const other = { cpus: '8-11', memory: { nodes: 'n1' } };
    const pair = await pairOf(
      design({ guests: { a: { tenant: 'blue', devices: {}, ...apart }, b: { tenant: 'red', devices: {}, ...other } } }),
    );
    const found = measuredBetween(pair, [{ aggressor: 'blue', victim: 'red', by: 'tenant', throughputRatio: 0.4, p99Ratio: 9 }]);
    expect(found).toMatchObject([{ verdict: 'contradicts', performance: 'P0' }]);
    // Who shares nothing waits for nobody.
    const slow = { aggressor: 'blue', victim: 'red', by: 'tenant', throughputRatio: 1, p99Ratio: 3 } as const;
    expect(measuredBetween(pair, [slow])).toMatchObject([{ verdict: 'contradicts', message: expect.stringContaining('grows 3 times') }]);
  });
});

test('guests without a tenant are named, not graded', async () => {
  const { result } = await resultOf(design({ guests: { a: { tenant: 'blue' }, b: { tenant: 'red' }, c: {} } }));
  expect(result.pairs.length).toBe(1);
  expect(result.notes).toEqual(['Left out, because they belong to no tenant: h1/c.']);
});

test('every line of the reports on the examples is a sentence about entities that exist', async () => {
  for (const name of ['2-nfv-ovs-dpdk-or-sriov', '3-shared-nvme', '4-homelab-gpu']) {
    const text = readFileSync(new URL(`../../examples/${name}.iovt`, import.meta.url), 'utf8');
    const analysis = await analyse(text);
    const result = isolationResult(analysis);
    const paths = new Set(analysis.topology.entities.map(({ path }) => path));
    for (const pair of result.pairs) {
      for (const { directions, paths: ways } of pair.shared) {
        for (const { reason } of [...directions.aToB.reasons, ...directions.bToA.reasons])
          expect(reason).not.toMatch(/undefined|\[object|\.$/);
        for (const step of [...ways.a, ...ways.b]) expect(paths, step).toContain(step.replace(/#.*$/, '').replace(/\[\d+\]/, ''));
      }
    }
  }
});
