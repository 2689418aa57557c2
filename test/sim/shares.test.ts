import { describe, expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const RUNS = [{ engine: 'fluid' as const }, { durationSec: 0.2 }];

/** Guests whose disks lie on one drive behind the block layer of the host, each with so much of a weight, at full load. */
function storage(medium: object, users: readonly { weight: number; size?: string; rate?: string; limit?: object }[]): string {
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        numa: { n0: { cpus: '0-63', clock: '3 GHz', memory: '256 GiB' } },
        devices: {
          s: {
            kind: 'nvme',
            link: 'gen4 x4',
            // Channels enough: what is divided is the time of the drive.
            storage: { readIops: '50k IOPS', readBandwidth: '400 MB/s', readLatency: '80 us', parallelism: 128 },
            namespaces: { ns1: { size: '1 TB', ...medium } },
          },
        },
        controllers: Object.fromEntries(users.map((_, i) => [`io${i}`, { kind: 'iothread', cpus: `${40 + i}` }])),
        guests: Object.fromEntries(
          users.map(({ weight, limit }, i) => [
            `g${i}`,
            {
              vcpus: 4,
              cpus: `${4 * i}-${4 * i + 3}`,
              devices: {
                v: {
                  technique: 'virtio-blk',
                  media: 's/ns1',
                  cache: 'none',
                  io: 'native',
                  controller: `io${i}`,
                  weight,
                  ...(limit ? { limit } : {}),
                },
              },
            },
          ]),
        ),
      },
    },
    workloads: Object.fromEntries(
      users.map(({ size = '4 KiB', rate }, i) => [`w${i}`, { on: `g${i}/v`, size, read: 1, depth: 64, ...(rate ? { rate } : {}) }]),
    ),
  });
}

async function rates(text: string, request: object): Promise<number[]> {
  const { workloads } = await simulateText(text, request);
  return workloads.map(({ achieved }) => achieved.opsPerSec);
}

describe.each(RUNS)('weights of the block layer', (request) => {
  test('io.cost divides device time: 100 and 300 are 25 and 75 % (blk-iocost.c)', async () => {
    const [light = 0, heavy = 0] = await rates(storage({ ioCost: true }, [{ weight: 100 }, { weight: 300 }]), request);
    expect(light / (light + heavy)).toBeCloseTo(0.25, 2);
    expect((light + heavy) / 50_000).toBeCloseTo(1, 1);
  });

  test('io.cost counts what requests cost: equal weights are equal times, whatever the size', async () => {
    const users = [
      { weight: 100, size: '4 KiB' },
      { weight: 100, size: '128 KiB' },
    ];
    const [small = 0, large = 0] = await rates(storage({ ioCost: true }, users), request);
    // 1/50k a read of 4 KiB; 128 KiB at 400 MB/s.
    expect(small / 50_000 / (large * (131072 / 400e6))).toBeCloseTo(1, 1);
  });

  test('io.cost gives to others what one does not use', async () => {
    const [modest = 0, greedy = 0] = await rates(storage({ ioCost: true }, [{ weight: 300, rate: '5k IOPS' }, { weight: 100 }]), request);
    expect(modest / 5000).toBeCloseTo(1, 1);
    expect((modest + greedy) / 50_000).toBeCloseTo(1, 1);
  });

  test('BFQ divides sectors: 1 and 2 are a third and two of the bytes, also of unequal sizes (bfq-iosched.rst)', async () => {
    const users = [
      { weight: 100, size: '64 KiB' },
      { weight: 200, size: '16 KiB' },
    ];
    const [light = 0, heavy = 0] = await rates(storage({ scheduler: 'bfq' }, users), request);
    expect((heavy * 16) / (light * 64)).toBeCloseTo(2, 1);
  });

  test('without either, queues of an NVMe drive are equal', async () => {
    const [light = 0, heavy = 0] = await rates(storage({}, [{ weight: 100 }, { weight: 300 }]), request);
    expect(light / heavy).toBeCloseTo(1, 1);
  });

  test('SPDK takes no limit below 1000 IOPS', async () => {
    const [limited = 0] = await rates(storage({}, [{ weight: 1, limit: { iops: '200 IOPS', by: 'spdk' } }]), {
      ...request,
      durationSec: 1,
    });
    expect(limited / 1000).toBeCloseTo(1, 1);
  });
});

/** Guests that send through one parent class of HTB, at so much each. */
function borrowers(classes: readonly { rate: string; ceil: string; offered: string }[]): string {
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        numa: { n0: { cpus: '0-63', clock: '3 GHz', memory: '256 GiB' } },
        devices: { n: { kind: 'nic', link: 'gen4 x16', ports: { p0: { rate: '25 Gbit/s' } } } },
        switches: { br: { kind: 'linux-bridge', uplinks: ['n/p0'] } },
        guests: Object.fromEntries(
          classes.map(({ rate, ceil }, i) => [
            `g${i}`,
            {
              vcpus: 4,
              cpus: `${4 * i}-${4 * i + 3}`,
              devices: {
                e: { technique: 'virtio-net', connect: 'br', limit: { by: 'tc', rate, ceil, parentRate: '1 Gbit/s', group: 'uplink' } },
              },
            },
          ]),
        ),
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'] } },
    workloads: Object.fromEntries(
      classes.map(({ offered }, i) => [`w${i}`, { from: `g${i}/e`, to: 'tor', size: '1500 B', rate: offered, arrival: 'constant' }]),
    ),
  });
}

describe.each(RUNS)('HTB', (request) => {
  const bits = async (text: string) => (await simulateText(text, request)).workloads.map(({ achieved }) => achieved.bitsPerSec / 1e6);

  test('what one class leaves the others borrow, by rate: 100, 600, 300 of 1000 Mbit/s', async () => {
    // Water-filling: weights 1, 2, 1, the first asks for a tenth.
    const got = await bits(
      borrowers([
        { rate: '250 Mbit/s', ceil: '1 Gbit/s', offered: '100 Mbit/s' },
        { rate: '500 Mbit/s', ceil: '1 Gbit/s', offered: '2 Gbit/s' },
        { rate: '250 Mbit/s', ceil: '1 Gbit/s', offered: '2 Gbit/s' },
      ]),
    );
    [100, 600, 300].forEach((expected, i) => {
      expect((got[i] ?? 0) / expected).toBeCloseTo(1, 1);
    });
  });

  test('nobody borrows beyond its ceil', async () => {
    const got = await bits(
      borrowers([
        { rate: '100 Mbit/s', ceil: '200 Mbit/s', offered: '2 Gbit/s' },
        { rate: '100 Mbit/s', ceil: '1 Gbit/s', offered: '2 Gbit/s' },
      ]),
    );
    [200, 800].forEach((expected, i) => {
      expect((got[i] ?? 0) / expected).toBeCloseTo(1, 1);
    });
  });

  test('each has its rate when all are greedy', async () => {
    const got = await bits(
      borrowers([
        { rate: '700 Mbit/s', ceil: '1 Gbit/s', offered: '2 Gbit/s' },
        { rate: '300 Mbit/s', ceil: '1 Gbit/s', offered: '2 Gbit/s' },
      ]),
    );
    [700, 300].forEach((expected, i) => {
      expect((got[i] ?? 0) / expected).toBeCloseTo(1, 1);
    });
  });
});
