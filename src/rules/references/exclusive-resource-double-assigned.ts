import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { type PhysicalFunction, type VirtualFunction, virtualFunction } from '../../core/model/function.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, pairOf, type Report, related } from '../rule.js';
import { type Assignment, assignments, isStandby, takenAt } from '../support/assignments.js';
import { type Claim, namedClaims } from '../support/claims.js';
import { ownerConflicts } from '../support/drive-owners.js';
import { onHost } from '../support/examples.js';
import { gpuUsers } from '../support/gpu.js';
import { hostUses } from '../support/host-uses.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

const messages = {
  two: '{resource} can have one user, but {a} and {b} both take it.',
  copies: '{resource} can have one user, but all {count} copies of {a} take it.',
  hostUse: '{resource} is given to {a}, but it {use}.',
  part: '{resource} is given to {a} as a whole, but {b} has a part of it.',
} as const;

export const exclusiveResourceDoubleAssigned = defineRule({
  id: 'IOVT109',
  name: 'exclusive-resource-double-assigned',
  title: 'One exclusive resource, two users',
  severity: 'error',
  group: 'references',
  messages,
  docs: {
    why: 'The second user fails to start: libvirt, Proxmox and device plugins refuse a function, mediated device or GPU instance that is in use, a macvlan device in passthru mode takes one child, and a vhost-user socket serves one device. SPDK takes a drive with all of its namespaces from the kernel, and a service partition its adapters. A function that goes to a guest is gone for the host as well.',
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
      onHost({
        devices: { hba0: { kind: 'hba' }, d0: { kind: 'disk', at: 'hba0' } },
        volumes: { images: { kind: 'filesystem', on: 'd0' } },
        guests: {
          a: { devices: { disks: { technique: 'passthrough', from: 'hba0' } } },
          b: { devices: { vda: { technique: 'virtio-blk', media: 'images' } } },
        },
      }),
      onHost({
        devices: { gpu0: { kind: 'gpu', partitions: { g0: { type: '3g.20gb' } } } },
        guests: {
          a: { devices: { gpu: { technique: 'mig', from: 'gpu0/g0' } } },
          b: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } },
        },
      }),
      onHost({
        devices: { ssd0: { kind: 'nvme' } },
        controllers: {
          spdk0: { kind: 'vhost-user', implementation: 'spdk', devices: ['ssd0'] },
          spdk1: { kind: 'vhost-user', implementation: 'spdk', devices: ['ssd0'] },
        },
      }),
      onHost({
        devices: { ssd0: { kind: 'nvme' } },
        volumes: { vg0: { kind: 'lvm', on: 'ssd0' } },
        controllers: { spdk0: { kind: 'vhost-user', implementation: 'spdk', devices: ['ssd0'] } },
        guests: { a: { devices: { vda: { technique: 'virtio-blk', media: 'vg0' } } } },
      }),
      onHost({
        guests: {
          a: { devices: { v: { technique: 'virtio-vsock', cid: 5 } } },
          b: { devices: { v: { technique: 'virtio-vsock', cid: 5 } } },
        },
      }),
      onHost({
        hypervisor: 'powervm',
        devices: { fc0: { kind: 'hba' } },
        controllers: { vios1: { kind: 'vios', devices: ['fc0'] }, vios2: { kind: 'vios', devices: ['fc0'] } },
      }),
    ],
    good: [
      onHost({
        devices: { gpu0: { kind: 'gpu', sharing: 'time-slice' } },
        guests: {
          a: { kind: 'container', count: 4, devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } },
          b: { kind: 'container', devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } },
        },
      }),
      onHost({
        devices: { n: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['n/p0/vf0'] } },
        guests: { a: { count: 3, devices: { eth0: { technique: 'sriov-vf', from: 'n/p0' } } } },
      }),
      onHost({
        devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {} } } },
        volumes: { vg0: { kind: 'lvm', on: 'ssd0' } },
        controllers: { spdk0: { kind: 'vhost-user', implementation: 'spdk', devices: ['ssd0'] } },
        guests: {
          a: {
            memory: { shared: true },
            devices: { vda: { technique: 'virtio-blk', media: 'vg0', backend: 'vhost-user', controller: 'spdk0' } },
          },
        },
      }),
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
    owned(topology, report);
    for (const claims of namedClaims(topology)) conflicts(report, claims);
  },
});

