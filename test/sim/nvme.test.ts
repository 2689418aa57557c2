import { expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const design = (sizes: readonly string[], drive: object = {}, weights: readonly number[] = []) =>
  JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: {
          s: {
            kind: 'nvme',
            link: 'gen4 x4',
            storage: { readIops: '900k IOPS', readBandwidth: '6.5 GB/s', readLatency: '80 us' },
            namespaces: Object.fromEntries(sizes.map((_, i) => [`ns${i}`, {}])),
            ...drive,
          },
        },
        controllers: { sp: { kind: 'vhost-user', implementation: 'spdk', cpus: '4-7', poll: 'always', devices: ['s'] } },
        guests: Object.fromEntries(
          sizes.map((_, i) => [
            `g${i}`,
            {
              vcpus: 16,
              memory: { size: '1 GiB', shared: true },
              devices: {
                v: {
                  technique: 'nvme-namespace',
                  backend: 'vhost-user',
                  controller: 'sp',
                  media: `s/ns${i}`,
                  ...(weights[i] === undefined ? {} : { weight: weights[i] }),
                },
              },
            },
          ]),
        ),
      },
    },
    workloads: Object.fromEntries(sizes.map((size, i) => [`w${i}`, { on: `g${i}/v`, size, depth: 128 }])),
  });

const RUNS = [{ engine: 'fluid' as const }, { durationSec: 0.05 }];

test.each(RUNS)('a drive takes commands from its queues in turn, whatever their size', async (request) => {
  const { workloads } = await simulateText(design(['4 KiB', '128 KiB']), request);
  const [small = 0, large = 1] = workloads.map(({ achieved }) => achieved.opsPerSec);
  expect(small / large).toBeCloseTo(1, 1);
});

test.each(RUNS)('by weight where it arbitrates so', async (request) => {
  const { workloads } = await simulateText(design(['64 KiB', '128 KiB'], { arbitration: 'wrr' }, [2, 1]), request);
  const [heavy = 0, light = 1] = workloads.map(({ achieved }) => achieved.opsPerSec);
  expect(heavy / light).toBeCloseTo(2, 0);
});
