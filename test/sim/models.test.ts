import { describe, expect, test } from 'vitest';
import { loadProject } from '../../src/core/model/project.js';
import { calibrate } from '../../src/language/calibrate.js';
import { check } from '../../src/language/check.js';
import { findRate, NoSuchRate } from '../../src/language/find-rate.js';
import { readFio, readIperf3 } from '../../src/language/measurements.js';
import { parseTraces } from '../../src/language/simulation.js';
import { channelsFor } from '../../src/sim/compile/hardware/media.js';
import { guidelineEfficiency } from '../../src/sim/compile/hardware/pcie.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';
import { simulateText } from '../support/simulate.js';

const NUMA = { n0: { cpus: '0-15', clock: '3 GHz', hugepages: { '1 GiB': 8 } } };
const HOST = { clock: () => 0, pause: async () => undefined, isCancelled: () => false, onProgress: () => undefined };

async function project(design: object) {
  const workspace = new MemoryWorkspace({ 'main.iovt': JSON.stringify(design) });
  const main = await workspace.read('memory:/main.iovt');
  if (main === undefined) throw new Error('no design');
  return loadProject(main, workspace);
}

describe('PCIe', () => {
  test('what the guideline leaves of a link is what pcie-bench published', () => {
    expect(guidelineEfficiency({ generation: 3, lanes: 8 }, 256)).toBeCloseTo(0.91858, 5);
    expect(63.015 * guidelineEfficiency({ generation: 3, lanes: 8 }, 128)).toBeCloseTo(56.666, 2);
    expect(32 * guidelineEfficiency({ generation: 2, lanes: 8 }, 256)).toBeCloseTo(28.676, 2);
    expect(252.062 * guidelineEfficiency({ generation: 4, lanes: 16 }, 512)).toBeCloseTo(229.247, 2);
  });

  test('a large transfer does not hold up the packets of a neighbour on the same link', async () => {
    const design = (jobs: string) => ({
      iovt: '1',
      hosts: {
        h1: {
          numa: NUMA,
          pcie: {
            rp0: { kind: 'root-port', numa: 'n0', link: 'gen3 x8' },
            up0: { kind: 'switch-upstream', at: 'rp0' },
            dn0: { kind: 'switch-downstream', at: 'up0', link: 'gen3 x8' },
            dn1: { kind: 'switch-downstream', at: 'up0', link: 'gen3 x8' },
          },
          devices: { nic0: { kind: 'nic', at: 'dn0', ports: { p0: { rate: '10 Gbit/s' } } }, gpu0: { kind: 'gpu', at: 'dn1' } },
          guests: {
            a: { kind: 'container', cpus: '0', devices: { eth0: { technique: 'passthrough', from: 'nic0/p0', driver: 'poll-mode' } } },
            b: { kind: 'container', cpus: '1', devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } },
          },
        },
      },
      networks: { net: { uplinks: ['h1/nic0/p0'], rate: '10 Gbit/s' } },
      workloads: {
        packets: { from: 'a/eth0', to: 'net', size: '1500 B', rate: '50 kpps' },
        frames: { on: 'b/gpu', transfer: '8 MiB', work: '1 us', rate: jobs },
      },
    });
    const alone = await simulateText(JSON.stringify(design('0.001 op/s')), { durationSec: 0.2 });
    const beside = await simulateText(JSON.stringify(design('200 op/s')), { durationSec: 0.5 });
    const p99 = (result: typeof alone) => result.workloads.find(({ id }) => id === 'packets')?.latencySec.p99 ?? 0;
    // 8 MiB take 1.2 ms; a piece of them, and one of 64 at most, takes 19 us on each of two links.
    expect(p99(beside)).toBeLessThan(p99(alone) + 60e-6);
  });
});

