import { describe, expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';
import { schemaErrors } from '../support/validate.js';

const ssd = {
  kind: 'nvme',
  link: 'gen4 x4',
  storage: { readIops: '900k IOPS', writeIops: '200k IOPS', readLatency: '80 us', writeLatency: '20 us' },
  namespaces: { ns1: {} },
};

function storage(rate: string): string {
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: { s: ssd },
        guests: { a: { vcpus: 8, devices: { v: { technique: 'virtio-blk', media: 's/ns1', cache: 'none', io: 'native' } } } },
      },
    },
    workloads: { x: { on: 'a/v', size: '4 KiB', rate } },
    objectives: { tail: { metric: 'latency.mean', of: 'x', max: '1 s' } },
  });
}

describe.each(['des', 'fluid'] as const)('requests to storage, %s', (engine) => {
  test('are never lost: beyond what a drive does their queue grows without bound', async () => {
    const result = await simulateText(storage('500k IOPS'), { engine });
    const [flow] = result.flows;
    expect(flow?.lossRatio).toBe(0);
    expect(flow?.latencySec).toEqual({ mean: null });
    expect(result.workloads[0]).toMatchObject({ lossRatio: 0, latencySec: { mean: null } });
    expect((flow?.achieved.opsPerSec ?? 0) / 66_000).toBeCloseTo(1, 1);
    const note = result.notes.find(({ kind }) => kind === 'overload');
    expect(note?.about).toBe('x');
    expect(note?.message).toMatch(/^More is asked for than can be done: down to 13 % is\. The queue in front of h\/a#qemu-main-loop grows/);
    expect(result.objectives[0]).toMatchObject({ status: 'fail', actual: null, limit: 1 });
    expect(schemaErrors('iovt-simulation', JSON.parse(JSON.stringify(result)))).toEqual([]);
  });

  test('have a latency where the drive keeps up', async () => {
    const { flows, notes, objectives } = await simulateText(storage('30k IOPS'), { engine });
    expect(flows[0]?.latencySec.mean).toBeGreaterThan(1e-5);
    expect(notes).toEqual([]);
    expect(objectives[0]?.status).toBe('pass');
  });
});

/** Frames of an urgent class fill the wire: those of the other one never leave. */
function starved(): string {
  const guest = (vlan: number) => ({
    vcpus: 4,
    devices: { e: { technique: 'sriov-vf', from: 'n/p0', driver: 'poll-mode', vlan, priority: vlan - 1 } },
  });
  const load = (guest: string, rate: string) => ({ from: `${guest}/e`, to: 'tor', size: '1500 B', rate });
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: {
          n: {
            kind: 'nic',
            link: 'gen5 x16',
            ports: {
              p0: {
                rate: '10 Gbit/s',
                trafficClasses: [
                  { priority: [0], mode: 'strict' },
                  { priority: [1], mode: 'strict' },
                ],
              },
            },
            sriov: { supported: true, vfs: 8, totalVfs: 8 },
          },
        },
        guests: { a: guest(1), c: guest(2) },
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'] } },
    workloads: { x: load('a', '30 Gbit/s'), y: load('c', '100 Mbit/s') },
    objectives: {
      fast: { metric: 'latency.mean', of: 'y', max: '1 s' },
      tail: { metric: 'latency.p99', of: 'y', max: '1 s' },
      kept: { metric: 'loss', of: 'y', max: 0.5 },
    },
  });
}

test('nothing measured, and nothing promised is kept, in a run of a nanosecond', async () => {
  const result = await simulateText(starved(), { durationSec: 1e-9 });
  expect(result.flows.map(({ latencySec }) => latencySec)).toEqual([{ mean: null }, { mean: null }]);
  expect(result.notes.map(({ message }) => message).join()).toMatch(/Nothing was measured: in the 1 ns that were simulated/);
  expect(result.objectives.map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(schemaErrors('iovt-simulation', JSON.parse(JSON.stringify(result)))).toEqual([]);
});

test.each(['des', 'fluid'] as const)('objectives on the latency of a flow that gets nothing fail, %s', async (engine) => {
  const result = await simulateText(starved(), { engine, durationSec: 0.2 });
  expect(result.flows[1]).toMatchObject({ achieved: { opsPerSec: 0 }, latencySec: { mean: null } });
  expect(result.objectives.map(({ id, status, message }) => [id, status, message])).toEqual([
    ['fast', 'fail', 'Mean latency of y has no value: nothing of what h/c/e sent arrived.'],
    ['tail', 'fail', '99th percentile of latency of y has no value: nothing of what h/c/e sent arrived.'],
    ['kept', 'fail', expect.stringMatching(/^Loss of y is/)],
  ]);
});
