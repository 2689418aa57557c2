import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { Json } from '../../core/text/tree.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noGuestStates } from '../support/stated.js';
import { fixOf, placeOfFact, rewriting } from '../support/text.js';

const guest = (more: object) => ({ guests: { a: { nestedAssignment: true, ...more } } });

export const nestedAssignmentNeedsViommu = defineRule({
  id: 'IOVT509',
  name: 'nested-assignment-needs-viommu',
  title: 'A guest hands devices on without a virtual IOMMU',
  severity: 'error',
  group: 'operability',
  messages: { without: '{guest} hands devices to guests or programs of its own, but {problem}.' },
  docs: {
    why: 'Inside of the guest VFIO needs an IOMMU just as on the host. Emulated VT-d has to report every mapping ("caching mode"), and interrupt remapping needs a split interrupt controller; QEMU refuses to start otherwise. Without a virtual IOMMU programs in the guest can only run in no-IOMMU mode, in which they can write to all of its memory.',
    fix: 'Write "viommu": "intel" with "viommuCachingMode" and "splitIrqchip". It costs performance, and more locked memory.',
    sources: [
      'QEMU hw/i386/intel_iommu.c',
      'libvirt src/conf/domain_validate.c, iommu',
      'OpenStack Nova: Attaching physical PCI devices to guests, vIOMMU',
    ],
  },
  examples: {
    bad: [
      onHost(guest({})),
      onHost(guest({ viommu: 'intel', viommuCachingMode: false })),
      onHost(guest({ viommu: 'intel', splitIrqchip: false })),
    ],
    good: [onHost(guest({ viommu: 'intel', viommuCachingMode: true, splitIrqchip: true })), onHost(guest({ viommu: 'virtio' }))],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'nestedAssignment')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const found = valueOf(guest.facts.nestedAssignment) === true ? problemOf(guest) : undefined;
      if (found === undefined) continue;
      report(
        'without',
        placeOfFact(guest.facts[found.key], guest),
        { guest: guest.path, problem: found.problem },
        {
          entity: guest,
          fixes: fixOf('Give it what is needed', {}, rewriting(guest, found.values)),
        },
      );
    }
  },
});

interface Found {
  readonly key: 'nestedAssignment' | 'viommuCachingMode' | 'splitIrqchip';
  readonly problem: string;
  readonly values: Readonly<Record<string, Json>>;
}

function problemOf({ facts }: Guest): Found | undefined {
  const viommu = valueOf(facts.viommu) ?? 'none';
  if (viommu === 'none')
    return {
      key: 'nestedAssignment',
      problem: 'has no virtual IOMMU',
      values: { viommu: 'intel', viommuCachingMode: true, splitIrqchip: true },
    };
  if (viommu !== 'intel') return undefined;
  if (valueOf(facts.viommuCachingMode) === false)
    return {
      key: 'viommuCachingMode',
      problem: 'its virtual IOMMU does not report mappings (caching mode)',
      values: { viommuCachingMode: true },
    };
  if (valueOf(facts.splitIrqchip) === false)
    return { key: 'splitIrqchip', problem: 'its interrupt controller is not split', values: { splitIrqchip: true } };
  return undefined;
}
