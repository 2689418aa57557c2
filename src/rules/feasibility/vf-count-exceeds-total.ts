import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { defineRule, fix } from '../rule.js';

export const vfCountExceedsTotal = defineRule({
  id: 'IOVT110',
  name: 'vf-count-exceeds-total',
  title: 'More VFs enabled than the function, or the whole device, offers',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages: {
    perFunction: '{pf} enables {numVfs} VFs, but it offers {limit}.',
    perDevice: 'The functions of {device} enable {numVfs} VFs together, but the device offers {limit}.',
  },
  docs: {
    why: 'The kernel refuses the number: writing 10 to `sriov_numvfs` when `sriov_totalvfs` is 8 is an error. Some controllers have a cap over all of their ports.',
    fix: 'Lower `sriov.vfs` to what is offered, or move the surplus to a function that has free VFs.',
    sources: ['Linux Documentation/ABI/testing/sysfs-bus-pci', 'Linux drivers/pci/iov.c', 'DPDK doc/guides/nics/intel_vf.rst'],
  },
  examples: {
    bad: [
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 10, "totalVfs": 8 } } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "ports": { "p0": {}, "p1": {} }, "sriov": { "vfs": 80, "totalVfs": 128, "maxVfsPerDevice": 128 } } } } } }',
    ],
    good: [
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 8, "totalVfs": 8 } } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 10 } } } } } }',
    ],
  },
  check(topology, report) {
    for (const device of topology.hosts.flatMap((host) => host.devices)) {
      const tooMany = device.functions.filter((fn) => fn.numVfs > (valueOf(fn.facts.sriov.totalVfs) ?? Number.POSITIVE_INFINITY));
      // Functions that a document does not list inherit the number from the device: one place, one report.
      for (const fn of device.functions.some((f) => f.isDeclared) ? tooMany : tooMany.slice(0, 1)) {
        const limit = valueOf(fn.facts.sriov.totalVfs) as number;
        report('perFunction', placeOfCount(fn), { pf: fn.path, numVfs: fn.numVfs, limit }, { entity: fn, fixes: lower(fn, limit) });
      }
      const total = device.functions.reduce((sum, fn) => sum + fn.numVfs, 0);
      const cap = valueOf(device.facts.sriov.maxVfsPerDevice);
      const [first] = device.functions;
      if (tooMany.length === 0 && cap !== undefined && total > cap && first !== undefined) {
        const fixes = device.functions.some((fn) => fn.isDeclared) ? [] : lower(first, Math.floor(cap / device.functions.length));
        report('perDevice', placeOfCount(first), { device: device.path, numVfs: total, limit: cap }, { entity: device, fixes });
      }
    }
  },
});

function placeOfCount(fn: PhysicalFunction) {
  const { vfs } = fn.facts.sriov;
  return vfs.state === 'known' ? vfs.at : fn.at;
}

function lower(fn: PhysicalFunction, limit: number) {
  return [fix('Enable {limit} VFs', { limit }, { kind: 'text', at: placeOfCount(fn), newText: String(limit) })];
}
