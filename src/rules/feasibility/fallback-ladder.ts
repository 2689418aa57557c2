import type { Change } from '../../core/diagnostics/diagnostic.js';
import { instancesOf, poolOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Json } from '../../core/text/tree.js';
import { techniques } from '../../techniques/index.js';
import { type Offer, replacing } from '../support/attach.js';
import { freeVfs, functionsElsewhere, referenceTo } from '../support/elsewhere.js';
import { freshId } from '../support/free.js';
import { hostUses } from '../support/host-uses.js';
import { hasSriovOffInFirmware, lacksIommu, lacksSriov } from '../support/obstacles.js';
import { hasVlan, isOnSameNetwork, keepingVlan, mayBeOnSameNetwork } from '../support/same-network.js';
import { setting } from '../support/text.js';

/** One way to attach a device. */
interface Rung {
  readonly carries: 'network' | 'storage' | 'compute';
  /** Undefined where the host does not have what it needs. */
  offer(device: VirtualDevice, topology: Topology): Offer | undefined;
}

/** A VF of another function that has enough of them free. Loses nothing. */
const vfElsewhere: Rung = {
  carries: 'network',
  offer(device, topology) {
    const { host } = device.guest;
    if (device.technique?.takes !== 'vf' || lacksIommu(host) || hasSriovOffInFirmware(host) || wantsLiveMigration(device)) return undefined;
    const fn = functionsElsewhere(device, topology).find((other) => mayBeOnSameNetwork(device, other, topology));
    if (fn === undefined) return undefined;
    const from = referenceTo(fn);
    return { what: `a VF of ${from}`, changes: [setting(device, ['from'], from)] };
  },
};

/** Rings of the guest's virtio driver that the card works itself. Loses some operations of the platform. */
const vdpa: Rung = {
  carries: 'network',
  offer(device, topology) {
    const { host, facts } = device.guest;
    const isOut = lacksIommu(host) || hasSriovOffInFirmware(host) || valueOf(facts.kind) === 'container' || !hasVirtio(device);
    const fn = isOut ? undefined : vdpaFunctions(device, topology)[0];
    if (fn === undefined) return undefined;
    const from = referenceTo(fn);
    return { what: `vDPA on ${from}`, changes: [replacing(device, 'vdpa-hw', { from, connect: switchOn(fn)?.id ?? '' })] };
  },
};

/** The switch that the representors of a function join: in switchdev mode a VF reaches nothing without it. */
function switchOn(fn: PhysicalFunction): Switch | undefined {
  const user = hostUses(fn.device.host).get(fn)?.user;
  return user?.kind === 'switch' ? (user as Switch) : undefined;
}

/** Functions in switchdev mode of cards that speak virtio, with a VF for each copy; those that the device has now count as free. */
function vdpaFunctions(device: VirtualDevice, topology: Topology): PhysicalFunction[] {
  const own = instancesOf(device).map(({ vf }) => vf?.fn);
  return device.guest.host.devices
    .filter(({ facts }) => valueOf(facts.vdpa) === true)
    .flatMap(({ functions }) => functions)
    .filter((fn) => !lacksSriov(fn) && valueOf(fn.facts.sriov.eswitch) === 'switchdev' && switchOn(fn) !== undefined)
    .filter((fn) => mayBeOnSameNetwork(device, fn, topology))
    .filter((fn) => freeVfs(topology, fn) + own.filter((held) => held === fn).length >= device.guest.count);
}

/** A polling switch in user space. Loses cores; the switch joins what the tenant trusts. */
const vhostUser: Rung = {
  carries: 'network',
  offer(device, topology) {
    const entity = switchOf(device, topology, 'ovs-dpdk', 'vpp');
    const { memory, facts } = device.guest;
    const isShared = valueOf(memory.shared) === true || memory.hugepages.state !== 'unknown';
    if (entity === undefined || !isShared || valueOf(facts.kind) === 'container' || !hasVirtio(device)) return undefined;
    return virtio(device, { backend: 'vhost-user', connect: entity.id }, `virtio-net on ${entity.id} over vhost-user`);
  },
};

/** A kernel switch that is there. Loses CPU for each packet; the kernel joins what the tenant trusts. Needs no IOMMU. */
const kernelSwitch: Rung = {
  carries: 'network',
  offer: (device, topology) => (hasVirtio(device) ? onKernelSwitch(device, topology, paravirtual(device)) : undefined),
};

/** Taps on a port that has some. The guest does not reach its host, and no switch enforces anything. */
const macvtap: Rung = {
  carries: 'network',
  offer: (device, topology) => (hasVirtio(device) ? onMacvtap(device, topology, paravirtual(device)) : undefined),
};

