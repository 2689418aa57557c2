import { describe, expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const design = (more: object, ends: object = { from: 'tor', to: 'a/e' }) =>
  JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: {
          n: { kind: 'nic', link: 'gen4 x16', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { supported: true, vfs: 8, totalVfs: 8 } },
          s: { kind: 'nvme', link: 'gen4 x4', namespaces: { ns: {} } },
        },
        guests: {
          a: {
            vcpus: 4,
            devices: {
              e: { technique: 'sriov-vf', from: 'n/p0', driver: 'poll-mode' },
              d: { technique: 'virtio-blk', media: 's/ns', io: 'native', cache: 'none' },
            },
          },
        },
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'], mtu: 9000 } },
    workloads: { x: { ...ends, arrival: 'trace', trace: { file: 't.csv', ...more } } },
  });

const recording = (sizes: readonly number[], count: number, gapSec = 1e-5) =>
  `time_s,size_b\n${Array.from({ length: count }, (_, i) => `${(i * gapSec).toFixed(9)},${sizes[i % sizes.length]}`).join('\n')}\n`;

describe('a recording', () => {
  test.each([{ engine: 'fluid' as const }, { durationSec: 0.02 }])('has the sizes that its file says', async (request) => {
    const { workloads } = await simulateText({ 'main.iovt': design({}), 't.csv': recording([64, 9000], 1000) }, request);
    const { opsPerSec, bitsPerSec } = workloads[0]?.achieved ?? { opsPerSec: 0, bitsPerSec: 0 };
    expect(opsPerSec / 1e5).toBeCloseTo(1, 1);
    expect(bitsPerSec / opsPerSec / 8 / ((64 + 9000) / 2)).toBeCloseTo(1, 1);
  });

  test('keeps its mean where it has more sizes than are told apart', async () => {
    const sizes = Array.from({ length: 1000 }, (_, i) => 64 + i);
    const { workloads } = await simulateText({ 'main.iovt': design({}), 't.csv': recording(sizes, 1000) }, { engine: 'fluid' });
    const { opsPerSec, bitsPerSec } = workloads[0]?.achieved ?? { opsPerSec: 0, bitsPerSec: 0 };
    expect(bitsPerSec / opsPerSec / 8).toBeCloseTo(563.5, 0);
  });

  test('that is played once counts from its first arrival to its last', async () => {
    const { workloads, simulatedSec } = await simulateText({ 'main.iovt': design({ repeat: false }), 't.csv': recording([1500], 2000) });
    expect(simulatedSec).toBeCloseTo(0.021, 3);
    expect((workloads[0]?.achieved.opsPerSec ?? 0) * simulatedSec).toBeCloseTo(2000, -1);
    expect(workloads[0]?.latencySec.mean).toBeGreaterThan(0);
  });

  test('of I/Os has reads and writes as the workload says', async () => {
    const of = async (read: number) => {
      const files = {
        'main.iovt': design({}, { on: 'a/d', read }),
        't.csv': recording([4096], 1000, 1e-3),
      };
      return (await simulateText(files, { durationSec: 1 })).workloads[0]?.latencySec.mean ?? 0;
    };
    const [reads, mixed, writes] = [await of(1), await of(0.5), await of(0)];
    // The defaults: 90 us for a read, 20 us for a write.
    expect(reads - writes).toBeGreaterThan(50e-6);
    expect(mixed).toBeCloseTo((reads + writes) / 2, 5);
  });

  test('that is played once says that others beside it begin with it', async () => {
    const one = JSON.parse(design({ repeat: false }));
    one.workloads.y = { on: 'a/d', depth: 4 };
    const { notes } = await simulateText({ 'main.iovt': JSON.stringify(one), 't.csv': recording([1500], 200) });
    expect(notes.filter(({ about, message }) => about === 'x' && message.includes('until their queues have settled'))).toHaveLength(1);
    const alone = await simulateText({ 'main.iovt': design({ repeat: false }), 't.csv': recording([1500], 200) });
    expect(alone.notes.filter(({ message }) => message.includes('settled'))).toEqual([]);
  });
});