test('a polling core goes round its rings: a flood from one guest does not hold up another', async () => {
  const guest = (cpus: string) => ({
    kind: 'vm',
    vcpus: 1,
    cpus,
    memory: { size: '1 GiB', shared: true, hugepages: '1 GiB' },
    devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br', driver: 'poll-mode', queueSize: 1024 } },
  });
  const result = await simulateText(
    JSON.stringify({
      iovt: '1',
      hosts: {
        h1: {
          numa: NUMA,
          pcie: { rp0: { kind: 'root-port', numa: 'n0', link: 'gen3 x8' } },
          devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' } } } },
          switches: { br: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2' } },
          guests: { loud: guest('4'), quiet: guest('5') },
        },
      },
      networks: { net: { uplinks: ['h1/nic0/p0'], rate: '100 Gbit/s' } },
      workloads: {
        flood: { from: 'loud/eth0', to: 'net', size: '64 B', rate: '20 Mpps' },
        calm: { from: 'quiet/eth0', to: 'net', size: '64 B', rate: '0.5 Mpps' },
      },
    }),
    { durationSec: 0.01 },
  );
  const calm = result.workloads.find(({ id }) => id === 'calm');
  expect(result.workloads.find(({ id }) => id === 'flood')?.lossRatio).toBeGreaterThan(0.3);
  expect(calm?.lossRatio).toBe(0);
  expect(calm?.latencySec.p99).toBeLessThan(20e-6);
});

test('channels of a drive give the rate of its data sheet at its depth, by Pollaczek and Khinchine', () => {
  const [iops, sec] = [450_000, 66e-6];
  const channels = channelsFor(iops, sec);
  const depthOf = (count: number) => {
    const load = (iops * sec) / count;
    return count * (load + load ** 2 / (2 * (1 - load)));
  };
  // Fewer channels would need more outstanding reads for that rate, more channels fewer.
  expect(depthOf(channels + 1)).toBeLessThan(256);
  expect(depthOf(channels - 1)).toBeGreaterThan(256);
});

const VALIDATED = {
  iovt: '1',
  hosts: {
    h1: {
      numa: NUMA,
      pcie: { rp0: { kind: 'root-port', numa: 'n0', link: 'gen3 x8' } },
      devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '10 Gbit/s' }, p1: { rate: '10 Gbit/s' } } } },
      switches: { rt: { kind: 'linux-router', uplinks: ['nic0/p0', 'nic0/p1'], cpus: '2' } },
    },
  },
  networks: { in: { uplinks: ['h1/nic0/p0'], rate: '10 Gbit/s' }, out: { uplinks: ['h1/nic0/p1'], rate: '10 Gbit/s' } },
  workloads: { fwd: { from: 'in', to: 'out', size: '64 B', rate: '1 kpps' } },
};

