import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { pciFunctions } from '../../core/model/group-prediction.js';
import type { Guest } from '../../core/model/guest.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { Place } from '../../core/text/source.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { assignmentsByGroup, groupName, groupSubject, whyGrouped } from '../support/groups.js';
import { functionsBehind } from '../support/host-uses.js';
import { placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

const ROLE_WORDS: Readonly<Record<string, string>> = {
  'management-nic': 'the management NIC',
  'default-route': 'the way to the default route',
  'boot-disk': 'the boot disk',
  'storage-uplink': 'the uplink to storage',
  'vswitch-uplink': 'the uplink of a vSwitch',
  console: 'the console',
};

export const iommuGroupHostCritical = defineRule({
  id: 'IOVT204',
  name: 'iommu-group-host-critical',
  title: 'A guest takes a device that the host needs',
  severity: 'error',
  group: 'dma',
  messages: {
    itself: '{guest} takes {a}, which is {role} of {host}.',
    along: '{guest} takes {b} along with {a}, because both are in {group}; {b} is {role} of {host}.',
    switch: '{guest} takes {b}, the only uplink of {switch}, which other guests use.',
  },
  docs: {
    why: 'Tools that bind the whole group take the NIC or disk of the host with it: the host drops off the network, or loses its root filesystem. Nothing warns before.',
    fix: 'Give that role to another device, or pass through another card.',
    sources: ['Proxmox VE qemu-server PCI.pm', 'Linux Documentation/driver-api/vfio', 'Kubernetes dranet, issue on host interfaces'],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', role: 'management-nic' } },
        guests: { a: { devices: { eth0: { technique: 'passthrough', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', acs: false, functions: { f0: { role: ['management-nic', 'default-route'] }, f1: {} } } },
        guests: { a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f1' } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', acs: true, functions: { f0: { role: 'management-nic' }, f1: {} } } },
        guests: { a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f1' } } } },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: true } },
        devices: { nic0: { kind: 'nic', at: 'rp0', role: 'management-nic', sriov: { vfs: 2 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
  },
  check(topology, report) {
    const byGroup = assignmentsByGroup(topology);
    if (byGroup.size === 0) return;
    const given = assignments(topology);
    const users = switchUsers(topology);
    for (const host of topology.hosts) {
      const uplinks = onlyUplinks(host.switches);
      for (const fn of pciFunctions(host)) {
        const list = byGroup.get(groupSubject(fn));
        const first = given.of(fn).find(({ isVfio }) => isVfio === true) ?? list?.[0];
        if (first === undefined || list === undefined) continue;
        const extras = { entity: first.device, subjects: [groupSubject(fn)] };
        const args = { guest: first.instance.guest.path, a: nameOf(first.member), b: nameOf(fn), group: groupName(fn), host: host.path };
        const place = takenAt(first.device);
        const role = roleOf(fn);
        const uplink = uplinks.get(fn);
        if (role !== undefined) {
          const why = [
            related('{fn}: {role}', role.at, { fn: nameOf(fn), role: role.words }),
            ...(first.member === fn ? [] : whyGrouped(fn)),
          ];
          report(first.member === fn ? 'itself' : 'along', place, { ...args, role: role.words }, { ...extras, related: why });
        } else if (uplink !== undefined && isUsedByOthers(users.get(uplink.entity), first)) {
          const why = [related('its only uplink', uplink.at), ...(first.member === fn ? [] : whyGrouped(fn))];
          report('switch', place, { ...args, switch: uplink.entity.path }, { ...extras, related: why });
        }
      }
    }
  },
});

/** A role of the device holds for all of its functions where they do not say their own. */
function roleOf(fn: PhysicalFunction): { words: string; at: Place } | undefined {
  const [fact, entity] = fn.facts.role.state === 'known' ? [fn.facts.role, fn] : [fn.device.facts.role, fn.device];
  if (fact.state !== 'known') return undefined;
  const roles: readonly string[] = typeof fact.value === 'string' ? [fact.value] : fact.value;
  return roles.length === 0
    ? undefined
    : { words: roles.map((role) => ROLE_WORDS[role] ?? role).join(' and '), at: placeOfFact(fact, entity) };
}

function onlyUplinks(switches: readonly Switch[]): Map<unknown, { entity: Switch; at: Place }> {
  const uplinks = new Map<unknown, { entity: Switch; at: Place }>();
  for (const entity of switches) {
    const [only, second] = uplinksOf(entity);
    const [fn] = only?.target === undefined || second !== undefined ? [] : functionsBehind(only.target);
    if (fn !== undefined && only !== undefined) uplinks.set(fn, { entity, at: only.at });
  }
  return uplinks;
}

function switchUsers(topology: Topology): Map<Switch, Set<Guest>> {
  const users = new Map<Switch, Set<Guest>>();
  for (const device of topology.virtualDevices) {
    const entity = valueOf(device.facts.connect)?.as('switch');
    if (entity === undefined) continue;
    const guests = users.get(entity) ?? new Set<Guest>();
    users.set(entity, guests.add(device.guest));
  }
  return users;
}

function isUsedByOthers(users: ReadonlySet<Guest> | undefined, { device }: Assignment): boolean {
  return users !== undefined && (users.size > 1 || !users.has(device.guest));
}
