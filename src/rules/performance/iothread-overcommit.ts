import type { Controller } from '../../core/model/controller.js';
import { valueOf } from '../../core/model/fact.js';
import { hostCpus } from '../../core/model/host.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { freeCpus } from '../support/cpus.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { servedByControllers } from '../support/served.js';
import { fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const drives = { ssd0: { kind: 'nvme', namespaces: { ns1: {}, ns2: {} } } };
const disk = (controller: string, ns: string) => ({ devices: { vda: { technique: 'virtio-blk', controller, media: `ssd0/${ns}` } } });
const pinned = (second: string) => ({
  numa: { n0: { cpus: '0-7' } },
  devices: drives,
  controllers: { io1: { kind: 'iothread', cpus: '5' }, io2: { kind: 'iothread', cpus: second } },
  guests: { a: disk('io1', 'ns1'), b: disk('io2', 'ns2') },
});
const many = (n: number) => ({
  numa: { n0: { cpus: '0-1' } },
  controllers: Object.fromEntries(Array.from({ length: n }, (_, i) => [`io${i}`, { kind: 'iothread' }])),
});

export const iothreadOvercommit = defineRule({
  id: 'IOVT316',
  name: 'iothread-overcommit',
  title: 'More iothreads than CPUs carry',
  severity: 'warning',
  group: 'performance',
  messages: {
    many: '{host} has {n} iothreads and {cpus} CPUs for them: more than two for each.',
    pinned: 'CPU {cpu} has {n} iothreads pinned to it alone, each with disks of its own: they wait for each other.',
  },
  docs: {
    why: 'One or two iothreads for each CPU of the host is what libvirt recommends. Two that are pinned to one CPU take turns, and a disk behind one waits for the disks behind the other.',
    fix: 'Use fewer iothreads, or pin them to CPUs of their own.',
    sources: ['libvirt formatdomain, IOThreads Allocation'],
  },
  examples: {
    bad: [onHost(pinned('5')), onHost(many(5))],
    good: [onHost(pinned('6')), onHost(many(4))],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      const threads = host.controllers.filter(({ controllerKind }) => controllerKind === 'iothread');
      const [first] = threads;
      if (first === undefined) continue;
      const cpus = valueOf(host.facts.hostCpus)?.size ?? hostCpus(host).size;
      if (cpus > 0 && threads.length > 2 * cpus) {
        report('many', placeOfEntity(first), { host: host.path, n: threads.length, cpus }, { entity: host });
        continue;
      }
      for (const [cpu, list] of busyByCpu(topology, threads)) {
        const last = list.at(-1);
        if (list.length < 2 || last === undefined) continue;
        const [free] = freeCpus(host);
        report(
          'pinned',
          placeOfFact(last.facts.cpus, last),
          { cpu, n: list.length },
          {
            entity: last,
            related: relatedPlaces(list.slice(0, -1), (other) =>
              related('{other}', placeOfFact(other.facts.cpus, other), { other: other.path }),
            ),
            fixes:
              free === undefined
                ? []
                : fixOf('Pin {thread} to CPU {free}', { thread: last.id, free }, setting(last, ['cpus'], String(free))),
          },
        );
      }
    }
  },
});

/** Iothreads that serve something, by the only CPU they may run on. */
function busyByCpu(topology: Topology, threads: readonly Controller[]): Map<number, Controller[]> {
  const served = servedByControllers(topology);
  const byCpu = new Map<number, Controller[]>();
  for (const thread of threads) {
    const cpus = valueOf(thread.facts.cpus);
    const cpu = cpus?.size === 1 ? cpus.ranges[0]?.[0] : undefined;
    if (cpu !== undefined && (served.get(thread) ?? []).length > 0) push(byCpu, cpu, thread);
  }
  return byCpu;
}
