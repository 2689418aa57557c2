import { valueOf } from '../../core/model/fact.js';
import { computedVfAddress, virtualFunction } from '../../core/model/function.js';
import { formatPciAddress } from '../../core/units/pci-address.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { devicesOf, nameOf } from '../support/vfs.js';

export const vfBdfInconsistent = defineRule({
  id: 'IOVT134',
  name: 'vf-bdf-inconsistent',
  title: 'The address of a VF does not follow from its PF',
  severity: 'warning',
  group: 'references',
  mutedBy: ['bdf-conflict', 'sriov-not-supported'],
  messages: { other: '{vf} is stated at {bdf}, but from {pf} with offset {offset} and stride {stride} it is at {expected}.' },
  docs: {
    why: 'The routing id of a VF is that of its PF plus First VF Offset plus stride times index. Another address is that of another VF, or was read while another number of VFs was enabled: offset and stride may change with it.',
    fix: 'Leave `bdf` out, take the computed one, or correct `offset` and `stride`.',
    sources: ['Linux drivers/pci/iov.c, pci_iov_virtfn_bus and pci_iov_virtfn_devfn'],
  },
  examples: {
    bad: [
      onHost({
        devices: {
          nic0: {
            kind: 'nic',
            bdf: '0000:3b:00.0',
            functions: { f0: { sriov: { vfs: 4, offset: 16, stride: 1 }, vfs: { vf0: { bdf: '0000:3b:02.1' } } } },
          },
        },
      }),
      onHost({
        devices: {
          nic0: {
            kind: 'nic',
            functions: { f0: { bdf: '0000:3b:00.0', sriov: { vfs: 4, offset: 128, stride: 2 }, vfs: { vf3: { bdf: '0000:3b:10.3' } } } },
          },
        },
      }),
    ],
    good: [
      onHost({
        devices: {
          nic0: {
            kind: 'nic',
            bdf: '0000:3b:00.0',
            functions: { f0: { sriov: { vfs: 4, offset: 16, stride: 1 }, vfs: { vf0: { bdf: '0000:3b:02.0' } } } },
          },
        },
      }),
      onHost({
        devices: {
          nic0: { kind: 'nic', bdf: '0000:3b:00.0', functions: { f0: { sriov: { vfs: 4 }, vfs: { vf0: { bdf: '0000:3b:02.1' } } } } },
        },
      }),
    ],
  },
  check(topology, report) {
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) {
      for (const range of fn.vfRanges.filter(({ first, last }) => first === last)) {
        const vf = virtualFunction(fn, range.first);
        if (vf?.facts.bdf.state !== 'known' || !isInDocument(vf.facts.bdf.at)) continue;
        const computed = valueOf(computedVfAddress(vf));
        if (computed === undefined) continue;
        const [bdf, expected] = [formatPciAddress(vf.facts.bdf.value), formatPciAddress(computed)];
        if (bdf === expected) continue;
        const { offset, stride } = fn.facts.sriov;
        const args = { vf: nameOf(vf), bdf, pf: nameOf(fn), offset: valueOf(offset) ?? 0, stride: valueOf(stride) ?? 0, expected };
        report('other', vf.facts.bdf.at, args, {
          entity: vf,
          related: [related('the address of the PF', placeOfFact(fn.address, fn))],
          fixes: fixOf('Change to "{expected}"', { expected }, { kind: 'text', at: vf.facts.bdf.at, newText: JSON.stringify(expected) }),
        });
      }
    }
  },
});