/** Functions, VFs among them, that several guests take, or a guest and the host. */
function functions(topology: Topology, report: Report<typeof messages>): void {
  const given = assignments(topology);
  const spoken = new Set<string>();
  const isFirst = (...words: readonly string[]) => {
    const key = words.join(' ');
    return !spoken.has(key) && spoken.add(key) !== undefined;
  };
  for (const member of given.members) {
    const takers = given.of(member).filter((assignment) => !isStandby(assignment));
    const [first] = takers;
    if (first === undefined || takesTurns(member, takers)) continue;
    if (takers.length > 1) several(topology, report, first, takers, isFirst);
    const { device } = first;
    const part = member.kind === 'vf' ? undefined : partTaker(topology, member, device);
    const use = hostUses(device.guest.host).get(member);
    if (part === undefined && use === undefined) continue;
    const at = placeOfFact(device.facts.from, device);
    const resource = nameOf(member);
    if (part !== undefined && isFirst('part', device.path)) {
      const extras = { entity: device, related: [related('{b} takes a part of it here', takenAt(part), { b: part.path })] };
      report('part', at, { resource, a: device.path, b: part.path }, extras);
    }
    if (use === undefined || use.user === device || !isFirst('host', device.path)) continue;
    report(
      'hostUse',
      at,
      { resource, a: device.path, use: use.how },
      { entity: device, subjects: [device.path, pairOf(device, member)], related: [related('used here', use.at)] },
    );
  }
}

/** All copies of a declaration take the same; it is reported for the declaration, and once where several functions are concerned. */
function several(
  topology: Topology,
  report: Report<typeof messages>,
  { device: a, member }: Assignment,
  takers: readonly Assignment[],
  isFirst: (...words: readonly string[]) => boolean,
): void {
  const resource = nameOf(member);
  const copies = new Map<VirtualDevice, number>();
  for (const { device } of takers) copies.set(device, (copies.get(device) ?? 0) + 1);
  for (const [device, count] of copies) {
    const at = placeOfFact(device.facts.from, device);
    if (device !== a && isFirst(a.path, device.path)) {
      report(
        'two',
        at,
        { resource, a: a.path, b: device.path },
        {
          entity: device,
          related: [related('{a} takes it here', placeOfFact(a.facts.from, a), { a: a.path })],
          fixes: nextFree(topology, device, member),
        },
      );
    }
    if (count > 1 && isFirst('copies', device.path)) {
      const args = { resource, a: device.guest.path, count: device.guest.count };
      report('copies', at, args, { entity: device, fixes: fromPool(device, member) });
    }
  }
}

/** A GPU that containers use in turns, or through MPS, has as many users as come; another rule says what that means for tenants. */
function takesTurns(member: Assignment['member'], takers: readonly Assignment[]): boolean {
  const sharing = valueOf(member.device.facts.sharing);
  return (sharing === 'time-slice' || sharing === 'mps') && takers.every(({ isVfio }) => isVfio !== true);
}

/** Who has a MIG instance or a mediated device of a GPU. */
function partTaker(topology: Topology, { device }: PhysicalFunction, whole: VirtualDevice): VirtualDevice | undefined {
  if (device.deviceKind !== 'gpu' && device.deviceKind !== 'accelerator') return undefined;
  const { mig, mediated } = gpuUsers(topology, device);
  return [...mig, ...mediated].find((user) => user !== whole && !isStandby({ device: user }));
}

/** Drives and adapters that a process or a service partition has for itself, and somebody else has as well. */
function owned(topology: Topology, report: Report<typeof messages>): void {
  for (const host of topology.hosts) {
    const spoken = new Set<string>();
    for (const { member, owner, other } of ownerConflicts(host)) {
      const [a, user] = [owner.controller, 'controller' in other ? other.controller : other.user];
      if (spoken.has(`${a.path} ${user.path}`)) continue;
      spoken.add(`${a.path} ${user.path}`);
      const args = { resource: nameOf(member), a: a.path };
      const extras = { entity: user, related: [related('{a} takes it here', owner.at, { a: a.path })] };
      if ('controller' in other) report('two', other.at, { ...args, b: user.path }, extras);
      else report('hostUse', other.at, { ...args, use: other.how }, extras);
    }
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
