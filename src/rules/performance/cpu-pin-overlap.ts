import { coresOf } from '../../core/model/cores.js';
import { formatCpuSet } from '../../core/units/cpu-set.js';
import { defineRule, related } from '../rule.js';
import { type CpuClaim, cpuClaims, freeCpus, siblingClaims } from '../support/cpus.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument } from '../support/text.js';

const guest = (cpus: string, more: object = {}) => ({ cpus, ...more });
const numa = { n0: { cpus: '0-15' } };
const smt = { n0: { cpus: '0-15', threadsPerCore: 2 } };

export const cpuPinOverlap = defineRule({
  id: 'IOVT315',
  name: 'cpu-pin-overlap',
  title: 'A CPU is claimed twice',
  severity: 'error',
  group: 'performance',
  messages: {
    exclusive: 'CPU {cpu} belongs to {a} alone, but {b} runs on it as well.',
    polled: 'CPU {cpu} is polled by {a} all the time, but {b} runs on it as well.',
    siblings: 'CPU {x} belongs to {a} alone and CPU {y} to {b}, but both are threads of one core: each gets what the other leaves of it.',
    copies: 'CPU {cpu} belongs to {a} alone, but all of its {count} copies run on it.',
  },
  docs: {
    why: 'A polling thread never lets go of its CPU: what shares it gets half at best, and stalls the data path in turn. CPUs that were promised to one guest are no promise if something else runs there. Two threads of one core (`threadsPerCore` of the NUMA node) share its units and caches, so that is a warning.',
    fix: 'Move the later claim to CPUs that nobody has, on the same NUMA node.',
    sources: [
      'Open vSwitch Documentation/intro/install/dpdk.rst',
      'OpenShift Node Tuning Operator: performance profile validation',
      'OpenStack Nova: CPUPinningInvalid',
    ],
  },
  examples: {
    bad: [
      onHost({ numa, guests: { a: guest('2-5', { exclusiveCpus: true }), b: guest('5-8') } }),
      onHost({ numa, switches: { br0: { kind: 'ovs-dpdk', cpus: '2-3' } }, guests: { a: guest('3-6') } }),
      onHost({ numa, guests: { a: guest('2-5', { exclusiveCpus: true, count: 2 }) } }),
      onHost({
        numa: { n0: { cpus: '0-3' } },
        guests: { a: guest('0-3', { exclusiveCpus: true }), b: guest('0-3', { exclusiveCpus: true }) },
      }),
      onHost({ numa: smt, switches: { br0: { kind: 'ovs-dpdk', cpus: '2' } }, guests: { a: guest('10', { exclusiveCpus: true }) } }),
    ],
    good: [
      onHost({ numa, guests: { a: guest('2-5', { exclusiveCpus: true }), b: guest('6-8') } }),
      onHost({ numa, guests: { a: guest('2-5'), b: guest('4-8') } }),
      onHost({ numa: smt, switches: { br0: { kind: 'ovs-dpdk', cpus: '2,10' } }, guests: { a: guest('3,11', { exclusiveCpus: true }) } }),
    ],
  },
  check(topology, report) {
    for (const { cpu, owner, other } of cpuClaims(topology)) {
      if (owner === other) {
        report('copies', owner.at, { cpu, a: owner.user.path, count: owner.copies }, { entity: owner.user });
        continue;
      }
      report(
        owner.polls ? 'polled' : 'exclusive',
        other.at,
        { cpu, a: owner.user.path, b: other.user.path },
        {
          entity: other.user,
          related: [related(owner.polls ? 'polled by {a}' : 'exclusive to {a}', owner.at, { a: owner.user.path })],
          fixes: moveAway(other),
        },
      );
    }
    for (const { x, y, owner, other } of siblingClaims(topology)) {
      const args = { x, y, a: owner.user.path, b: other.user.path };
      report('siblings', other.at, args, {
        entity: other.user,
        severity: 'warning',
        related: [related('{a} has the other thread', owner.at, { a: owner.user.path })],
        fixes: moveAway(other),
      });
    }
  },
});

/** As many CPUs that nobody has. */
function moveAway(claim: CpuClaim) {
  const { user, cpus, at } = claim;
  if (!('host' in user) || !isInDocument(at) || cpus.size > 64) return [];
  const node = user.host.numaNodes.find(({ facts }) => facts.cpus.state === 'known' && overlaps(facts.cpus.value.ranges, cpus.ranges));
  const cores = coresOf(user.host);
  const idle = new Set(freeCpus(user.host, node));
  // A core of which another thread is taken is no place to be alone.
  const free = [...idle].filter((cpu) => (cores.get(cpu) ?? []).every((thread) => idle.has(thread))).slice(0, cpus.size);
  if (free.length < cpus.size) return [];
  const text = formatCpuSet(rangesOf(free));
  return fixOf('Move {user} to CPUs {cpus}', { user: user.path, cpus: text }, { kind: 'text', at, newText: JSON.stringify(text) });
}

type Ranges = CpuClaim['cpus']['ranges'];

function overlaps(a: Ranges, b: Ranges): boolean {
  return a.some(([af, al]) => b.some(([bf, bl]) => af <= bl && bf <= al));
}

function rangesOf(cpus: readonly number[]) {
  const ranges: [number, number][] = [];
  for (const cpu of cpus) {
    const last = ranges.at(-1);
    if (last !== undefined && cpu === last[1] + 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return { ranges, size: cpus.length };
}
