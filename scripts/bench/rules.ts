/**
 * CPU time of all rules on a document of 500 guests of 10 tenants, and of the rules that take most of it. Run with
 * `npx tsx scripts/bench/rules.ts`. A topology is made anew for every round, because rules keep what they share by topology.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { projectOf } from '../../src/core/model/project.js';
import { resolve } from '../../src/core/model/topology.js';
import { registries } from '../../src/language/check.js';
import { rules } from '../../src/rules/index.js';
import { runRules } from '../../src/rules/run.js';

const GUESTS = 500;
const TENANTS = 10;
/** A server compiles what it runs often; half of the rounds are for that. */
const ROUNDS = 80;
const LIMIT_MS = 50;

/** Hosts of 50 guests, each with a port of a vSwitch, a VF and a disk, and a workload on each. */
function design(): string {
  const hosts: Record<string, unknown> = {};
  const workloads: Record<string, unknown> = {};
  const uplinks: string[] = [];
  const perHost = 50;
  for (let h = 0; h < GUESTS / perHost; h++) {
    const guests: Record<string, unknown> = {};
    for (let g = 0; g < perHost; g++) {
      const tenant = g % TENANTS;
      guests[`g${g}`] = {
        tenant: `t${tenant}`,
        vcpus: 2,
        cpus: `${16 + (g % 40)}`,
        memory: { size: '4 GiB', shared: true, hugepages: '1 GiB', nodes: 'n0' },
        devices: {
          eth0: {
            technique: 'virtio-net',
            backend: 'vhost-user',
            connect: 'br0',
            vlan: 100 + tenant,
            limit: { rate: '1 Gbit/s', burst: '1 MiB' },
          },
          eth1: { technique: 'sriov-vf', from: 'nic0/p1', vlan: 200 + tenant, spoofCheck: true, maxRate: '1 Gbit/s' },
          vda: { technique: 'virtio-blk', controller: 'io1', media: 'vg0', size: '20 GiB', limit: { iops: '2k IOPS' } },
        },
      };
      workloads[`w${h}-${g}`] = { from: `h${h}/g${g}/eth0`, to: 'tor', size: '1500 B', rate: '100 Mbit/s' };
    }
    hosts[`h${h}`] = {
      iommu: { state: 'on', interruptRemapping: true },
      numa: {
        n0: { cpus: '0-63', memory: '512 GiB', hugepages: { '1 GiB': 400 } },
        n1: { cpus: '64-127', memory: '512 GiB' },
      },
      pcie: {
        rp0: { kind: 'root-port', numa: 'n0', link: 'gen4 x16', acs: true },
        rp1: { kind: 'root-port', numa: 'n0', link: 'gen4 x4', acs: true },
      },
      devices: {
        nic0: { profile: 'nvidia-connectx6dx-2x100g', at: 'rp0', sriov: { vfs: 64 } },
        ssd0: { profile: 'solidigm-p5510-3.84t', at: 'rp1', namespaces: { ns1: { size: '3 TB' } } },
      },
      volumes: { vg0: { kind: 'lvm', on: 'ssd0/ns1' } },
      switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2-11' } },
      controllers: { io1: { kind: 'iothread', cpus: '12-13' } },
      guests,
    };
    uplinks.push(`h${h}/nic0/p0`, `h${h}/nic0/p1`);
  }
  const tenants = Object.fromEntries(Array.from({ length: TENANTS }, (_, i) => [`t${i}`, { trust: 'untrusted' }]));
  const objectives = {
    apart: { isolate: ['t0', 't1'], from: ['dma', 'l2'] },
    fast: { metric: 'throughput', of: 'w0-0', min: '90 Mbit/s' },
  };
  return JSON.stringify({ iovt: '1', tenants, hosts, networks: { tor: { uplinks } }, workloads, objectives }, null, 2);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

// Making the topology leaves garbage behind, which is not for the rules to pay.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const project = projectOf({ uri: 'bench:/rules.iovt', text: design() });
const totals: number[] = [];
const walls: number[] = [];
const byRule = new Map<string, number[]>();
let found = 0;
/** An editor has the last version while it makes the next; without it V8 forgets the layouts it has compiled for. */
let kept: unknown;
for (let round = 0; round < ROUNDS; round++) {
  const { topology } = resolve(project, registries);
  collectGarbage();
  const start = cpuMs();
  const startWall = performance.now();
  found = runRules(topology, rules).diagnostics.length;
  totals.push(cpuMs() - start);
  walls.push(performance.now() - startWall);
  kept = topology;
  // Once more rule by rule: what several rules share falls to the first of them.
  const fresh = resolve(project, registries).topology;
  for (const rule of rules) {
    const before = performance.now();
    rule.find(fresh);
    const times = byRule.get(rule.name) ?? [];
    times.push(performance.now() - before);
    byRule.set(rule.name, times);
  }
}

if (kept === undefined) throw new Error('nothing was measured');
const warm = totals.slice(ROUNDS / 2);
const slowest = [...byRule].map(([name, times]) => ({ name, ms: Math.min(...times.slice(ROUNDS / 2)) })).sort((a, b) => b.ms - a.ms);
const total = median(warm);
process.stdout.write(
  `${rules.length} rules on ${GUESTS} guests of ${TENANTS} tenants: ${total.toFixed(1)} ms CPU (median of ${warm.length}, best ${Math.min(...warm).toFixed(1)} ms), first run ${totals[0]?.toFixed(1)} ms, best wall ${Math.min(...walls).toFixed(1)} ms, wanted below ${LIMIT_MS} ms; ${found} findings\n`,
);
process.stdout.write(
  `  ${slowest
    .reduce((sum, { ms }) => sum + ms, 0)
    .toFixed(2)
    .padStart(7)} ms all rules one by one, best of each\n`,
);
for (const { name, ms } of slowest.slice(0, 12)) process.stdout.write(`  ${ms.toFixed(2).padStart(7)} ms ${name}\n`);
