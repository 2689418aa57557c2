/**
 * CPU time of all rules on a document of 500 guests of 10 tenants, and of the rules that take most of it. Run with
 * `npm run bench -- rules`. A topology is made anew for every round, because rules keep what they share by topology.
 *
 * What counts is the CPU time of the process, all threads together, while the rules run in a process that has run them before,
 * as a language server has: with the garbage collections that fall into it, and with what V8 still compiles. No collection is
 * forced before a round. A full one throws away the optimized code of some fifty functions each time (it holds their hidden
 * classes and closures weakly), and compiling them anew would be most of what is measured: `--trace-opt` shows 55 compilations
 * in each round with a forced collection, and 10 or fewer without. That figure is printed as well, for a look at the worst case.
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
/** A server compiles what it runs often; these rounds are for that. */
const WARM_UP = 100;
const ROUNDS = 60;
const LIMIT_MS = 50;
/** Rounds after a forced collection, and rounds of one rule after the other. */
const FEW_ROUNDS = 15;

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

const project = projectOf({ uri: 'bench:/rules.iovt', text: design() });
let found = 0;
/** An editor has the last version while it makes the next; without it V8 forgets the layouts it has compiled for. */
let kept: unknown;

interface Round {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** All rules on a topology of its own. */
function round(before: () => void = () => {}): Round {
  const { topology } = resolve(project, registries);
  before();
  const start = cpuMs();
  const startWall = performance.now();
  found = runRules(topology, rules).diagnostics.length;
  const result = { cpuMs: cpuMs() - start, wallMs: performance.now() - startWall };
  kept = topology;
  return result;
}

function rounds(count: number, before?: () => void): Round[] {
  return Array.from({ length: count }, () => round(before));
}

/** Each rule alone, best of a few rounds: what several rules share falls to the first of them. */
function ruleByRule(): { name: string; ms: number }[] {
  const best = new Map<string, number>();
  for (let i = 0; i < FEW_ROUNDS; i++) {
    const { topology } = resolve(project, registries);
    for (const rule of rules) {
      const before = performance.now();
      rule.find(topology);
      best.set(rule.name, Math.min(best.get(rule.name) ?? Number.POSITIVE_INFINITY, performance.now() - before));
    }
    kept = topology;
  }
  return [...best].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);
}

const [first] = rounds(WARM_UP);
const warm = rounds(ROUNDS);
const slowest = ruleByRule();
setFlagsFromString('--expose-gc');
const collected = rounds(FEW_ROUNDS, runInNewContext('gc') as () => void);
if (kept === undefined || first === undefined) throw new Error('nothing was measured');

const cpu = warm.map((each) => each.cpuMs);
const print = (line: string) => process.stdout.write(`${line}\n`);
print(
  `${rules.length} rules on ${GUESTS} guests of ${TENANTS} tenants: ${median(cpu).toFixed(1)} ms CPU of all threads (median of ${ROUNDS} rounds after ${WARM_UP} to warm up, no collection forced), wanted below ${LIMIT_MS} ms; ${found} findings`,
);
print(
  `  best ${Math.min(...cpu).toFixed(1)} ms CPU, worst ${Math.max(...cpu).toFixed(1)} ms, wall ${median(warm.map((each) => each.wallMs)).toFixed(1)} ms; first round of the process ${first.cpuMs.toFixed(0)} ms CPU`,
);
print(
  `  ${median(collected.map((each) => each.cpuMs)).toFixed(1)} ms CPU right after a forced full collection, most of it for compiling anew (median of ${FEW_ROUNDS})`,
);
print(
  `  ${slowest
    .reduce((sum, { ms }) => sum + ms, 0)
    .toFixed(2)
    .padStart(7)} ms all rules one by one, best of ${FEW_ROUNDS} each`,
);
for (const { name, ms } of slowest.slice(0, 12)) print(`  ${ms.toFixed(2).padStart(7)} ms ${name}`);
