import type { Entity } from '../../core/model/entity.js';
import { type PhysicalFunction, type VirtualFunction, virtualFunction } from '../../core/model/function.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, type Report, related } from '../rule.js';
import { type Assignment, assignments, isStandby } from '../support/assignments.js';
import { type Claim, namedClaims } from '../support/claims.js';
import { hostUses } from '../support/host-uses.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

const messages = {
  two: '{resource} can have one user, but {a} and {b} both take it.',
  copies: '{resource} can have one user, but all {count} copies of {a} take it.',
  hostUse: '{resource} is given to {a}, but it {use}.',
} as const;

export const exclusiveResourceDoubleAssigned = defineRule({
  id: 'IOVT109',
  name: 'exclusive-resource-double-assigned',
  title: 'One exclusive resource, two users',
  severity: 'error',
  group: 'references',
  messages,
  docs: {
    why: 'The second user fails to start: libvirt, Proxmox and device plugins refuse a function, mediated device or GPU instance that is in use, a macvlan device in passthru mode takes one child, and a vhost-user socket serves one device. A function that goes to a guest is gone for the host as well.',
    fix: 'Give the second user a resource of its own, or draw it from the pool by naming the port instead of one VF. Guests that never run at the same time are marked `"standby": true`.',
    sources: [
      'libvirt virhostdev.c',
      'Proxmox VE qemu-server PCI.pm',
      'Linux drivers/net/macvlan.c',
      'Open vSwitch Documentation/topics/dpdk/vhost-user',
    ],
  },
  examples: {
    bad: [
      `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 4 } } },
  "guests": {
    "a": { "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/vf1" } } },
    "b": { "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/vf1" } } }
  } } } }`,
      `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 4 } } },
  "guests": { "a": { "count": 3, "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/vf1" } } } } } } }`,
      `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "ports": { "p0": {} } } },
  "switches": { "tap0": { "kind": "macvtap", "uplinks": ["nic0/p0"], "mode": "passthru" } },
  "guests": {
    "a": { "devices": { "eth0": { "technique": "virtio-net", "connect": "tap0" } } },
    "b": { "devices": { "eth0": { "technique": "virtio-net", "connect": "tap0" } } }
  } } } }`,
      `{ "iovt": "1", "hosts": { "h1": {
  "switches": { "br0": { "kind": "ovs-dpdk", "cpus": "2" } },
  "guests": {
    "a": { "memory": { "shared": true }, "devices": { "eth0": { "technique": "virtio-net", "backend": "vhost-user", "connect": "br0", "path": "/run/vhost0" } } },
    "b": { "memory": { "shared": true }, "devices": { "eth0": { "technique": "virtio-net", "backend": "vhost-user", "connect": "br0", "path": "/run/vhost0" } } }
  } } } }`,
      `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "ports": { "p0": {} } } },
  "switches": { "br0": { "kind": "linux-bridge", "uplinks": ["nic0/p0"] } },
  "guests": { "a": { "devices": { "eth0": { "technique": "passthrough", "from": "nic0" } } } } } } }`,
    ],
    good: [
      `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 4 } } },
  "guests": {
    "a": { "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/vf1" } } },
    "b": { "count": 3, "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0" } } }
  } } } }`,
      `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 4 } } },
  "guests": {
    "a": { "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/vf1" } } },
    "a-old": { "standby": true, "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/vf1" } } }
  } } } }`,
    ],
  },
  check(topology, report) {
    functions(topology, report);
    for (const claims of namedClaims(topology)) conflicts(report, claims);
  },
});

/** Functions, VFs among them, that several guests take, or a guest and the host. */
function functions(topology: Topology, report: Report<typeof messages>): void {
  const given = assignments(topology);
  const spoken = new Set<string>();
  const seen = new Set<Assignment['member']>();
  for (const { member } of given.all) {
    if (seen.has(member)) continue;
    seen.add(member);
    const takers = given.of(member).filter((assignment) => !isStandby(assignment));
    const [first, second] = takers;
    if (first === undefined) continue;
    // All copies of a declaration take the same; it is reported for the declaration, and once where several functions are concerned.
    const others = new Set(takers.map(({ device }) => device));
    others.delete(first.device);
    for (const other of others) {
      if (spoken.has(`${first.device.path} ${other.path}`)) continue;
      spoken.add(`${first.device.path} ${other.path}`);
      const args = { resource: nameOf(member), a: first.device.path, b: other.path };
      const extras = {
        related: [related('{a} takes it here', placeOfFact(first.device.facts.from, first.device), { a: first.device.path })],
      };
      report('two', placeOfFact(other.facts.from, other), args, { ...extras, entity: other, fixes: nextFree(topology, other, member) });
    }
    if (second?.device === first.device && !spoken.has(first.device.path)) {
      spoken.add(first.device.path);
      const { device } = first;
      const args = { resource: nameOf(member), a: device.guest.path, count: device.guest.count };
      report('copies', placeOfFact(device.facts.from, device), args, { entity: device, fixes: fromPool(device, member) });
    }
    const use = hostUses(first.device.guest.host).get(member);
    if (use === undefined || use.user === first.device || spoken.has(`host ${first.device.path}`)) continue;
    spoken.add(`host ${first.device.path}`);
    const extras = { entity: first.device, related: [related('used here', use.at)] };
    report(
      'hostUse',
      placeOfFact(first.device.facts.from, first.device),
      { resource: nameOf(member), a: first.device.path, use: use.how },
      extras,
    );
  }
}

function nextFree(topology: Topology, device: VirtualDevice, member: PhysicalFunction | VirtualFunction) {
  const { from } = device.facts;
  if (member.kind !== 'vf' || from.state !== 'known' || !isInDocument(from.at)) return [];
  const given = assignments(topology);
  for (let i = 0; i < Math.min(member.fn.numVfs, MAX_VFS_LISTED); i++) {
    const vf = virtualFunction(member.fn, i);
    if (vf === undefined || given.of(vf).length > 0) continue;
    const next = from.value.text.replace(/vf\d+$/, vf.id);
    return fixOf('Take "{next}", which is free', { next }, { kind: 'text', at: from.at, newText: JSON.stringify(next) });
  }
  return [];
}

/** Without the name of a VF every copy is given one of its own. */
function fromPool(device: VirtualDevice, member: PhysicalFunction | VirtualFunction) {
  const { from } = device.facts;
  const pool = from.state === 'known' ? from.value.text.replace(/\/vf\d+$/, '') : '';
  if (member.kind !== 'vf' || from.state !== 'known' || !isInDocument(from.at) || pool === from.value.text) return [];
  return fixOf('Draw a VF for each copy from "{pool}"', { pool }, { kind: 'text', at: from.at, newText: JSON.stringify(pool) });
}

function conflicts(report: Report<typeof messages>, claims: readonly Claim[]): void {
  const [first, ...others] = claims as [Claim, ...Claim[]];
  const name = (user: Entity) => user.path;
  if (first.copies > 1) {
    const args = { resource: first.resource, a: name(first.guest), count: first.copies };
    report('copies', first.at, args, { entity: first.user, fixes: first.fixes ?? [] });
  }
  for (const other of others) {
    const extras = {
      entity: other.user,
      related: [related('{a} takes it here', first.at, { a: name(first.user) })],
      fixes: other.fixes ?? [],
    };
    report('two', other.at, { resource: first.resource, a: name(first.user), b: name(other.user) }, extras);
  }
}
