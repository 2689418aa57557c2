import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import { portAcs } from '../../core/model/group-prediction.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import { fallbackFor } from '../feasibility/fallback-ladder.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, isVfioDriver, ownerName, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { assignmentsByGroup, groupKey, groupName, groupSubject, type Member, whyGrouped } from '../support/groups.js';
import { toOneGuest } from '../support/hand-over.js';
import { hostUses } from '../support/host-uses.js';
import { uniqueBy } from '../support/maps.js';
import { movesTo } from '../support/slots.js';
import { fixOf } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { listed, relatedPlaces } from '../support/words.js';

const nicBelow = (acs: boolean) => ({
  pcie: { rp0: { kind: 'root-port', acs } },
  devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
  guests: {
    a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/vf0', vlan: 100 } } },
    b: { tenant: 'red', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/vf1', vlan: 200 } } },
  },
});
const tenants = { tenants: { blue: {}, red: {} } };

export const iommuGroupSplit = defineRule({
  id: 'IOVT202',
  name: 'iommu-group-split',
  title: 'One IOMMU group, two owners',
  severity: 'error',
  group: 'dma',
  messages: {
    two: '{ownerA} has {a} and {ownerB} has {b}, but both are in {group}, which only one guest can have.',
    many: '{n} guests have functions of {group}, which only one can have: {owners}.',
    platform: '{ownerA} has {a}, and on the host {b} {use}, but both are in {group}, which has one owner.',
  },
  docs: {
    why: 'The group is the smallest set of functions that the IOMMU keeps apart from the rest, and VFIO hands it out as a whole: functions in it may reach each other by DMA that bypasses the IOMMU. libvirt refuses to share a group between guests. Where a port above a NIC lacks ACS, the PF and all of its VFs are one group.',
    fix: 'Give the whole group to one guest, move the card to a slot whose ports have ACS, or connect the other guests by virtio.',
    sources: [
      'Linux Documentation/driver-api/vfio, "Groups, Devices, and IOMMUs"',
      'Linux drivers/iommu/iommu.c, pci_device_group',
      'libvirt virhostdev.c',
    ],
  },
  examples: {
    bad: [
      onHost(nicBelow(false), tenants),
      onHost({
        pcie: { rp0: { kind: 'root-port', acs: false } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
        guests: { a: { count: 3, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', functions: { f0: { group: 14 }, f1: { group: 14 } } } },
        guests: {
          a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f0' } } },
          b: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f1' } } },
        },
      }),
    ],
    good: [
      onHost(nicBelow(true), tenants),
      onHost({
        pcie: { rp0: { kind: 'root-port' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
        guests: { a: { count: 3, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const users of assignmentsByGroup(topology).values()) {
      // One function with two owners is another rule's.
      const list = users.length === 1 ? users : uniqueBy(users, ({ member }) => member);
      const [first] = list;
      if (first === undefined) continue;
      const other = list.find(({ instance }) => instance.guest !== first.instance.guest);
      const host = other === undefined ? drivenByHost(first) : undefined;
      if (other === undefined && host === undefined) continue;
      const group = groupName(first.member);
      const subjects = [groupSubject(first.member)];
      if (other !== undefined) {
        const owners = uniqueBy(list, ({ instance }) => instance.guest);
        const others = list.filter(({ instance, device }) => instance.guest !== first.instance.guest && device !== other.device);
        const declared = uniqueBy(others, ({ device }) => device);
        const place = takenAt(other.device);
        const extras = {
          entity: other.device,
          subjects,
          related: [
            ...whyGrouped(first.member),
            ...relatedPlaces(
              [first, ...declared].filter(({ device }) => device !== other.device),
              placeOf,
            ),
          ],
          fixes: [
            ...moveAway(other.member, list),
            ...(declared.length === 0 ? toOneGuest(first.device, other.device) : []),
            ...fallback(topology, [other, ...declared]),
          ],
        };
        if (owners.length === 2) {
          report(
            'two',
            place,
            { ownerA: ownerName(first), a: nameOf(first.member), ownerB: ownerName(other), b: nameOf(other.member), group },
            extras,
          );
        } else {
          report('many', place, { n: owners.length, group, owners: listed(owners.map(ownerName)) }, extras);
        }
        continue;
      }
      if (host === undefined) continue;
      report(
        'platform',
        takenAt(first.device),
        { ownerA: ownerName(first), a: nameOf(first.member), group, ...host.args },
        {
          entity: first.device,
          subjects,
          related: [...whyGrouped(first.member), related('used here', host.at)],
          fixes: moveAway(first.member, list),
        },
      );
    }
  },
});

function placeOf(assignment: Assignment) {
  const { device, member } = assignment;
  return related('{owner} has {member}', takenAt(device), { owner: ownerName(assignment), member: nameOf(member) });
}

/** A member of the same group that a process of the host drives through VFIO. */
function drivenByHost({ member }: Assignment) {
  const host = member.device.host;
  for (const [other, use] of hostUses(host)) {
    const driver = valueOf(other.facts.driver);
    if (driver === undefined || !isVfioDriver(driver) || groupKey(other) !== groupKey(member)) continue;
    return { args: { b: other.path, use: use.how }, at: use.at };
  }
  return undefined;
}

/** Another slot helps where the port is to blame, not the card. */
function moveAway(member: Member, list: readonly Assignment[]): Fix[] {
  const isAlone = list.every((assignment) => assignment.member.device === member.device);
  if (isAlone && list.some((assignment) => assignment.member.kind === 'function')) return [];
  return movesTo(member.device, (slot: PciePort) => [slot, ...portsAbove(slot)].every((port) => portAcs(port) === true));
}

/** Offers for more guests than this would be a new design, not a fix. */
const MOST_REATTACHED = 8;

function fallback(topology: Topology, list: readonly Assignment[]): Fix[] {
  const devices = [...new Set(list.map(({ device }) => device))];
  const offers = devices.slice(0, MOST_REATTACHED).map((device) => fallbackFor(device, topology));
  if (devices.length > MOST_REATTACHED || offers.some((offer) => offer === undefined)) return [];
  const changes = offers.flatMap((offer) => offer?.changes ?? []);
  const what = listed(offers.flatMap((offer) => offer?.what ?? []));
  return fixOf('Connect {devices} by {what}', { devices: listed(devices.map(({ path }) => path)), what }, ...changes);
}
