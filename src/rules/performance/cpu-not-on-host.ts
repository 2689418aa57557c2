import type { Entity } from '../../core/model/entity.js';
import type { Fact, Known } from '../../core/model/fact.js';
import { guestCpus } from '../../core/model/guest.js';
import { type Host, hostCpus } from '../../core/model/host.js';
import { type CpuSet, cpuSetOf, cpusOf, formatCpuSet, hasCpu, intersection, isSubset } from '../../core/units/cpu-set.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { defineRule, related } from '../rule.js';
import { freeCpus } from '../support/cpus.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';

const numa = { n0: { cpus: '0-3' } };

export const cpuNotOnHost = defineRule({
  id: 'IOVT325',
  name: 'cpu-not-on-host',
  title: 'Something is pinned to a CPU that its host does not have',
  severity: 'error',
  group: 'performance',
  messages: { missing: '{user} is pinned to {cpus}, which {host} does not have: its CPUs are {have}.' },
  docs: {
    why: 'Linux refuses to pin a thread to CPUs none of which exists, and takes only those that do exist otherwise: the guest does not start, or runs on fewer CPUs than the design counts on.',
    fix: 'Name CPUs that the host lists under "numa".',
    sources: ['Linux man page sched_setaffinity(2)', 'libvirt formatdomain, "CPU Tuning"'],
  },
  examples: {
    bad: [
      onHost({ numa, guests: { a: { vcpus: 2, cpus: '8-9' } } }),
      onHost({ numa, guests: { a: { vcpus: 2, cpus: ['2', '4'] } } }),
      onHost({ numa, switches: { br0: { kind: 'ovs-dpdk', cpus: '3-4' } } }),
    ],
    good: [
      onHost({ numa, guests: { a: { vcpus: 2, cpus: '2-3' } } }),
      onHost({ numa: { n0: { cpus: '0-3' }, n1: {} }, guests: { a: { vcpus: 2, cpus: '8-9' } } }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      const have = hostCpus(host);
      // A node that does not list its CPUs may have any.
      if (have.size === 0 || host.numaNodes.some(({ facts }) => facts.cpus.state !== 'known')) continue;
      for (const { user, cpus } of pinnings(host)) {
        if (cpus.state !== 'known' || isSubset(cpus.value, have)) continue;
        const gone = setOf(cpusOf(cpus.value).filter((cpu) => !hasCpu(have, cpu)));
        const args = { user: user.path, cpus: cpuWords(gone), host: host.path, have: formatCpuSet(have) };
        report('missing', placeOfFact(cpus, user), args, {
          entity: user,
          related: host.numaNodes
            .slice(0, 2)
            .map(({ facts, path }) => related('the CPUs of {node}', placeOfFact(facts.cpus, host), { node: path })),
          fixes: moves(host, cpus),
        });
      }
    }
  },
});

interface Pinning {
  readonly user: Entity;
  readonly cpus: Fact<CpuSet>;
}

function pinnings(host: Host): Pinning[] {
  return [
    { user: host, cpus: host.facts.hostCpus },
    ...host.guests.flatMap((guest) => [
      { user: guest, cpus: guestCpus(guest) },
      { user: guest, cpus: guest.facts.emulatorCpus },
    ]),
    ...host.switches.map((user) => ({ user, cpus: user.facts.cpus })),
    // What runs on a card has the cores of the card.
    ...host.controllers
      .filter(({ controllerKind }) => controllerKinds.get(controllerKind ?? '')?.isHardware !== true)
      .map((user) => ({ user, cpus: user.facts.cpus })),
  ];
}

/** Those of the CPUs that exist, filled up with CPUs that nobody has. A list with one set for each vCPU is left to its author. */
function moves(host: Host, { value, at }: Known<CpuSet>) {
  if (!isInDocument(at) || !at.file.text.startsWith('"', at.start)) return [];
  const kept = cpusOf(intersection(value, hostCpus(host)));
  const wanted = [...kept, ...freeCpus(host).filter((cpu) => !kept.includes(cpu))].slice(0, value.size);
  if (wanted.length === 0 || (wanted.length < value.size && kept.length === 0)) return [];
  const cpus = formatCpuSet(setOf(wanted));
  return fixOf('Pin it to {cpus}', { cpus }, { kind: 'text', at, newText: JSON.stringify(cpus) });
}

function setOf(cpus: readonly number[]): CpuSet {
  return cpuSetOf(cpus.map((cpu) => [cpu, cpu]));
}

function cpuWords(cpus: CpuSet): string {
  return `${cpus.size === 1 ? 'CPU' : 'CPUs'} ${formatCpuSet(cpus)}`;
}
