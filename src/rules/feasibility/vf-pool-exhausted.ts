import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Shortage } from '../../core/model/assign.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { isListed, nameOf, nameOfSetting, placeOfVfCount, subjectOf, vfSubjects } from '../support/vfs.js';
import { counted, listed, relatedPlaces } from '../support/words.js';

export const vfPoolExhausted = defineRule({
  id: 'IOVT135',
  name: 'vf-pool-exhausted',
  title: 'Not enough VFs for all that draw from a pool',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported', 'sriov-disabled-in-firmware'],
  messages: {
    short: '{device} needs {needed}; {functions} has {left} left of {enabled}.',
    none: '{device} needs {needed}; {functions} enables none.',
  },
  docs: {
    why: 'Every copy of a guest takes a VF of its own. Where the pool is empty the guest does not start: "no more VFs available" in libvirt, an unschedulable pod in Kubernetes.',
    fix: 'Enable more VFs (`sriov.vfs`), draw from a device with several ports, or run fewer copies.',
    sources: ['libvirt network driver, hostdev pools', 'SR-IOV network device plugin, README'],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4, totalVfs: 64 } } },
        guests: { a: { count: 6, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 2 } } },
        guests: {
          a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/vf0' }, eth1: { technique: 'sriov-vf', from: 'nic0' } } },
          b: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } },
        },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 8 } } },
        guests: { a: { count: 6, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 3 } } },
        guests: { a: { count: 6, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
  },
  check(topology, report) {
    // Enabling VFs for one device that came too late must not leave the next one without: the sum is what is short.
    const shortOf = new Map<PhysicalFunction, number>();
    for (const { functions, missing } of topology.shortages) {
      for (const fn of functions) shortOf.set(fn, (shortOf.get(fn) ?? 0) + missing);
    }
    for (const shortage of topology.shortages) {
      const { device, functions, missing } = shortage;
      const enabled = functions.reduce((sum, fn) => sum + fn.numVfs, 0);
      const left = device.guest.count - missing;
      const args = {
        device: device.path,
        functions: listed(namesOf(shortage)),
        needed: counted(device.guest.count, 'VF'),
        enabled,
        left: left === 0 ? 'none' : left,
      };
      report(enabled === 0 ? 'none' : 'short', placeOfFact(device.facts.from, device), args, {
        entity: device,
        subjects: functions.flatMap(vfSubjects),
        related: relatedPlaces(functions.filter(isFirstOfItsText), (fn) =>
          related('{pf} enables {vfs}', placeOfVfCount(fn), { pf: nameOfSetting(fn), vfs: counted(fn.numVfs, 'VF') }),
        ),
        fixes: enableMore(shortage, shortOf),
      });
    }
  },
});

function namesOf({ functions }: Shortage): string[] {
  return functions.map((fn) => nameOf(fn));
}

function isFirstOfItsText(fn: PhysicalFunction): boolean {
  return isListed(fn) || fn.device.functions[0] === fn;
}

/** As many as all that draw from the pool lack, spread over the functions that one text speaks for. */
function enableMore({ functions }: Shortage, shortOf: ReadonlyMap<PhysicalFunction, number>): Fix[] {
  const [fn] = functions;
  if (fn === undefined) return [];
  const sharing = isListed(fn) ? 1 : functions.length;
  const n = fn.numVfs + Math.ceil((shortOf.get(fn) ?? 0) / sharing);
  if (n > (valueOf(fn.facts.sriov.totalVfs) ?? Number.POSITIVE_INFINITY)) return [];
  return fixOf(
    'Enable {n} on {pf}',
    { n: counted(n, 'VF'), pf: nameOfSetting(fn) },
    changing(fn.facts.sriov.vfs, subjectOf(fn), ['sriov', 'vfs'], n),
  );
}