describe('the rate without loss', () => {
  test('is that of the core where nothing else limits, and packets pass a host between two networks', async () => {
    const found = await findRate(await project(VALIDATED), { engine: 'des' }, { workload: 'fwd', lossRatio: 0 }, HOST);
    expect(found.lossRatio).toBe(0);
    // 600 + 870 + 600 cycles at 3 GHz.
    expect(found.opsPerSec / (3e9 / 2070)).toBeGreaterThan(0.985);
    expect(found.opsPerSec / (3e9 / 2070)).toBeLessThan(1.01);
  }, 180_000);

  test('does not depend on how far away the other end is', async () => {
    const far = (latency: string) => ({
      iovt: '1',
      hosts: {
        h1: {
          numa: NUMA,
          devices: { nic0: { kind: 'nic', ports: { p0: { rate: '1 Gbit/s' } }, sriov: { vfs: 2 } } },
          guests: {
            a: { kind: 'vm', vcpus: 1, cpus: '4', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', driver: 'poll-mode' } } },
          },
        },
      },
      networks: { lan: { uplinks: ['h1/nic0/p0'], latency } },
      workloads: { x: { from: 'lan', to: 'a/eth0', size: '1500 B', rate: 'saturate' } },
    });
    const rates = await Promise.all(
      ['1 us', '100 ms'].map(async (latency) => {
        const { flows } = await simulateText(JSON.stringify(far(latency)), { engine: 'fluid' });
        return flows[0]?.achieved.opsPerSec ?? 0;
      }),
    );
    expect(rates[0]).toBeCloseTo(1e9 / (1520 * 8), -3);
    expect(rates[1]).toBeCloseTo(rates[0] as number, -3);
    const open = far('100 ms');
    open.workloads.x.rate = '500 Mbit/s';
    const { flows } = await simulateText(JSON.stringify(open), { engine: 'des', durationSec: 0.5 });
    // What is on its way fills no ring.
    expect(flows[0]?.lossRatio).toBe(0);
  });

  test('is refused where there is no such workload', async () => {
    await expect(findRate(await project(VALIDATED), {}, { workload: 'nope', lossRatio: 0 }, HOST)).rejects.toThrow(NoSuchRate);
  });
});

test('interference is measured by guest and workload where an objective asks for it', async () => {
  const guest = (cpus: string) => ({ kind: 'vm', vcpus: 1, cpus, devices: { vda: { technique: 'virtio-blk', media: 'ssd0' } } });
  const result = await simulateText(
    JSON.stringify({
      iovt: '1',
      hosts: { h1: { numa: NUMA, devices: { ssd0: { kind: 'nvme' } }, guests: { a: guest('4'), b: guest('5') } } },
      workloads: { one: { on: 'a/vda', rate: '1k IOPS' }, other: { on: 'b/vda', rate: '1k IOPS' } },
      objectives: {
        byGuest: { metric: 'interference', of: 'one', by: 'b', max: 0.1 },
        byWorkload: { metric: 'interference', of: 'a', by: 'other', max: 0.1 },
      },
    }),
    { engine: 'fluid' },
  );
  expect(result.objectives.map(({ id, status }) => [id, status])).toEqual([
    ['byGuest', 'pass'],
    ['byWorkload', 'pass'],
  ]);
  expect(result.workloads.every(({ operation }) => operation === 'io')).toBe(true);
});

test('interference is what running beside another costs against running alone', async () => {
  const guest = (cpus: string) => ({
    kind: 'vm',
    vcpus: 1,
    cpus,
    devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', driver: 'poll-mode' } },
  });
  const result = await simulateText(
    JSON.stringify({
      iovt: '1',
      tenants: { red: {}, blue: {} },
      hosts: {
        h1: {
          numa: NUMA,
          devices: { nic0: { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 2 } } },
          guests: { a: { ...guest('4'), tenant: 'red' }, b: { ...guest('5'), tenant: 'blue' } },
        },
      },
      networks: { lan: { uplinks: ['h1/nic0/p0'] } },
      workloads: {
        one: { from: 'a/eth0', to: 'lan', size: '1500 B', rate: '9 Gbit/s' },
        other: { from: 'b/eth0', to: 'lan', size: '1500 B', rate: '9 Gbit/s' },
      },
      objectives: { apart: { metric: 'interference', of: 'blue', by: 'red', max: 0.05 } },
    }),
    { engine: 'fluid', interference: true },
  );
  const pair = result.interference?.find(({ victim, aggressor }) => victim === 'blue' && aggressor === 'red');
  // Both have half of the wire already: that red asks for more changes nothing, that it is there at all does.
  expect(pair?.throughputRatio).toBeGreaterThan(0.95);
  expect(pair?.alone?.throughputRatio).toBeCloseTo(0.5 / 0.9, 1);
  expect(result.objectives[0]?.status).toBe('fail');
});

describe('least rates of VFs', () => {
  test('become shares of bandwidth: 1000 and 4000 Mbit/s divide a port of 10 Gbit/s 1 to 4', async () => {
    const guest = (cpus: string, minRate: string) => ({
      kind: 'vm',
      vcpus: 1,
      cpus,
      memory: '1 GiB',
      devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', driver: 'poll-mode', minRate } },
    });
    const design = {
      iovt: '1',
      hosts: {
        h1: {
          numa: NUMA,
          iommu: { state: 'on', postedInterrupts: true },
          pcie: { rp0: { kind: 'root-port', numa: 'n0', link: 'gen3 x8' } },
          devices: {
            nic0: {
              kind: 'nic',
              at: 'rp0',
              ports: { p0: { rate: '10 Gbit/s' } },
              functions: { f0: { port: 'p0', sriov: { supported: true, totalVfs: 4, vfs: 4 } } },
            },
          },
          guests: { a: guest('4', '1000 Mbit/s'), b: guest('5', '4000 Mbit/s') },
        },
      },
      networks: { net: { uplinks: ['h1/nic0/p0'], rate: '10 Gbit/s' } },
      workloads: {
        one: { from: 'a/eth0', to: 'net', size: '1500 B', rate: 'saturate' },
        two: { from: 'b/eth0', to: 'net', size: '1500 B', rate: 'saturate' },
      },
    };
    for (const engine of ['des', 'fluid'] as const) {
      const result = await simulateText(JSON.stringify(design), { engine, durationSec: 0.1 });
      const rate = (id: string) => result.workloads.find((workload) => workload.id === id)?.achieved.opsPerSec ?? 0;
      expect(rate('two') / rate('one')).toBeCloseTo(4, 1);
    }
  });
});

