import { describe, expect, test } from 'vitest';
import { parseQuantity } from '../../src/core/units/quantity.js';
import { simulateText } from '../support/simulate.js';

const FLUID = { engine: 'fluid' } as const;
const bits = (result: Awaited<ReturnType<typeof simulateText>>, id = 'x') =>
  (result.workloads.find((workload) => workload.id === id)?.achieved.bitsPerSec ?? 0) / 1e9;

const nic = (rate: string, port: object = {}) => ({
  n: { kind: 'nic', link: 'gen4 x16', ports: { p0: { rate, ...port } }, sriov: { supported: true, vfs: 8, totalVfs: 8 } },
});
const poller = (device: object = {}) => ({
  vcpus: 4,
  devices: { e: { technique: 'sriov-vf', from: 'n/p0', driver: 'poll-mode', ...device } },
});

describe('tunnels', () => {
  const design = (tunnel: string, reversed = false) =>
    JSON.stringify({
      iovt: '1',
      hosts: {
        h: {
          devices: nic('100 Gbit/s'),
          switches: { br: { kind: 'ovs-dpdk', uplinks: ['n/p0'], cpus: '2-25', rxQueues: 24, tunnel } },
          guests: { a: { vcpus: 8, devices: { e: { technique: 'virtio-net', connect: 'br', driver: 'poll-mode', queues: 8 } } } },
        },
      },
      networks: { tor: { uplinks: ['h/n/p0'] } },
      workloads: { x: { from: reversed ? 'tor' : 'a/e', to: reversed ? 'a/e' : 'tor', size: '1500 B', rate: 'saturate', flows: 1000 } },
    });

  test.each([
    ['none', 0],
    ['vxlan', 50],
    ['geneve', 50],
    ['gre', 42],
  ])('the wire carries the outer headers of %s', async (tunnel, bytes) => {
    for (const reversed of [false, true])
      expect(bits(await simulateText(design(tunnel, reversed), FLUID))).toBeCloseTo((100 * 1500) / (1500 + bytes + 20), 1);
  });
});

describe('frames', () => {
  const design = (workload: object, network: object = {}) =>
    JSON.stringify({
      iovt: '1',
      hosts: { h: { devices: nic('10 Gbit/s'), guests: { a: poller() } } },
      networks: { tor: { uplinks: ['h/n/p0'], ...network } },
      workloads: { x: { from: 'tor', to: 'a/e', rate: 'saturate', flows: 64, ...workload } },
    });

  test('no packet is shorter than a frame of Ethernet', async () => {
    const result = await simulateText(design({ size: '1 B' }), FLUID);
    expect((result.workloads[0]?.achieved.opsPerSec ?? 0) / 1e6).toBeCloseTo(14.88, 2);
    expect(result.notes.map(({ message }) => message).join()).toContain('padded');
  });

  test('a packet of nothing is refused', () => {
    expect(parseQuantity('0 B', 'operation-size')).toMatchObject({ ok: false });
    expect(parseQuantity('1 B', 'operation-size')).toMatchObject({ ok: true });
  });

  test('segmentation cuts what is larger than the MTU, and headers repeat', async () => {
    const result = await simulateText(design({ size: '65536 B', protocol: 'tcp' }), FLUID);
    // 44 full frames of 1460 B of data and one with the rest.
    const onWire = 65536 + 44 * 58 + 45 * 20;
    expect(bits(result)).toBeCloseTo((10 * 65536) / onWire, 2);
    expect(result.notes).toEqual([]);
  });

  test('a datagram that no frame takes is noted; with jumbo frames it is fine', async () => {
    const notes = (await simulateText(design({ size: '9000 B' }), FLUID)).notes;
    expect(notes.map(({ message }) => message).join()).toContain('not split');
    expect((await simulateText(design({ size: '9000 B' }, { mtu: 9000 }), FLUID)).notes).toEqual([]);
  });
});

describe('traffic classes', () => {
  const design = (classes: object[], priorities: readonly (number | undefined)[], stated: 'device' | 'workload') =>
    JSON.stringify({
      iovt: '1',
      hosts: {
        h: {
          devices: nic('10 Gbit/s', { trafficClasses: classes }),
          guests: Object.fromEntries(
            priorities.map((priority, i) => [`g${i}`, poller(stated === 'device' && priority !== undefined ? { priority } : {})]),
          ),
        },
      },
      networks: { tor: { uplinks: ['h/n/p0'] } },
      workloads: Object.fromEntries(
        priorities.map((priority, i) => [
          `w${i}`,
          { from: `g${i}/e`, to: 'tor', size: '1500 B', rate: 'saturate', ...(stated === 'workload' ? { priority } : {}) },
        ]),
      ),
    });
  const ETS = [
    { priority: [0], mode: 'ets', bandwidth: 0.8 },
    { priority: [3], mode: 'ets', bandwidth: 0.2 },
  ];
  const total = (10 * 1500) / 1520;

  test.each(['device', 'workload'] as const)('share the port by bandwidth, whichever the priority is of (%s)', async (stated) => {
    for (const request of [FLUID, { durationSec: 0.01 }]) {
      const result = await simulateText(design(ETS, [0, 3], stated), request);
      expect(bits(result, 'w0') / total).toBeCloseTo(0.8, 1);
      expect(bits(result, 'w1') / total).toBeCloseTo(0.2, 1);
    }
  });

  test('a class shares what is its own among its members', async () => {
    const result = await simulateText(design(ETS, [0, 0, 3], 'device'), FLUID);
    expect(['w0', 'w1', 'w2'].map((id) => Math.round((10 * bits(result, id)) / total))).toEqual([4, 4, 2]);
  });

  test('strict classes come first, in the order of the list', async () => {
    const classes = [
      { priority: [5], mode: 'strict' },
      { priority: [0], mode: 'ets' },
    ];
    const result = await simulateText(design(classes, [0, 5], 'workload'), FLUID);
    expect(bits(result, 'w1')).toBeCloseTo(total, 1);
    expect(bits(result, 'w0')).toBeLessThan(0.1);
    expect(result.notes).toEqual([]);
  });

  test('several classes behind a strict one are noted as approximate', async () => {
    const result = await simulateText(design([{ priority: [5], mode: 'strict' }, ...ETS], [0, 5], 'device'), FLUID);
    expect(result.notes.map(({ message }) => message).join()).toContain('several ETS classes');
  });
});
