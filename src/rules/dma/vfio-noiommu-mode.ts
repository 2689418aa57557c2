import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { defineRule, related } from '../rule.js';
import { assignments, isUioDriver, isUserSpaceDriver } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import type { Member } from '../support/groups.js';
import { functionsBehind } from '../support/host-uses.js';
import { uniqueBy } from '../support/maps.js';
import { lacksIommu } from '../support/obstacles.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

export const vfioNoiommuMode = defineRule({
  id: 'IOVT201',
  name: 'vfio-noiommu-mode',
  title: 'A process drives a device with no IOMMU in between',
  severity: 'error',
  group: 'dma',
  messages: {
    vfio: '{user} drives {fn} through VFIO without an IOMMU: the device can read and write all memory of {host}.',
    uio: '{user} drives {fn} through {driver} without an IOMMU: the device can read and write all memory of {host}.',
  },
  docs: {
    why: 'In no-IOMMU mode nothing translates DMA and nothing protects the kernel from it; the kernel marks itself tainted. DPDK calls the mode inherently unsafe. It is a warning where only the vSwitch of the platform works that way. (The mode concerns functions without an IOMMU group: on a host whose IOMMU is on, the flag alone is harmless and not reported.)',
    fix: 'Turn the IOMMU on and take the flag away, or use the kernel driver and a vhost path.',
    sources: [
      'Linux drivers/vfio/Kconfig, VFIO_NOIOMMU',
      'DPDK doc/guides/linux_gsg/linux_drivers.rst',
      'SR-IOV network device plugin, README',
    ],
  },
  examples: {
    bad: [
      onHost({
        iommu: { state: 'off' },
        vfio: { noiommu: true },
        devices: { nic0: { kind: 'nic', sriov: { vfs: 2 } } },
        guests: { fw: { kind: 'container', devices: { eth0: { technique: 'sriov-vf', from: 'nic0', hostDriver: 'vfio-pci' } } } },
      }),
      onHost({
        iommu: { state: 'absent' },
        devices: { nic0: { kind: 'nic', driver: 'igb_uio', ports: { p0: {} } } },
        switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2' } },
      }),
    ],
    good: [
      onHost({
        iommu: { state: 'on' },
        vfio: { noiommu: true },
        devices: { nic0: { kind: 'nic', sriov: { vfs: 2 } } },
        guests: { fw: { kind: 'container', devices: { eth0: { technique: 'sriov-vf', from: 'nic0', hostDriver: 'vfio-pci' } } } },
      }),
      onHost({
        iommu: { state: 'absent' },
        devices: { nic0: { kind: 'nic', driver: 'igb', ports: { p0: {} } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } },
      }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts.filter((candidate) => valueOf(candidate.facts.iommu.state) !== 'on')) {
      const drives = usersOn(topology, host).filter(({ driver }) => isUnprotected(host, driver));
      // A guest is the worse case; the platform's own switch is only worth a warning.
      const [first, ...others] = [...drives.filter(({ isGuest }) => isGuest), ...drives.filter(({ isGuest }) => !isGuest)];
      if (first === undefined) continue;
      const isFlagged = valueOf(host.facts.vfio.noiommu) === true;
      const fact = isFlagged ? host.facts.vfio.noiommu : host.facts.iommu.state;
      const args = { user: first.user.path, fn: nameOf(first.member), host: host.path, driver: first.driver };
      report(isUioDriver(first.driver) ? 'uio' : 'vfio', isFlagged ? placeOfFact(fact, host) : placeOfEntity(first.user), args, {
        entity: first.user,
        severity: first.isGuest ? 'error' : 'warning',
        // It says more than that a container cannot have its function.
        subjects: drives.map(({ user }) => user.path),
        related: relatedPlaces(isFlagged ? [first, ...others] : others, ({ user, member }) =>
          related('{user} drives {fn}', placeOfEntity(user), { user: user.path, fn: nameOf(member) }),
        ),
        fixes: fixOf(
          'State that the IOMMU is on',
          {},
          changing(host.facts.iommu.state, host, ['iommu', 'state'], 'on'),
          ...(isFlagged ? [changing(host.facts.vfio.noiommu, host, ['vfio', 'noiommu'], false)] : []),
        ),
      });
    }
  },
});

interface Drives {
  readonly user: Entity;
  readonly member: Member;
  readonly driver: string;
  readonly isGuest: boolean;
}

/** A flag makes VFIO hand out unprotected functions; UIO does so by itself where no IOMMU is on. */
function isUnprotected(host: Host, driver: string): boolean {
  return isUioDriver(driver) ? lacksIommu(host) : valueOf(host.facts.vfio.noiommu) === true;
}

/** Containers and switches that drive functions from user space. Virtual machines cannot: that is another rule's. */
function usersOn(topology: Topology, host: Host): Drives[] {
  const byContainer = assignments(topology).vfio.flatMap(({ device, member }): Drives[] => {
    const driver = valueOf(device.facts.hostDriver) ?? valueOf(member.facts.driver);
    const isContainer = valueOf(device.guest.facts.kind) === 'container';
    return device.guest.host === host && isContainer && driver !== undefined ? [{ user: device, member, driver, isGuest: true }] : [];
  });
  return [...uniqueBy(byContainer, ({ user }) => user), ...host.switches.flatMap(drivenBySwitch)];
}

function drivenBySwitch(entity: Switch): Drives[] {
  if (switchKinds.get(entity.switchKind ?? '')?.runsIn !== 'user-space') return [];
  return uplinksOf(entity)
    .flatMap(({ target }) => (target === undefined ? [] : functionsBehind(target)))
    .flatMap((member) => {
      const driver = valueOf(member.facts.driver);
      return driver !== undefined && isUserSpaceDriver(driver) ? [{ user: entity, member, driver, isGuest: false }] : [];
    });
}
