import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { pciFunctions } from '../../core/model/group-prediction.js';
import type { Guest } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import { devicesAbove } from '../../core/model/pcie.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { Place } from '../../core/text/source.js';
import { defineRule, pairOf, related } from '../rule.js';
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
  mutedBy: ['exclusive-resource-double-assigned'],
  messages: {
    itself: '{guest} takes {a}, which is {role} of {host}.',
    along: '{guest} takes {b} along with {a}, because both are in {group}; {b} is {role} of {host}.',
    switch: '{guest} takes {b}, the only uplink of {switch}, which other guests use.',
    switchAlong:
      '{guest} takes {b} along with {a}, because both are in {group}; {b} is the only uplink of {switch}, which other guests use.',
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
      onHost({
        devices: { hba: { kind: 'hba' }, d0: { kind: 'disk', at: 'hba', role: 'boot-disk' } },
        guests: { a: { devices: { disks: { technique: 'passthrough', from: 'hba' } } } },
      }),
    ],
    good: [
      onHost({
        devices: { hba: { kind: 'hba' }, d0: { kind: 'disk', role: 'boot-disk' } },
        guests: { a: { devices: { disks: { technique: 'passthrough', from: 'hba' } } } },
      }),
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
      const roles = rolesOf(host);
      for (const fn of pciFunctions(host)) {
        const list = byGroup.get(groupSubject(fn));
        const first = given.of(fn).find(({ isVfio }) => isVfio === true) ?? list?.[0];
        if (first === undefined || list === undefined) continue;
        // That a guest takes an uplink of the host is said where the function is given twice.
        const cause = [groupSubject(fn), ...(first.member === fn ? [pairOf(first.device, fn)] : [])];
        const args = { guest: first.instance.guest.path, a: nameOf(first.member), b: nameOf(fn), group: groupName(fn), host: host.path };
        const place = takenAt(first.device);
        const role = roles.get(fn);
        const uplink = uplinks.get(fn);
        if (role !== undefined) {
          const why = [
            related('{fn}: {role}', role.at, { fn: role.name, role: role.words }),
            ...(first.member === fn ? [] : whyGrouped(fn)),
          ];
          report(
            first.member === fn ? 'itself' : 'along',
            place,
            { ...args, role: role.words },
            {
              entity: first.device,
              subjects: role.isUplink ? cause : [groupSubject(fn)],
              related: why,
            },
          );
        } else if (uplink !== undefined && isUsedByOthers(users.get(uplink.entity), first)) {
          const why = [related('its only uplink', uplink.at), ...(first.member === fn ? [] : whyGrouped(fn))];
          report(
            first.member === fn ? 'switch' : 'switchAlong',
            place,
            { ...args, switch: uplink.entity.path },
            { entity: first.device, subjects: cause, related: why },
          );
        }
      }
    }
  },
});

interface Role {
  /** What has the role: the function itself, or a disk that hangs on it. */
  readonly name: string;
  readonly words: string;
  readonly at: Place;
  /** It is nothing but the uplink of a vSwitch. */
  readonly isUplink: boolean;
}

/** A role of a device holds for all of its functions where they do not say their own, and for the adapter that it hangs on. */
function rolesOf(host: Host): Map<PhysicalFunction, Role> {
  const roles = new Map<PhysicalFunction, Role>();
  const add = (fn: PhysicalFunction, role: Role | undefined) => {
    if (role !== undefined && !roles.has(fn)) roles.set(fn, role);
  };
  for (const device of host.devices) {
    const own = roleIn(device.facts.role, device, '');
    for (const fn of device.functions)
      add(fn, fn.facts.role.state === 'known' ? roleIn(fn.facts.role, fn, nameOf(fn)) : named(own, nameOf(fn)));
  }
  for (const device of host.devices) {
    const own = roleIn(device.facts.role, device, device.path);
    if (own === undefined) continue;
    for (const fn of devicesAbove(device).flatMap(({ functions }) => functions)) {
      add(fn, { name: own.name, words: `the adapter of ${device.path}, ${own.words}`, at: own.at, isUplink: false });
    }
  }
  return roles;
}

function named(role: Role | undefined, name: string): Role | undefined {
  return role === undefined ? undefined : { name, words: role.words, at: role.at, isUplink: role.isUplink };
}

function roleIn(fact: PhysicalFunction['facts']['role'], entity: PhysicalFunction | Device, name: string): Role | undefined {
  if (fact.state !== 'known') return undefined;
  const list: readonly string[] = typeof fact.value === 'string' ? [fact.value] : fact.value;
  if (list.length === 0) return undefined;
  return {
    name,
    words: list.map((role) => ROLE_WORDS[role] ?? role).join(' and '),
    at: placeOfFact(fact, entity),
    isUplink: list.every((role) => role === 'vswitch-uplink'),
  };
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
