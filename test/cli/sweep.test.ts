import { expect, test } from 'vitest';
import { type Io, UserError } from '../../src/cli/io.js';
import { run } from '../../src/cli/program.js';
import type { SweepResult } from '../../src/language/sweep.js';
import { BUCKETS } from '../../src/sim/engine/histogram.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';

const design = `{
  "iovt": "1",
  "hosts": { "h": {
    "numa": { "n0": { "cpus": "0-7", "clock": "3 GHz" } },
    "pcie": { "rp0": { "kind": "root-port", "numa": "n0", "link": "gen3 x4" } },
    "devices": { "ssd0": { "profile": "intel-p4510-2t", "at": "rp0" } },
    "controllers": { "io1": { "kind": "iothread", "cpus": "1" } },
    "guests": { "db": { "cpus": "2-3", "vcpus": 2, "devices": { "vda": { "technique": "virtio-blk", "controller": "io1", "media": "ssd0" } } } }
  } },
  "workloads": { "io": { "on": "db/vda", "size": "4 KiB", "depth": 4 } }
}`;

/** A call with files in memory; what it wrote, by path, standard output under the empty name. */
async function call(files: Record<string, string>, ...args: string[]) {
  const workspace = new MemoryWorkspace(files);
  const written: Record<string, string> = {};
  const messages: string[] = [];
  const io: Io = {
    workspace,
    async readSource(path) {
      const file = await workspace.read(`memory:/${path}`);
      if (file === undefined) throw new UserError(`${path}: there is no such file.`);
      return file;
    },
    async readBytes(path) {
      return new TextEncoder().encode((await this.readSource(path)).text);
    },
    async write(path, content) {
      written[path ?? ''] = content;
    },
    message: (text) => messages.push(text),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  return { code: await run(args, io), out: written[''] ?? '', messages };
}

const files = { 'd.iovt': design };
const grid = ['sweep', 'd.iovt', '--vary', 'io.depth=1,8', '--vary', 'io.size=4 KiB,64 KiB', '--duration', '20 ms'];

test('parts of a sweep merge to what one run prints', async () => {
  const whole = await call(files, ...grid, '--format', 'json');
  expect(whole.messages).toEqual([]);
  const parts = await Promise.all([0, 1, 2].map((i) => call(files, ...grid, '--format', 'json', '--shard', `${i}/3`)));
  const merged = await call(
    { a: parts[2]?.out ?? '', b: parts[0]?.out ?? '', c: parts[1]?.out ?? '' },
    'merge',
    'a',
    'b',
    'c',
    '--format',
    'json',
  );
  expect(JSON.parse(merged.out)).toEqual(JSON.parse(whole.out));
  const { rows } = JSON.parse(whole.out) as SweepResult;
  expect(rows.map((row) => row.set)).toEqual([
    { 'io.depth': '1', 'io.size': '4 KiB' },
    { 'io.depth': '1', 'io.size': '64 KiB' },
    { 'io.depth': '8', 'io.size': '4 KiB' },
    { 'io.depth': '8', 'io.size': '64 KiB' },
  ]);
  expect(rows[2]?.workloads[0]?.achievedOpsPerSec).toBeGreaterThan((rows[0]?.workloads[0]?.achievedOpsPerSec as number) * 2);
});

test('points with several seeds are pooled: histograms add up, intervals shrink', async () => {
  const seeds = await Promise.all(['1', '2', '3', '4'].map((seed) => call(files, ...grid, '--format', 'json', '--seed', seed)));
  const inputs = Object.fromEntries(seeds.map(({ out }, i) => [`s${i}`, out]));
  const { out } = await call(inputs, 'merge', ...Object.keys(inputs), '--format', 'json');
  const merged = (JSON.parse(out) as SweepResult).rows[2];
  const each = seeds.map((seed) => (JSON.parse(seed.out) as SweepResult).rows[2]);
  expect(merged?.seeds).toEqual([1, 2, 3, 4]);
  const operations = (row: typeof merged) => row?.workloads[0]?.histogram.reduce((sum, [, count]) => sum + count, 0) ?? 0;
  expect(operations(merged)).toBe(each.reduce((sum, row) => sum + operations(row), 0));
  expect(merged?.workloads[0]?.histogram.every(([bucket]) => bucket < BUCKETS)).toBe(true);
  const width = (row: typeof merged) => {
    const [low, high] = row?.workloads[0]?.latencySec.ci95?.mean ?? [0, 0];
    return (high ?? 0) - low;
  };
  expect(width(merged)).toBeLessThan(Math.max(...each.map(width)) * 0.75);
});

test('the same part twice counts once', async () => {
  const { out } = await call(files, ...grid, '--format', 'json');
  const merged = await call({ a: out, b: out }, 'merge', 'a', 'b', '--format', 'json');
  expect(JSON.parse(merged.out)).toEqual(JSON.parse(out));
});

test('says which points are missing', async () => {
  const { out } = await call(files, ...grid, '--format', 'json', '--shard', '0/4');
  expect((await call({ a: out }, 'merge', 'a')).messages).toEqual(['3 of 4 points are missing.']);
});

test.each([
  [['sweep', 'd.iovt'], /at least one --vary/],
  [['sweep', 'd.iovt', '--vary', 'depth'], /PATH=a,b,c/],
  [['sweep', 'd.iovt', '--vary', 'a=1,,2'], /PATH=a,b,c/],
  [['sweep', 'd.iovt', '--vary', 'a=1,2', '--shard', '2/2'], /I from 0 to N - 1/],
  [['merge', 'd.iovt'], /not JSON|not a result/],
])('refuses %j', async (args, message) => {
  await expect(call(files, ...args)).rejects.toThrow(message);
  await expect(call(files, ...args)).rejects.toBeInstanceOf(UserError);
});

test('a path that leads nowhere is refused', async () => {
  const sweep = call(files, 'sweep', 'd.iovt', '--vary', 'nowhere/at.all=1,2', '--duration', '1 ms');
  await expect(sweep).rejects.toThrow(/nowhere\/at.all/);
});

test('a rate of zero is a row that says so', async () => {
  const { out } = await call(files, 'sweep', 'd.iovt', '--vary', 'io.rate=0 IOPS,2k IOPS', '--duration', '20 ms', '--engine', 'fluid');
  const [header = '', zero = '', some = ''] = out.split('\n');
  expect(header.endsWith(',note')).toBe(true);
  expect(zero).toContain('its rate is zero');
  expect(zero.split(',').slice(0, 5)).toEqual(['0', '0 IOPS', 'io', '0', '0']);
  expect(some.endsWith(',')).toBe(true);
});