/** A bridge on the port that the VF would have come from, where nothing else uses it. */
const newBridge: Rung = {
  carries: 'network',
  offer: (device) => (hasVirtio(device) ? onNewBridge(device, paravirtual(device)) : undefined),
};

/** A NIC that every system has a driver for, by the same ways. Loses most of the rate: several exits for each packet. */
const emulated: Rung = {
  carries: 'network',
  offer(device, topology) {
    if (valueOf(device.guest.facts.kind) === 'container') return undefined;
    const e1000: Attached = { technique: 'emulated-nic', values: { model: 'e1000' }, name: 'an emulated e1000' };
    const switched = onKernelSwitch(device, topology, e1000) ?? onMacvtap(device, topology, e1000) ?? onNewBridge(device, e1000);
    // The network stack of QEMU itself needs nothing of the host.
    return (
      switched ?? {
        what: `${e1000.name} behind the stack of QEMU`,
        changes: [replacing(device, e1000.technique, { ...e1000.values, backend: 'slirp' })],
      }
    );
  },
};

/** A disk on the drive, served in user space. Loses a core. */
const spdk: Rung = {
  carries: 'storage',
  offer(device) {
    const { host, memory } = device.guest;
    const controller = host.controllers.find(({ controllerKind }) => controllerKind === 'vhost-user');
    const isShared = valueOf(memory.shared) === true || memory.hugepages.state !== 'unknown';
    if (controller === undefined || !isShared) return undefined;
    return disk(device, { backend: 'vhost-user', controller: controller.id }, `virtio-blk served by ${controller.id}`);
  },
};

/** A disk on the drive, served by an iothread. Loses CPU for each request. */
const iothread: Rung = {
  carries: 'storage',
  offer(device) {
    const controller = device.guest.host.controllers.find(({ controllerKind }) => controllerKind === 'iothread');
    const served: Record<string, Json> = controller === undefined ? {} : { controller: controller.id };
    return disk(
      device,
      { ...served, cache: 'none', io: 'native' },
      controller === undefined ? 'virtio-blk' : `virtio-blk on ${controller.id}`,
    );
  },
};

/** A hardware partition that is free. */
const migInstance: Rung = {
  carries: 'compute',
  offer(device, topology) {
    if (!techniques.has('mig')) return undefined;
    const taken = new Set(topology.virtualDevices.map(({ facts }) => valueOf(facts.from)?.target));
    const partition = physicalOf(device)
      .flatMap(({ partitions }) => partitions)
      .find((candidate) => !taken.has(candidate));
    if (partition === undefined || device.guest.count > 1) return undefined;
    const from = `${partition.device.id}/${partition.id}`;
    return { what: `the MIG instance ${from}`, changes: [replacing(device, 'mig', { from })] };
  },
};

/** A mediated device. The vendor driver keeps the guests apart. */
const mediated: Rung = {
  carries: 'compute',
  offer(device) {
    const type = techniques.has('mdev') ? physicalOf(device).flatMap(({ mediatedTypes }) => mediatedTypes)[0] : undefined;
    if (type === undefined) return undefined;
    const from = `${type.device.id}/${type.id}`;
    return { what: `a mediated device of type ${from}`, changes: [replacing(device, 'mdev', { from })] };
  },
};

/** Drawing in software. Loses 3D performance. */
const virtioGpu: Rung = {
  carries: 'compute',
  offer: (device) => {
    const isGpu = physicalOf(device).some(({ deviceKind }) => deviceKind === 'gpu');
    return techniques.has('virtio-gpu') && isGpu
      ? { what: 'virtio-gpu', changes: [replacing(device, 'virtio-gpu', { from: undefined })] }
      : undefined;
  },
};

/**
 * Ways to attach a device, best first for each kind. The first that the host has is offered. What each needs and loses has
 * sources (Linux, Open vSwitch, SPDK and Proxmox documentation); the order is engineering judgement.
 */
const ladder: readonly Rung[] = [
  vfElsewhere,
  vdpa,
  vhostUser,
  kernelSwitch,
  macvtap,
  newBridge,
  emulated,
  spdk,
  iothread,
  migInstance,
  mediated,
  virtioGpu,
];

/** Rungs on which a switch of the host sees every frame. */
const switched: ReadonlySet<Rung> = new Set([vhostUser, kernelSwitch, newBridge]);

/** The best way left for a device that cannot have what it asks for. */
export function fallbackFor(device: VirtualDevice, topology: Topology, { withSwitch = false } = {}): Offer | undefined {
  const carries = carriedBy(device);
  for (const rung of ladder) {
    if (withSwitch && !switched.has(rung)) continue;
    const offer = rung.carries === carries ? rung.offer(device, topology) : undefined;
    if (offer !== undefined) return offer;
  }
  return undefined;
}