describe('calibration', () => {
  const fio = JSON.stringify({
    jobs: [
      {
        jobname: 'rr',
        'job options': { rw: 'randread', bs: '4k', iodepth: '64', numjobs: '4' },
        read: { iops: 70_000 },
        write: { iops: 0 },
      },
    ],
  });

  test('fits the cost that a measurement depends on most, and meets the measurement', async () => {
    const design = await project({
      iovt: '1',
      hosts: {
        h1: {
          numa: NUMA,
          devices: { ssd0: { kind: 'nvme', storage: { readIops: '2M IOPS', readLatency: '20 us', readBandwidth: '10 GB/s' } } },
          controllers: { io1: { kind: 'iothread', cpus: '8' } },
          guests: {
            vm: {
              kind: 'vm',
              vcpus: 4,
              cpus: '4-7',
              devices: { vda: { technique: 'virtio-blk', media: 'ssd0', controller: 'io1', cache: 'none' } },
            },
          },
        },
      },
      workloads: { io: { on: 'vm/vda', rate: '1k IOPS' } },
    });
    const read = readFio(fio, 'out.json', undefined);
    if (!read.ok) throw new Error(read.problem);
    const { fits, unused } = calibrate(design, read.measurements);
    expect(unused).toEqual([]);
    expect(fits.map(({ cost, workload }) => [cost, workload])).toEqual([['qemu-blk.io', 'io']]);
    expect(Math.abs(fits[0]?.errorAfter ?? 1)).toBeLessThan(0.01);
  });

  test('counts what a recording takes of the same thread', async () => {
    const disk = { technique: 'virtio-blk', media: 'ssd0', controller: 'io1', cache: 'none' };
    const design = await project({
      iovt: '1',
      hosts: {
        h1: {
          numa: NUMA,
          devices: { ssd0: { kind: 'nvme', storage: { readIops: '2M IOPS', readLatency: '20 us', readBandwidth: '10 GB/s' } } },
          controllers: { io1: { kind: 'iothread', cpus: '8' } },
          guests: { vm: { kind: 'vm', vcpus: 4, cpus: '4-7', devices: { vda: disk, vdb: disk } } },
        },
      },
      workloads: {
        io: { on: 'vm/vda', rate: '1k IOPS' },
        other: { on: 'vm/vdb', size: '4 KiB', read: 1, arrival: 'trace', trace: { file: 't.csv' } },
      },
    });
    const read = readFio(fio, 'out.json', 'io');
    if (!read.ok) throw new Error(read.problem);
    const { traces } = parseTraces(check(design).topology, {
      't.csv': `time_s\n${Array.from({ length: 400 }, (_, i) => (i * 25e-6).toFixed(9)).join('\n')}\n`,
    });
    const [without, beside] = [calibrate(design, read.measurements), calibrate(design, read.measurements, traces)];
    // 40 k a second of the recording leave less of the thread, so that less cost explains the same rate.
    expect(beside.fits[0]?.errorBefore ?? 0).toBeLessThan((without.fits[0]?.errorBefore ?? 0) - 0.1);
  });

  test('says of other files that they are something else', () => {
    expect(readFio('{"jobs": 3}', 'x', undefined).ok).toBe(false);
    expect(readFio('not json', 'x', undefined).ok).toBe(false);
    expect(readIperf3('{"error": "unable to connect"}', 'x', undefined)).toEqual({
      ok: false,
      problem: 'is an iperf3 run that failed: unable to connect',
    });
    expect(readIperf3('[]', 'x', undefined).ok).toBe(false);
  });
});
