import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import { type PhysicalFunction, virtualFunction } from '../../core/model/function.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, isUserSpaceDriver } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { devicesOf, nameOf, subjectOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

export const vfOnPassedThroughPf = defineRule({
  id: 'IOVT123',
  name: 'vf-on-passed-through-pf',
  title: 'VFs are used while their PF is in other hands',
  severity: 'error',
  group: 'feasibility',
  messages: {
    guest: '{pf} is given to {owner}, but its VFs are given to {users}: a PF that leaves the host takes its VFs along.',
    driver:
      '{pf} is driven by {driver}, but its VFs are given to {users}: who drives the PF can reset the VFs, cut them off, and read their data.',
  },
  docs: {
    why: 'The PF owns its VFs. Given to a guest, `sriov_numvfs` is gone and so are they; on vfio-pci every user of a VF must present a token that the user of the PF sets, because the PF can reset VFs, deny them service and read their data. Nova refuses such a configuration. It is a warning where PF and VFs have one owner and a token is declared.',
    fix: 'Give the guest a VF instead of the PF, or enable no VFs. Where one owner drives both on purpose, state `vfToken`.',
    sources: [
      'Linux drivers/vfio/pci/vfio_pci_core.c, VF token',
      'OpenStack Nova pci/request.py',
      'DPDK doc/guides/linux_gsg/linux_drivers.rst',
    ],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', driver: 'vfio-pci', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: {
          router: { devices: { wan: { technique: 'passthrough', from: 'nic0' } } },
          a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } },
        },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', driver: 'mlx5_core', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', driver: 'vfio-pci', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'virtio-net' } } } },
      }),
    ],
  },
  check(topology, report) {
    const given = assignments(topology);
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) {
      const [owner] = given.of(fn);
      const driver = valueOf(fn.facts.driver);
      const isHandedOver = owner !== undefined || (driver !== undefined && isUserSpaceDriver(driver));
      const users = isHandedOver ? usersOfVfs(topology, fn) : [];
      const [first] = users;
      if (first === undefined) continue;
      const places = relatedPlaces(users, ({ device }) =>
        related('{device} has a VF of it', placeOfFact(device.facts.from, device), { device: device.path }),
      );
      const severity = isOneOwner(fn, owner, users) ? ('warning' as const) : ('error' as const);
      const names = users.length === 1 ? first.device.path : `${first.device.path} and others`;
      if (owner === undefined) {
        const place = placeOfFact(fn.facts.driver, subjectOf(fn));
        report('driver', place, { pf: nameOf(fn), driver: driver ?? '', users: names }, { entity: fn, related: places, severity });
        continue;
      }
      const place = placeOfFact(owner.device.facts.from, owner.device);
      const fixes = vfInstead(owner);
      report(
        'guest',
        place,
        { pf: nameOf(fn), owner: owner.device.path, users: names },
        { entity: owner.device, related: places, severity, fixes },
      );
    }
  },
});

/** Devices with a VF of a function, each once. */
function usersOfVfs(topology: Topology, fn: PhysicalFunction): Assignment[] {
  const given = assignments(topology);
  const users = new Map<unknown, Assignment>();
  for (let i = 0; i < Math.min(fn.numVfs, MAX_VFS_LISTED); i++) {
    const vf = virtualFunction(fn, i);
    for (const assignment of vf === undefined ? [] : given.of(vf))
      if (!users.has(assignment.device)) users.set(assignment.device, assignment);
  }
  return [...users.values()];
}

function isOneOwner(fn: PhysicalFunction, owner: Assignment | undefined, users: readonly Assignment[]): boolean {
  if (fn.facts.vfToken.state === 'unknown') return false;
  const tenants = new Set(users.map(({ tenant }) => tenant));
  if (owner !== undefined) tenants.add(owner.tenant);
  const [tenant] = tenants;
  if (tenants.size !== 1 || tenant === undefined) return false;
  // Without a guest that has the PF, the platform drives it.
  return owner !== undefined || valueOf(tenant.facts.trust) === 'platform';
}

function vfInstead({ device }: Assignment): Fix[] {
  return fixOf('Give {device} a VF instead', { device: device.id }, changing(device.facts.technique, device, ['technique'], 'sriov-vf'));
}
