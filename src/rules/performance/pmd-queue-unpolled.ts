import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import { hasCpu } from '../../core/units/cpu-set.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { listOf, nicOfPin, type Poller, pinsOf, pollers } from '../support/pmd.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { listed } from '../support/words.js';

const host = (more: object) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
  switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2-3', rxQueues: 2, ...more } },
});

export const pmdQueueUnpolled = defineRule({
  id: 'IOVT314',
  name: 'pmd-queue-unpolled',
  title: 'A queue that no core polls',
  severity: 'error',
  group: 'performance',
  messages: {
    isolated: '{queues} of {switch} are pinned nowhere, and all its CPUs are isolated for pinned queues: nobody polls them.',
    outside: '{queue} of {switch} is pinned to CPU {cpu}, which is not among its CPUs: it is polled elsewhere.',
  },
  docs: {
    why: 'With "pmdRxqIsolate" (the default) a core that has a pinned queue polls pinned queues only. If all cores have one, a queue that is not pinned is polled by nobody, and its packets are lost. A queue pinned to a core that the switch does not have goes to another one, which is a warning.',
    fix: 'Pin the remaining queues, or write "pmdRxqIsolate": false.',
    sources: ['Open vSwitch Documentation/topics/dpdk/pmd.rst, port/Rx queue assignment'],
  },
  examples: {
    bad: [onHost(host({ rxqAffinity: { 'nic0/p0:0': 2 }, cpus: '2' })), onHost(host({ rxqAffinity: { 'nic0/p0:0': 7 } }))],
    good: [
      onHost(host({ rxqAffinity: { 'nic0/p0:0': 2 } })),
      onHost(host({ rxqAffinity: { 'nic0/p0:0': 2, 'nic0/p0:1': 3 } })),
      onHost(host({ rxqAffinity: { 'nic0/p0:0': 2 }, cpus: '2', pmdRxqIsolate: false })),
    ],
  },
  check(topology, report) {
    for (const poller of pollers(topology)) {
      const { entity, cpus } = poller;
      const pins = pinsOf(entity);
      if (cpus === undefined || pins.length === 0 || entity.switchKind !== 'ovs-dpdk') continue;
      const { rxqAffinity, pmdRxqIsolate } = entity.facts;
      const place = placeOfFact(rxqAffinity, entity);
      for (const { key, cpu } of pins)
        if (!hasCpu(cpus, cpu)) report('outside', place, { queue: key, switch: entity.path, cpu }, { entity, severity: 'warning' });
      const pinned = new Set(pins.map(({ cpu }) => cpu));
      const own = listOf(cpus);
      const unpinned = unpinnedQueues(poller);
      if (valueOf(pmdRxqIsolate) !== true || own.length === 0 || !own.every((cpu) => pinned.has(cpu)) || unpinned.length === 0) continue;
      const fixes = fixOf('Let cores poll other queues as well', {}, changing(pmdRxqIsolate, entity, ['pmdRxqIsolate'], false));
      report('isolated', place, { queues: listed(unpinned), switch: entity.path }, { entity, fixes });
    }
  },
});

/** Queues of uplinks and of guests that no pin names. */
function unpinnedQueues({ entity, nics }: Poller): string[] {
  const pins = pinsOf(entity);
  const taken = new Set(pins.map(({ key }) => key));
  const rxQueues = valueOf(entity.facts.rxQueues) ?? 1;
  const uplinks = uplinksOf(entity).flatMap(({ text }) => Array.from({ length: Math.min(rxQueues, 64) }, (_, i) => `${text}:${i}`));
  const pinnedNics = new Set(pins.map((pin) => nicOfPin(pin, nics)));
  return [...uplinks.filter((key) => !taken.has(key)), ...nics.filter((nic) => !pinnedNics.has(nic)).map(({ device }) => device.path)];
}
