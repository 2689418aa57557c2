import type { Fact } from '../../core/model/fact.js';
import { valueOf } from '../../core/model/fact.js';
import { type PhysicalFunction, virtualFunction } from '../../core/model/function.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { devicesOf, nameOfSetting, subjectOf, vfSubjects } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

export const msixVectorsExhausted = defineRule({
  id: 'IOVT121',
  name: 'msix-vectors-exhausted',
  title: 'VFs ask for more MSI-X vectors than their PF has',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages: { pool: 'VFs of {pf} ask for {sum} MSI-X vectors; all VFs share {total}.' },
  docs: {
    why: 'Devices with one pool of vectors for all VFs tell its size in `sriov_vf_total_msix`. A VF that finds too few falls back to fewer queues or does not start; its number can only be changed while no driver is bound to it.',
    fix: 'Lower `msix`; a VF needs a vector for each queue pair and one for events.',
    sources: ['Linux Documentation/ABI/testing/sysfs-bus-pci, sriov_vf_msix_count', 'Linux drivers/pci/iov.c'],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 8, vfTotalMsix: 64 } } },
        guests: { a: { count: 8, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', msix: 16 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 8, vfTotalMsix: 32 }, vfs: { 'vf0-7': { msix: 8 } } } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 8, vfTotalMsix: 64 } } },
        guests: { a: { count: 8, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', msix: 8 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 8 } } },
        guests: { a: { count: 8, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', msix: 16 } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) {
      const total = valueOf(fn.facts.sriov.vfTotalMsix);
      if (total === undefined || total === 0) continue;
      const asked = vectorsOf(topology, fn);
      const sum = asked.reduce((n, { msix, vfs }) => n + msix * vfs, 0);
      const [largest] = [...asked].sort((a, b) => b.msix * b.vfs - a.msix * a.vfs);
      if (sum <= total || largest === undefined) continue;
      report(
        'pool',
        largest.fact.at,
        { pf: nameOfSetting(fn), sum, total },
        {
          entity: subjectOf(fn),
          subjects: vfSubjects(fn),
          related: [
            related('the pool of {total}', placeOfFact(fn.facts.sriov.vfTotalMsix, subjectOf(fn)), { total }),
            ...relatedPlaces(
              asked.filter((other) => other !== largest),
              ({ fact, msix, vfs }) => related('{vfs} VFs with {msix} each', fact.at, { vfs, msix }),
            ),
          ],
          fixes: scaledDown(asked, total / sum),
        },
      );
    }
  },
});

interface Asked {
  readonly fact: Extract<Fact<number>, { state: 'known' }>;
  readonly msix: number;
  /** Least that is still of use: a vector for each queue pair and one for events. */
  readonly least: number;
  vfs: number;
}

/** Vectors by the place that asks for them. What a virtual device states wins over the settings of its VF. */
function vectorsOf(topology: Topology, fn: PhysicalFunction): Asked[] {
  const given = assignments(topology);
  const byPlace = new Map<string, Asked>();
  for (let i = 0; i < Math.min(fn.numVfs, MAX_VFS_LISTED); i++) {
    const vf = virtualFunction(fn, i);
    if (vf === undefined) continue;
    const taker = given.of(vf)[0]?.device.facts;
    const fact = taker !== undefined && taker.msix.state === 'known' ? taker.msix : vf.facts.msix;
    if (fact.state !== 'known' || !isInDocument(fact.at)) continue;
    const place = `${fact.at.file.uri} ${fact.at.start}`;
    const queues = valueOf(taker?.queues ?? vf.facts.queues) ?? valueOf(vf.facts.queues) ?? 1;
    const asked = byPlace.get(place);
    if (asked === undefined) byPlace.set(place, { fact, msix: fact.value, least: queues + 1, vfs: 1 });
    else asked.vfs++;
  }
  return [...byPlace.values()];
}

function scaledDown(asked: readonly Asked[], ratio: number) {
  const scaled = asked.map((one) => ({ ...one, to: Math.floor(one.msix * ratio) }));
  if (scaled.some(({ to, least }) => to < least)) return [];
  return fixOf(
    'Lower the vectors of all VFs in proportion',
    {},
    ...scaled.map(({ fact, to }) => ({ kind: 'text' as const, at: fact.at, newText: String(to) })),
  );
}
