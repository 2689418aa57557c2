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
