import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FlowResult, SimulationResult } from '../../src/sim/result.js';
import { simulateText } from '../support/simulate.js';
import { schemaErrors } from '../support/validate.js';

const twoTenants = readFileSync(new URL('../fixtures/designs/two-tenants.iovt', import.meta.url), 'utf8');

/** Throughput is known long before the tail is; most of a run with the usual precision goes into the p99 of full disks. */
const quick = { precisionRatio: 0.15 };

const flow = (result: SimulationResult, id: string): FlowResult => {
  const found = result.flows.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no flow ${id} among ${result.flows.map((f) => f.id).join(', ')}`);
  return found;
};

describe.each(['fluid', 'des'] as const)('two tenants on one host, %s', (engine) => {
  const run = simulateText(twoTenants, { engine, ...quick });

  test('the result has the form it promises', async () => {
    expect(schemaErrors('iovt-simulation', JSON.parse(JSON.stringify(await run)))).toEqual([]);
  });

  test('open flows get what they offer while nothing is full', async () => {
    const { achieved, lossRatio } = flow(await run, 'web-out@h1/web[3]/eth0');
    expect(achieved.bitsPerSec / 2e9).toBeCloseTo(1, 1);
    expect(lossRatio).toBe(0);
  });

  test('a saturating flow fills the wire, frame overhead counted', async () => {
    // 9000 of 9020 bytes on the wire carry the frame.
    expect(flow(await run, 'hpc-in@h1/hpc/eth0').achieved.bitsPerSec / ((100e9 * 9000) / 9020)).toBeCloseTo(1, 3);
  });

  test('disks on one iothread share it evenly, and it limits them', async () => {
    const result = await run;
    const disks = result.flows.filter((f) => f.workload === 'web-io');
    expect(disks.map((f) => f.bottleneck)).toEqual(disks.map(() => 'h1/io1'));
    const total = disks.reduce((sum, f) => sum + f.achieved.opsPerSec, 0);
    // 10 us and a little per byte at 2.9 GHz: 30 000 cycles and 0.02 cycles for each of 4096 bytes.
    expect(total / (2.9e9 / (30_000 + 0.02 * 4096))).toBeCloseTo(1, 2);
    for (const f of disks) expect(f.achieved.opsPerSec / (total / 8)).toBeCloseTo(1, 1);
  });

  test("closed loops obey Little's law", async () => {
    const { achieved, latencySec } = flow(await run, 'web-io@h1/web[0]/vda');
    expect((achieved.opsPerSec * (latencySec.mean ?? 0)) / 16).toBeCloseTo(1, 1);
  });

  test('polling cores count whole', async () => {
    expect((await run).hosts[0]?.cpuCores).toBeGreaterThan(2.5);
  });

  test('the breakdown adds up to the latency', async () => {
    for (const f of (await run).flows) {
      const sum = f.breakdown.reduce((total, entry) => total + entry.serviceSec + entry.waitSec, 0);
      expect(sum / (f.latencySec.mean ?? 0)).toBeCloseTo(1, 1);
    }
  });
});

test('both engines agree on throughput', async () => {
  const [fluid, des] = await Promise.all([
    simulateText(twoTenants, { engine: 'fluid' }),
    simulateText(twoTenants, { engine: 'des', ...quick }),
  ]);
  for (const w of des.workloads) {
    const other = fluid.workloads.find((candidate) => candidate.id === w.id);
    expect(Math.abs(w.achieved.opsPerSec / (other?.achieved.opsPerSec ?? 0) - 1)).toBeLessThan(0.02);
  }
});

test('a seed gives one result, another seed another, and both lie in their intervals', async () => {
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => simulateText(twoTenants, { seed, ...quick })));
  const { wallSec: _a, ...one } = first as SimulationResult;
  const { wallSec: _b, ...two } = again as SimulationResult;
  expect(one).toEqual(two);
  expect(other?.flows[0]?.latencySec.mean).not.toBe(first?.flows[0]?.latencySec.mean);
  const [low, high] = first?.flows[0]?.latencySec.ci95?.mean ?? [0, 0];
  expect(low).toBeLessThan(high ?? 0);
});

test('objectives get verdicts', async () => {
  const result = await simulateText(twoTenants, quick);
  expect(Object.fromEntries(result.objectives.map((o) => [o.id, o.status]))).toEqual({
    'web-tail': 'fail',
    'hpc-rate': 'pass',
    'no-dma': 'unknown',
    quiet: 'pass',
  });
});

test('queues that are spread over two iothreads get the work of both done', async () => {
  const set: [string, string][] = [['h1.controllers.io2', '{ "kind": "iothread", "cpus": "6" }']];
  const one = await simulateText(twoTenants, { engine: 'fluid', set });
  const two = await simulateText(twoTenants, { engine: 'fluid', set: [...set, ['h1/web/vda.controller', '["io1", "io2"]']] });
  const total = (r: SimulationResult) => r.flows.reduce((sum, f) => sum + (f.workload === 'web-io' ? f.achieved.opsPerSec : 0), 0);
  expect(total(two) / total(one)).toBeCloseTo(2, 1);
});

test('changes and scenarios are simulated, not the base design', async () => {
  const design = twoTenants.replace('"objectives"', '"scenarios": { "one-disk-each": { "set": { "h1/web.count": 1 } } },\n  "objectives"');
  const base = await simulateText(design, { engine: 'fluid' });
  const scenario = await simulateText(design, { engine: 'fluid', scenarios: ['one-disk-each'] });
  const changed = await simulateText(design, { engine: 'fluid', set: [['h1/web.count', '1']] });
  expect(base.flows.filter((f) => f.workload === 'web-io')).toHaveLength(8);
  expect(scenario.flows.filter((f) => f.workload === 'web-io')).toHaveLength(1);
  expect(changed.flows.map((f) => f.achieved)).toEqual(scenario.flows.map((f) => f.achieved));
  expect(new Set([base, scenario, changed].map((r) => r.inputHash)).size).toBe(3);
});

describe('what cannot be simulated is said, never invented', () => {
  const notes = async (text: string) =>
    (await simulateText(text, { engine: 'fluid' })).notes.map((note) => `${note.kind} ${note.about}: ${note.message}`);
  const host = (inner: string, rest = '') => `{ "iovt": "1", "hosts": { "h1": { ${inner} } } ${rest} }`;

  test('a device without a way to the other end', async () => {
    const text = host(
      '"guests": { "a": { "devices": { "eth0": { "technique": "virtio-net" } } } }',
      ', "networks": { "tor": {} }, "workloads": { "w": { "from": "a/eth0", "to": "tor", "rate": "1 Gbit/s" } }',
    );
    expect(await notes(text)).toEqual(['no-path w: One flow is left out: h1/a/eth0 is connected to nothing.']);
  });

  test('a workload without a rate', async () => {
    const text = host(
      '"switches": { "br0": { "kind": "linux-bridge" } }, "guests": { "a": { "count": 2, "devices": { "eth0": { "technique": "virtio-net", "connect": "br0" } } } }',
      ', "workloads": { "w": { "from": "a[0]/eth0", "to": "a[1]/eth0" } }',
    );
    expect(await notes(text)).toEqual(['no-path w: One flow is left out: it states neither a "rate" nor a "depth".']);
  });

  test('more is offered than can pass', async () => {
    const text = host(
      '"switches": { "br0": { "kind": "linux-bridge" } }, "guests": { "a": { "count": 2, "devices": { "eth0": { "technique": "virtio-net", "connect": "br0" } } } }',
      ', "workloads": { "w": { "from": "a[0]/eth0", "to": "a[1]/eth0", "size": "64 B", "rate": "20 Mpps" } }',
    );
    const [note] = await notes(text);
    expect(note).toMatch(/^overload w: More is offered than can pass: up to \d+ % is lost\. Limited by h1\/a\[\d\]/);
  });

  test('an empty design', async () => {
    const result = await simulateText('{ "iovt": "1" }');
    expect(result.flows).toEqual([]);
    expect(schemaErrors('iovt-simulation', JSON.parse(JSON.stringify(result)))).toEqual([]);
  });
});

test.each([
  ['des', false, true],
  ['des', true, false],
  ['fluid', false, false],
] as const)('engine %s, interference asked for: %s; it says that it estimated: %s', async (engine, interference, isNoted) => {
  const text = JSON.stringify({
    iovt: '1',
    tenants: { a: {}, b: {} },
    hosts: {
      h1: {
        devices: { ssd0: { profile: 'solidigm-p5510-3.84t' } },
        guests: {
          x: { tenant: 'a', vcpus: 1, devices: { d: { technique: 'virtio-blk', media: 'ssd0' } } },
          y: { tenant: 'b', vcpus: 1, devices: { d: { technique: 'virtio-blk', media: 'ssd0' } } },
        },
      },
    },
    workloads: { wx: { on: 'x/d', size: '4 KiB', rate: '1k IOPS' }, wy: { on: 'y/d', size: '4 KiB', rate: '1k IOPS' } },
    objectives: { quiet: { metric: 'interference', of: 'a', by: 'b', max: 0.5 } },
  });
  const result = await simulateText(text, { engine, interference, durationSec: 0.05 });
  expect(result.objectives.map(({ status }) => status)).not.toContain('unknown');
  expect(result.notes.some(({ about }) => about === 'interference')).toBe(isNoted);
});
