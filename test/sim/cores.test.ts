import { describe, expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const RUNS = [{ engine: 'fluid' as const }, { durationSec: 0.002 }];
const NIC = {
  n: {
    kind: 'nic',
    link: 'gen4 x16',
    ports: { p0: { rate: '100 Gbit/s' }, p1: { rate: '100 Gbit/s' } },
    sriov: { supported: true, vfs: 8, totalVfs: 8 },
  },
};
const NETWORKS = { t0: { uplinks: ['h/n/p0'] }, t1: { uplinks: ['h/n/p1'] } };

async function mpps(design: object, request: (typeof RUNS)[number]): Promise<number> {
  const result = await simulateText(JSON.stringify({ iovt: '1', networks: NETWORKS, ...design }), request);
  return (result.workloads[0]?.achieved.opsPerSec ?? 0) / 1e6;
}

describe('packets of a guest', () => {
  const design = (device: object, flows: number, guest: object = {}) => ({
    hosts: {
      h: {
        devices: NIC,
        guests: { a: { vcpus: 16, devices: { e: { technique: 'sriov-vf', from: 'n/p0', driver: 'poll-mode', ...device } }, ...guest } },
      },
    },
    workloads: { x: { from: 't0', to: 'a/e', size: '64 B', rate: '140 Mpps', flows } },
  });

  test.each(RUNS)('keep as many cores busy as they have queues and streams', async (request) => {
    const one = await mpps(design({ queues: 1 }, 1), request);
    expect(one).toBeGreaterThan(10);
    expect(one).toBeLessThan(40);
    expect(await mpps(design({ queues: 1 }, 64), request)).toBeCloseTo(one, 0);
    expect(await mpps(design({}, 1), request)).toBeCloseTo(one, 0);
    expect((await mpps(design({ queues: 2 }, 64), request)) / one).toBeCloseTo(2, 0);
  });

  test.each(RUNS)('get what a quota of CPUs leaves of them', async (request) => {
    const of = (cpuQuota: number) => mpps(design({}, 64, { cpuQuota }), request);
    const one = await of(1);
    expect((await of(0.5)) / one).toBeCloseTo(0.5, 1);
    expect((await of(2.5)) / one).toBeCloseTo(2.5, 1);
  });
});

describe('packets that the host forwards', () => {
  const design = (entity: object, flows: number) => ({
    hosts: { h: { numa: { n0: { cpus: '0-31' } }, devices: NIC, switches: { br: { uplinks: ['n/p0', 'n/p1'], ...entity } } } },
    workloads: { x: { from: 't0', to: 't1', size: '64 B', rate: '140 Mpps', flows } },
  });

  test.each(RUNS)('of one stream keep one core of the kernel busy, with CPUs of the switch or without', async (request) => {
    const free = await mpps(design({ kind: 'linux-bridge' }, 1), request);
    expect(free).toBeLessThan(3);
    expect(await mpps(design({ kind: 'linux-bridge', cpus: '0-31' }, 1), request)).toBeCloseTo(free, 1);
    expect((await mpps(design({ kind: 'linux-bridge' }, 1000), request)) / free).toBeGreaterThan(10);
  });

  test.each(RUNS)('reach as many polling cores as an uplink has receive queues', async (request) => {
    const of = (rxQueues: number) => mpps(design({ kind: 'ovs-dpdk', cpus: '2-25', rxQueues }, 1000), request);
    const one = await of(1);
    expect(one).toBeLessThan(20);
    expect((await of(4)) / one).toBeCloseTo(4, 0);
  });
});

test.each(RUNS)('a pool that is full for a flow is named by the thread that is busiest', async (request) => {
  const design = {
    iovt: '1',
    hosts: {
      h: {
        devices: NIC,
        switches: { br: { kind: 'linux-bridge', uplinks: ['n/p0'] } },
        guests: { a: { vcpus: 4, devices: { e: { technique: 'virtio-net', connect: 'br' } } } },
      },
    },
    networks: NETWORKS,
    workloads: { x: { from: 't0', to: 'a/e', size: '1500 B', rate: '30 Gbit/s', flows: 64 } },
  };
  const { flows } = await simulateText(JSON.stringify(design), request);
  expect(flows[0]?.bottleneck).toBe('h/a/e#vhost-kernel');
});

test.each(RUNS)('streams of TCP reach as many cores of a guest as its NIC has queues', async (request) => {
  const of = async (queues: number) => {
    const design = {
      iovt: '1',
      hosts: {
        h: {
          numa: { n0: { cpus: '0-15', clock: '3 GHz' } },
          devices: NIC,
          guests: { a: { vcpus: 8, cpus: '0-7', devices: { e: { technique: 'sriov-vf', from: 'n/p0', queues } } } },
        },
      },
      networks: NETWORKS,
      workloads: { x: { from: 't0', to: 'a/e', size: '1500 B', protocol: 'tcp', flows: 8, rate: 'saturate' } },
    };
    const { flows } = await simulateText(JSON.stringify(design), request);
    return flows[0]?.achieved.bitsPerSec ?? 0;
  };
  expect((await of(2)) / (await of(1))).toBeCloseTo(2, 1);
});
