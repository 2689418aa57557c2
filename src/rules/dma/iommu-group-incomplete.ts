import type { Fix, Severity } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { pciFunctions } from '../../core/model/group-prediction.js';
import { techniques } from '../../techniques/index.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, isIdleDriver, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { assignmentsByGroup, groupName, groupSubject, whyGrouped } from '../support/groups.js';
import { hostUses } from '../support/host-uses.js';
import { push } from '../support/maps.js';
import { changing, fixOf, placeOfEntity, setting } from '../support/text.js';
import { isListed, nameOf, subjectOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

const gpuWithAudio = (audio: object) => ({
  devices: { gpu0: { kind: 'gpu', acs: false, functions: { f0: { title: 'VGA' }, f1: { title: 'HDMI audio', ...audio } } } },
  guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0/f0' } } } },
});

export const iommuGroupIncomplete = defineRule({
  id: 'IOVT203',
  name: 'iommu-group-incomplete',
  title: 'A member of the group is still with the host',
  severity: 'error',
  group: 'dma',
  mutedBy: ['iommu-group-host-critical'],
  messages: {
    driver: '{guest} gets {a}, but {group} also holds {b}, which {how}: the group cannot be handed out.',
    unstated: '{guest} gets {a}, but {group} also holds {b}, {how}: with a driver of the host on it, the group cannot be handed out.',
  },
  docs: {
    why: 'VFIO hands out a group only if every function in it is bound to VFIO, to a stub, or to nothing. GPUs with an audio function and dual-port NICs are where most people meet this. It is a warning where no driver is stated for the other function: Linux binds one by itself if it has one.',
    fix: 'Give the other functions of the group to the same guest, or bind them to vfio-pci: `"driver": "vfio-pci"`. Bridges of the group stay as they are.',
    sources: [
      'Linux Documentation/driver-api/vfio, "VFIO Usage Example"',
      'QEMU hw/vfio/pci.c',
      'DPDK doc/guides/linux_gsg/linux_drivers.rst',
    ],
  },
  examples: {
    bad: [
      onHost(gpuWithAudio({ driver: 'snd_hda_intel' })),
      onHost(gpuWithAudio({})),
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: false } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 2 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
    good: [
      onHost(gpuWithAudio({ driver: 'vfio-pci' })),
      onHost({
        devices: { gpu0: { kind: 'gpu', acs: false, functions: { f0: {}, f1: { driver: 'snd_hda_intel' } } } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
      onHost({
        devices: { gpu0: { kind: 'gpu', functions: { f0: {}, f1: { driver: 'snd_hda_intel' } } } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0/f0' } } } },
      }),
    ],
  },
  check(topology, report) {
    const byGroup = assignmentsByGroup(topology);
    const given = assignments(topology);
    const held = new Set<unknown>(given.held.map(({ member }) => member));
    const left = new Map<string, Left[]>();
    for (const fn of byGroup.size === 0 ? [] : topology.hosts.flatMap(pciFunctions)) {
      if (held.has(fn) || given.of(fn).length > 0 || !byGroup.has(groupSubject(fn))) continue;
      const found = withTheHost(fn);
      if (found !== undefined) push(left, groupSubject(fn), found);
    }
    for (const [subject, found] of left) {
      const first = byGroup.get(subject)?.[0];
      const [worst, ...others] = [...found].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
      if (first === undefined || worst === undefined) continue;
      const args = {
        guest: first.instance.guest.path,
        a: nameOf(first.member),
        b: nameOf(worst.fn),
        group: groupName(first.member),
        how: worst.how,
      };
      report(worst.severity === 'error' ? 'driver' : 'unstated', takenAt(first.device), args, {
        entity: first.device,
        subjects: [subject],
        severity: worst.severity,
        related: [
          ...whyGrouped(first.member),
          ...relatedPlaces([worst, ...others], ({ fn }) => related('{fn} is in the group', placeOfEntity(fn), { fn: nameOf(fn) })),
        ],
        fixes: [...giveAsWell(first, [worst, ...others]), ...bind([worst, ...others])],
      });
    }
  },
});

interface Left {
  readonly fn: PhysicalFunction;
  readonly how: string;
  readonly severity: Severity;
}

/** A function that no guest has and that a driver of the host holds, or may hold. */
function withTheHost(fn: PhysicalFunction): Left | undefined {
  const driver = valueOf(fn.facts.driver);
  if (driver !== undefined && isIdleDriver(driver)) return undefined;
  const use = hostUses(fn.device.host).get(fn);
  if (use !== undefined) return { fn, how: use.how, severity: 'error' };
  if (driver !== undefined) return { fn, how: `is bound to ${driver}`, severity: 'error' };
  if (fn.numVfs > 0) return { fn, how: 'needs its driver for its VFs', severity: 'error' };
  const usual = valueOf(fn.device.facts.kernelDriver);
  const how = usual === undefined ? 'for which no driver is stated' : `which Linux binds to ${usual} unless told otherwise`;
  return { fn, how, severity: 'warning' };
}

/** The other functions as further devices of the guest. */
function giveAsWell({ device, instance }: Assignment, left: readonly Left[]): Fix[] {
  const { guest } = device;
  if (guest.count > 1 || !techniques.has('passthrough') || left.some(({ fn }) => fn.numVfs > 0)) return [];
  const taken = new Set(instance.guest.devices.map(({ decl }) => decl.id));
  const changes = left.map(({ fn }) => {
    const whole = fn.device.functions.length === 1;
    let id = whole ? fn.device.id : `${fn.device.id}-${fn.id}`;
    while (taken.has(id)) id = `${id}-2`;
    taken.add(id);
    return setting(guest, ['devices', id], { technique: 'passthrough', from: whole ? fn.device.id : `${fn.device.id}/${fn.id}` });
  });
  return fixOf('Give {fn} to {guest} as well', { fn: left.map(({ fn }) => nameOf(fn)).join(', '), guest: guest.id }, ...changes);
}

function bind(left: readonly Left[]): Fix[] {
  if (left.some(({ fn }) => fn.numVfs > 0 || hostUses(fn.device.host).has(fn))) return [];
  const changes = left.map(({ fn }) =>
    isListed(fn) || fn.device.functions.length === 1
      ? changing(fn.facts.driver, subjectOf(fn), ['driver'], 'vfio-pci')
      : fn.isDeclared
        ? setting(fn.device, ['functions', fn.id, 'driver'], 'vfio-pci')
        : undefined,
  );
  return fixOf('Bind {fn} to vfio-pci', { fn: left.map(({ fn }) => nameOf(fn)).join(', ') }, ...changes);
}