/** Techniques that carry anything carry what the device is that they take. */
function carriedBy(device: VirtualDevice): Rung['carries'] | undefined {
  const [kind] = physicalOf(device).map(({ deviceKind }) => deviceKind);
  if (kind === 'nic' || kind === 'dpu') return 'network';
  if (kind === 'nvme' || kind === 'disk' || kind === 'hba') return 'storage';
  return kind === 'gpu' || kind === 'accelerator' ? 'compute' : undefined;
}

/** The physical device that a virtual one asks for. */
function physicalOf(device: VirtualDevice): readonly Device[] {
  const target = valueOf(device.facts.from)?.as('device', 'function', 'vf', 'nic-port', 'partition', 'mediated-type');
  return target === undefined ? [] : [target.kind === 'device' ? target : target.device];
}

function wantsLiveMigration(device: VirtualDevice): boolean {
  return valueOf(device.guest.facts.migration) === 'live';
}

/** A switch of one of these kinds on the network of the wanted port, one with that very port as uplink before others. */
function switchOf(device: VirtualDevice, topology: Topology, ...kinds: readonly string[]): Switch | undefined {
  const { host } = device.guest;
  const candidates = host.switches.filter(
    (entity) =>
      kinds.includes(entity.switchKind ?? '') && isOnSameNetwork(device, entity, topology) && keepingVlan(device, entity) !== undefined,
  );
  const wanted = new Set(poolOf(device));
  const users = new Set(
    [...hostUses(host)].flatMap(([member, { user }]) => (member.kind === 'function' && wanted.has(member) ? [user] : [])),
  );
  return candidates.find((entity) => users.has(entity)) ?? candidates[0];
}

/** A NIC of the guest as its driver sees it. */
interface Attached {
  readonly technique: string;
  readonly values: Readonly<Record<string, Json>>;
  /** As a sentence names it. */
  readonly name: string;
}

function paravirtual(device: VirtualDevice): Attached {
  const technique = valueOf(device.guest.facts.kind) === 'container' ? 'veth' : 'virtio-net';
  return { technique, values: {}, name: technique };
}

/** Nobody says that its system lacks the drivers; containers need none. */
function hasVirtio({ guest }: VirtualDevice): boolean {
  return valueOf(guest.facts.virtioDrivers) !== false || valueOf(guest.facts.kind) === 'container';
}

function onKernelSwitch(device: VirtualDevice, topology: Topology, nic: Attached): Offer | undefined {
  const entity = switchOf(device, topology, 'linux-bridge', 'ovs-kernel');
  return entity === undefined ? undefined : connected(device, nic, entity.id, keepingVlan(device, entity) ?? []);
}

function onMacvtap(device: VirtualDevice, topology: Topology, nic: Attached): Offer | undefined {
  const entity = hasVlan(device) ? undefined : switchOf(device, topology, 'macvtap');
  if (entity === undefined || valueOf(device.guest.facts.kind) === 'container' || valueOf(entity.facts.mode) === 'passthru')
    return undefined;
  return connected(device, nic, entity.id, []);
}

function onNewBridge(device: VirtualDevice, nic: Attached): Offer | undefined {
  const { host } = device.guest;
  const fn = poolOf(device).find((candidate) => candidate.device.deviceKind === 'nic' && !hostUses(host).has(candidate));
  if (fn === undefined) return undefined;
  const port = fn.port === undefined ? fn.device.id : `${fn.device.id}/${fn.port.id}`;
  const id = freshId(host, `br-${fn.device.id}`);
  const filtering: Record<string, Json> = hasVlan(device) ? { vlanFiltering: true } : {};
  return connected(device, nic, id, [setting(host, ['switches', id], { kind: 'linux-bridge', uplinks: [port], ...filtering })]);
}

function connected(device: VirtualDevice, nic: Attached, connect: string, first: readonly (Change | undefined)[]): Offer {
  return { what: `${nic.name} on ${connect}`, changes: [...first, replacing(device, nic.technique, { ...nic.values, connect })] };
}

function virtio(device: VirtualDevice, values: Readonly<Record<string, Json>>, what: string): Offer {
  return { what, changes: [replacing(device, 'virtio-net', values)] };
}

function disk(device: VirtualDevice, values: Readonly<Record<string, Json>>, what: string): Offer | undefined {
  const [drive] = physicalOf(device);
  if (drive === undefined || valueOf(device.guest.facts.kind) === 'container') return undefined;
  const [namespace] = drive.namespaces;
  const media = valueOf(device.facts.media)?.text ?? (namespace === undefined ? drive.id : `${drive.id}/${namespace.id}`);
  return { what, changes: [replacing(device, 'virtio-blk', { ...values, media })] };
}
