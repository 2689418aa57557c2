import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { devicesOf, nameOfSetting, placeOfVfCount, subjectOf, vfSubjects } from '../support/vfs.js';
import { counted } from '../support/words.js';

export const nvmeVfResourcesInsufficient = defineRule({
  id: 'IOVT122',
  name: 'nvme-vf-resources-insufficient',
  title: 'An NVMe drive has too few flexible resources for its VFs',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported', 'vf-count-exceeds-total'],
  messages: {
    queues: '{nvme} has {have} flexible queues, but {vfs} need at least {need}: an admin queue and one for I/O each.',
    interrupts: '{nvme} has {have} flexible interrupts, but {vfs} need at least one each.',
    granularity: '{nvme} hands out {what} in steps of {step} beyond the first, so a VF can have {fits}, not {most}.',
  },
  docs: {
    why: "A VF is a secondary controller: it goes online only with an admin queue, an I/O queue and an interrupt, which it is given from the flexible resources of the drive. These are the inequalities that QEMU's NVMe model enforces; that real drives need the same minimum is taken from there.",
    fix: 'Enable fewer VFs. On an emulated drive raise `sriov_vq_flexible` and `sriov_vi_flexible`.',
    sources: ['QEMU hw/nvme/ctrl.c, nvme_check_params', 'nvme-cli issue 1126'],
  },
  examples: {
    bad: [
      onHost({ devices: { ssd0: { kind: 'nvme', sriov: { vfs: 8 }, storage: { vqFlexible: 12, viFlexible: 16 } } } }),
      onHost({ devices: { ssd0: { kind: 'nvme', sriov: { vfs: 8 }, storage: { vqFlexible: 16, viFlexible: 4 } } } }),
      onHost({ devices: { ssd0: { kind: 'nvme', sriov: { vfs: 2 }, storage: { vqGranularity: 4, vqMaxPerVf: 7 } } } }),
    ],
    good: [
      onHost({ devices: { ssd0: { kind: 'nvme', sriov: { vfs: 8 }, storage: { vqFlexible: 16, viFlexible: 8 } } } }),
      onHost({ devices: { ssd0: { kind: 'nvme', sriov: { vfs: 2 }, storage: { vqGranularity: 4, vqMaxPerVf: 9 } } } }),
    ],
  },
  check(topology, report) {
    for (const device of devicesOf(topology).filter(({ deviceKind }) => deviceKind === 'nvme')) {
      const { vqFlexible, viFlexible, vqGranularity, vqMaxPerVf, viGranularity, viMaxPerVf } = device.facts.storage;
      const [queues, interrupts] = [valueOf(vqFlexible), valueOf(viFlexible)];
      for (const fn of device.functions.filter(({ numVfs }) => numVfs > 0)) {
        const args = { nvme: nameOfSetting(fn), vfs: counted(fn.numVfs, 'VF') };
        const extras = { entity: subjectOf(fn), subjects: vfSubjects(fn) };
        if (queues !== undefined && queues < 2 * fn.numVfs) {
          const why = [related('{n} flexible queues', placeOfFact(vqFlexible, device), { n: queues })];
          const fixes = fewer(fn, Math.floor(queues / 2));
          report('queues', placeOfVfCount(fn), { ...args, have: queues, need: 2 * fn.numVfs }, { ...extras, related: why, fixes });
        } else if (interrupts !== undefined && interrupts < fn.numVfs) {
          const why = [related('{n} flexible interrupts', placeOfFact(viFlexible, device), { n: interrupts })];
          report(
            'interrupts',
            placeOfVfCount(fn),
            { ...args, have: interrupts },
            { ...extras, related: why, fixes: fewer(fn, interrupts) },
          );
        }
      }
      const steps = [
        { what: 'queues', step: valueOf(vqGranularity), most: vqMaxPerVf, key: 'vqMaxPerVf' },
        { what: 'interrupts', step: valueOf(viGranularity), most: viMaxPerVf, key: 'viMaxPerVf' },
      ];
      for (const { what, step, most, key } of steps) {
        const value = valueOf(most);
        if (step === undefined || value === undefined || (value - 1) % step === 0) continue;
        const rounded = Math.floor((value - 1) / step) * step + 1;
        const fixes = fixOf('Set {n}', { n: rounded }, changing(most, device, ['storage', key], rounded));
        report(
          'granularity',
          placeOfFact(most, device),
          { nvme: device.path, what, step, fits: rounded, most: value },
          { entity: device, fixes },
        );
      }
    }
  },
});

function fewer(fn: PhysicalFunction, n: number) {
  if (n === 0) return [];
  return fixOf('Enable {vfs}', { vfs: counted(n, 'VF') }, changing(fn.facts.sriov.vfs, subjectOf(fn), ['sriov', 'vfs'], n));
}
