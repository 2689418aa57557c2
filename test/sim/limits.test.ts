import { expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const nic = { kind: 'nic', link: 'gen4 x16', ports: { p0: { rate: '100 Gbit/s' } }, sriov: { supported: true, vfs: 8, totalVfs: 8 } };
const ssd = {
  kind: 'nvme',
  link: 'gen4 x4',
  storage: { readIops: '900k IOPS', writeIops: '200k IOPS', readLatency: '80 us', writeLatency: '20 us' },
  namespaces: { ns1: {} },
};

/** Packets of 1500 B from a guest through Open vSwitch in the kernel. */
function network(limit: object, load: object): string {
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: { n: nic },
        switches: { br: { kind: 'ovs-kernel', uplinks: ['n/p0'] } },
        guests: { a: { vcpus: 8, devices: { e: { technique: 'virtio-net', connect: 'br', limit } } } },
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'] } },
    workloads: { x: { from: 'a/e', to: 'tor', size: '1500 B', ...load } },
  });
}

function storage(limit: object): string {
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: { s: ssd },
        guests: {
          a: { vcpus: 4, devices: { v: { technique: 'virtio-blk', media: 's/ns1', cache: 'none', io: 'native', limit } } },
        },
      },
    },
    workloads: { x: { on: 'a/v', size: '4 KiB', depth: 32 } },
  });
}

/** A policer does not count the 18 bytes of Ethernet. */
const COUNTED = 1482 / 1500;

test('a policer lets its rate through, however full its bucket could be at the start', async () => {
  const { flows } = await simulateText(network({ rate: '500 Mbit/s', by: 'switch' }, { rate: '2 Gbit/s' }));
  expect((flows[0]?.achieved.bitsPerSec ?? 0) / (500e6 / COUNTED)).toBeCloseTo(1, 1);
  expect(flows[0]?.lossRatio).toBeCloseTo(1 - 0.25 / COUNTED, 2);
});

test('a policer with a peak rate lets that through', async () => {
  const limit = { rate: '500 Mbit/s', peakRate: '1 Gbit/s', burst: '1 MiB', excessBurst: '1 MiB', by: 'switch' };
  const { flows } = await simulateText(network(limit, { rate: '2 Gbit/s' }));
  expect((flows[0]?.achieved.bitsPerSec ?? 0) / (1e9 / COUNTED)).toBeCloseTo(1, 1);
});

test('a policer loses nothing of what is less than its rate', async () => {
  const { flows } = await simulateText(network({ rate: '500 Mbit/s', by: 'switch' }, { rate: '400 Mbit/s' }));
  expect(flows[0]?.lossRatio).toBe(0);
});

test('the throttle of QEMU limits in the long run', async () => {
  const { flows } = await simulateText(storage({ rate: '200 MB/s', by: 'qemu' }));
  expect((flows[0]?.achieved.bitsPerSec ?? 0) / 1.6e9).toBeCloseTo(1, 1);
});

test('a throttle above what the disk is asked for changes nothing', async () => {
  const [free, limited] = await Promise.all([storage({}), storage({ rate: '400 MB/s', by: 'qemu' })].map((text) => simulateText(text)));
  expect((limited?.flows[0]?.latencySec.mean ?? 0) / (free?.flows[0]?.latencySec.mean ?? 0)).toBeCloseTo(1, 2);
});

test('a bucket without a stated burst holds 8000 kbit at any rate', async () => {
  // On for 2 ms at 10 Gbit/s: 20 Mbit at once, of which a bucket of 0.8 s would lose nothing.
  const load = { rate: '1 Gbit/s', arrival: 'on-off', burst: { on: '2 ms', off: '18 ms' } };
  const { flows } = await simulateText(network({ rate: '2 Gbit/s', by: 'switch' }, load), { durationSec: 0.5 });
  expect(flows[0]?.lossRatio).toBeGreaterThan(0.05);
});

test('SPDK lets what a slice allows through at its beginning, and who comes later waits for the next', async () => {
  const { workloads } = await simulateText(storage({ iops: '20k IOPS', by: 'spdk' }), { durationSec: 1 });
  expect((workloads[0]?.achieved.opsPerSec ?? 0) / 20e3).toBeCloseTo(1, 2);
  // 32 in flight and 20 in a slice: each waits for the next slice or the one after it, whole slices apart.
  const { mean, p50 = 0 } = workloads[0]?.latencySec ?? { mean: null };
  expect((mean ?? 0) / 1.6e-3).toBeCloseTo(1, 1);
  expect(Math.min(Math.abs(p50 - 1e-3), Math.abs(p50 - 2e-3))).toBeLessThan(0.25e-3);
});
