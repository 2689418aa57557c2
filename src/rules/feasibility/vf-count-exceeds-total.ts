import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf } from '../support/text.js';
import { devicesOf, isListed, nameOfSetting, placeOfVfCount, subjectOf, vfSubjects } from '../support/vfs.js';
import { counted } from '../support/words.js';

export const vfCountExceedsTotal = defineRule({
  id: 'IOVT110',
  name: 'vf-count-exceeds-total',
  title: 'More VFs enabled than the function, or the whole device, offers',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages: {
    perFunction: '{pf} enables {numVfs}, but it offers {limit}.',
    perDevice: 'The functions of {device} enable {numVfs} VFs together, but the device offers {limit}.',
  },
  docs: {
    why: 'The kernel refuses the number: writing 10 to `sriov_numvfs` when `sriov_totalvfs` is 8 is an error. Some controllers have a cap over all of their ports.',
    fix: 'Lower `sriov.vfs` to what is offered, or move the surplus to a function that has free VFs.',
    sources: ['Linux Documentation/ABI/testing/sysfs-bus-pci', 'Linux drivers/pci/iov.c', 'DPDK doc/guides/nics/intel_vf.rst'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 10, totalVfs: 8 } } } }),
      onHost({ devices: { nic0: { kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 80, totalVfs: 128, maxVfsPerDevice: 128 } } } }),
    ],
    good: [
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 8, totalVfs: 8 } } } }),
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 10 } } } }),
    ],
  },
  check(topology, report) {
    for (const device of devicesOf(topology)) {
      const tooMany = device.functions.filter((fn) => fn.numVfs > (valueOf(fn.facts.sriov.totalVfs) ?? Number.POSITIVE_INFINITY));
      for (const fn of tooMany) {
        const limit = valueOf(fn.facts.sriov.totalVfs) as number;
        const args = { pf: nameOfSetting(fn), numVfs: counted(fn.numVfs, 'VF'), limit };
        report('perFunction', placeOfVfCount(fn), args, { entity: subjectOf(fn), subjects: vfSubjects(fn), fixes: lower(fn, limit) });
      }
      const total = device.functions.reduce((sum, fn) => sum + fn.numVfs, 0);
      const cap = valueOf(device.facts.sriov.maxVfsPerDevice);
      const [first] = device.functions;
      if (tooMany.length > 0 || cap === undefined || total <= cap || first === undefined) continue;
      const fixes = isListed(first) ? [] : lower(first, Math.floor(cap / device.functions.length));
      const args = { device: device.path, numVfs: total, limit: cap };
      report('perDevice', placeOfVfCount(first), args, { entity: device, subjects: vfSubjects(first), fixes });
    }
  },
});

function lower(fn: PhysicalFunction, limit: number) {
  return fixOf('Enable {limit}', { limit: counted(limit, 'VF') }, changing(fn.facts.sriov.vfs, subjectOf(fn), ['sriov', 'vfs'], limit));
}
