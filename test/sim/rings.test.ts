import { expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const RUNS = [{ engine: 'fluid' as const }, { durationSec: 0.05 }];

/** A switch that polls on one core or several, and two guests whose drivers poll, too. */
function design(cpus: string, workloads: object, more: object = {}): string {
  const guest = (set: string) => ({
    vcpus: 2,
    cpus: set,
    memory: { size: '4 GiB', shared: true, hugepages: '1 GiB' },
    devices: { e: { technique: 'virtio-net', backend: 'vhost-user', connect: 'sw', driver: 'poll-mode' } },
  });
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        numa: { n0: { cpus: '0-15', clock: '3 GHz', memory: '64 GiB', hugepages: { '1 GiB': 32 } } },
        devices: { n: { kind: 'nic', link: 'gen4 x16', ports: { p0: { rate: '100 Gbit/s' } } } },
        switches: { sw: { kind: 'ovs-dpdk', uplinks: ['n/p0'], cpus, ...more } },
        guests: { a: guest('4-5'), b: guest('6-7') },
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'] } },
    workloads,
  });
}

const lossOf = (result: Awaited<ReturnType<typeof simulateText>>, id: string) =>
  result.workloads.find((workload) => workload.id === id)?.lossRatio ?? Number.NaN;

test.each(RUNS)('whoever shares a receive ring that is full loses as much of what it sends', async (request) => {
  const flood = { from: 'tor', to: 'a/e', size: '64 B', rate: '14 Mpps', flows: 100 };
  const victim = { from: 'tor', to: 'b/e', size: '64 B', rate: '0.2 Mpps', flows: 100 };
  const result = await simulateText(design('2', { flood, victim }), request);
  expect(lossOf(result, 'flood')).toBeGreaterThan(0.3);
  expect(lossOf(result, 'victim')).toBeCloseTo(lossOf(result, 'flood'), 1);
});

test.each(RUNS)('whoever comes by a ring of its own loses nothing', async (request) => {
  const flood = { from: 'tor', to: 'a/e', size: '64 B', rate: '14 Mpps', flows: 100 };
  const victim = { from: 'b/e', to: 'tor', size: '64 B', rate: '0.2 Mpps', flows: 100 };
  const result = await simulateText(design('2', { flood, victim }), request);
  expect(lossOf(result, 'flood')).toBeGreaterThan(0.3);
  expect(lossOf(result, 'victim')).toBe(0);
});

test('of several queues only the full one loses: a stream floods one, and whoever is spread over both loses on one', async () => {
  const flood = { from: 'tor', to: 'a/e', size: '64 B', rate: '14 Mpps', flows: 1 };
  const victim = { from: 'tor', to: 'b/e', size: '64 B', rate: '0.2 Mpps', flows: 1000 };
  const result = await simulateText(design('2-3', { flood, victim }, { rxQueues: 2 }), { durationSec: 0.05 });
  expect(lossOf(result, 'flood')).toBeGreaterThan(0.3);
  expect(lossOf(result, 'victim')).toBeCloseTo(lossOf(result, 'flood') / 2, 1);
});

test('a ring holds as many packets as it has entries', async () => {
  const flood = { from: 'tor', to: 'a/e', size: '64 B', rate: '14 Mpps', flows: 100 };
  const [small, large] = await Promise.all(
    [512, 2048].map((ringSize) => simulateText(design('2', { flood }, { ringSize }), { durationSec: 0.05 })),
  );
  const latency = (result: typeof small) => result?.workloads[0]?.latencySec.mean ?? 0;
  expect(latency(large) / latency(small)).toBeGreaterThan(3);
});
