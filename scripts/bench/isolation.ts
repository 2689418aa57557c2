/**
 * How long the isolation report takes on large designs, printed beside the time to build the design: `npx tsx
 * scripts/bench/isolation.ts`. CPU time of this process, median of several runs after warming up.
 */
import { projectOf } from '../../src/core/model/project.js';
import { resolve } from '../../src/core/model/topology.js';
import { isolate } from '../../src/isolation/isolate.js';
import { isolationReport } from '../../src/isolation/report.js';
import { check, registries } from '../../src/language/check.js';
import { isolationResult } from '../../src/language/isolation.js';

const RUNS = 9;

/** Guests of ten tenants on hosts of 50, each with a port of a vSwitch, a VF and a disk. */
function design(guests: number, tenants: number, perHost = 50): string {
  const hosts: Record<string, object> = {};
  for (let first = 0; first < guests; first += perHost) {
    const own: Record<string, object> = {};
    for (let i = first; i < Math.min(guests, first + perHost); i++) {
      own[`g${i}`] = {
        tenant: `t${i % tenants}`,
        vcpus: 2,
        cpus: `${8 + (i % 24)}`,
        memory: { size: '4 GiB', nodes: i % 2 === 0 ? 'n0' : 'n1' },
        devices: {
          eth0: { technique: 'virtio-net', connect: 'br0', vlan: 100 + (i % tenants) },
          eth1: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 200 + (i % tenants), spoofCheck: i % 3 !== 0 },
          vda: { technique: 'virtio-blk', controller: 'io1', media: 'images', size: '40 GiB' },
        },
      };
    }
    hosts[`h${first / perHost}`] = {
      hypervisor: 'kvm',
      iommu: { state: 'on', interruptRemapping: true },
      numa: { n0: { cpus: '0-31' }, n1: { cpus: '32-63' } },
      pcie: { rp0: { kind: 'root-port', acs: true, link: 'gen4 x16' }, rp1: { kind: 'root-port', acs: true, link: 'gen4 x4' } },
      devices: {
        nic0: { profile: 'nvidia-connectx6dx-2x100g', at: 'rp0', sriov: { vfs: 120 } },
        ssd0: { profile: 'solidigm-p5510-3.84t', at: 'rp1', namespaces: { ns1: {} } },
      },
      volumes: { images: { kind: 'lvm', on: 'ssd0/ns1' } },
      switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p1'] } },
      controllers: { io1: { kind: 'vhost-user', cpus: '4' } },
      guests: own,
    };
  }
  const uplinks = Object.keys(hosts).flatMap((host) => [`${host}/nic0/p0`, `${host}/nic0/p1`]);
  return JSON.stringify({
    iovt: '1',
    tenants: Object.fromEntries(Array.from({ length: tenants }, (_, i) => [`t${i}`, {}])),
    hosts,
    networks: { tor: { uplinks, rate: '400 Gbit/s' } },
  });
}

function cpuMs<Input>(work: (input: Input) => void, prepare: () => Input): number {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const input = prepare();
    const before = process.cpuUsage();
    work(input);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1] as number;
}

function line(name: string, text: string): void {
  const project = projectOf({ uri: 'memory:/main.iovt', text });
  const fresh = () => resolve(project, registries).topology;
  const build = cpuMs(fresh, () => undefined);
  let pairs = 0;
  let shared = 0;
  // A topology that nobody has looked at each time: nothing of it is remembered.
  const analysis = cpuMs((topology) => {
    const result = isolate(topology);
    pairs = result.pairs.length;
    shared = result.pairs.reduce((sum, pair) => sum + pair.shared.length, 0);
  }, fresh);
  const topology = fresh();
  const found = isolate(topology);
  const report = cpuMs(
    () => void JSON.stringify(isolationReport(topology, found, { inputHash: '' })),
    () => undefined,
  );
  const checked = check(project);
  const first = found.pairs[0];
  const before = process.cpuUsage();
  if (first !== undefined) isolationResult(checked, { pairs: [[first.a.id, first.b.id]] });
  const improvements = (process.cpuUsage(before).user + process.cpuUsage(before).system) / 1000;
  const ms = (n: number) => `${n.toFixed(0).padStart(5)} ms`;
  process.stdout.write(
    `${name.padEnd(28)} resolve ${ms(build)}   analysis ${ms(analysis)}   report ${ms(report)}   changes for one pair ${ms(improvements)}   ${pairs} pairs, ${shared} shared components\n`,
  );
}

line('500 guests, 10 tenants', design(500, 10));
line('2000 guests, 10 tenants', design(2000, 10));
