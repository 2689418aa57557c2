import type { Change } from '../../core/diagnostics/diagnostic.js';
import { poolOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { type Json, property } from '../../core/text/tree.js';
import { techniques } from '../../techniques/index.js';
import { functionsElsewhere, referenceTo } from '../support/elsewhere.js';
import { hostUses } from '../support/host-uses.js';
import { hasSriovOffInFirmware, lacksIommu } from '../support/obstacles.js';
import { rewriting, setting } from '../support/text.js';

/** What a rung would make of a virtual device. */
export interface Offer {
  /** As it follows "the best this host has is". */
  readonly what: string;
  readonly changes: readonly (Change | undefined)[];
}

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
    const [fn] = functionsElsewhere(device, topology);
    if (fn === undefined) return undefined;
    const from = referenceTo(fn);
    return { what: `a VF of ${from}`, changes: [setting(device, ['from'], from)] };
  },
};

/** A polling switch in user space. Loses cores; the switch joins what the tenant trusts. */
const vhostUser: Rung = {
  carries: 'network',
  offer(device) {
    const entity = switchOf(device, 'ovs-dpdk', 'vpp');
    const { memory, facts } = device.guest;
    const isShared = valueOf(memory.shared) === true || memory.hugepages.state !== 'unknown';
    if (entity === undefined || !isShared || valueOf(facts.kind) === 'container') return undefined;
    return virtio(device, { backend: 'vhost-user', connect: entity.id }, `virtio-net on ${entity.id} over vhost-user`);
  },
};

/** A kernel switch that is there. Loses CPU for each packet; the kernel joins what the tenant trusts. Needs no IOMMU. */
const kernelSwitch: Rung = {
  carries: 'network',
  offer(device) {
    const entity = switchOf(device, 'linux-bridge', 'ovs-kernel');
    return entity === undefined ? undefined : onKernelSwitch(device, entity.id, []);
  },
};

/** Taps on a port that has some. The guest does not reach its host, and no switch enforces anything. */
const macvtap: Rung = {
  carries: 'network',
  offer(device) {
    const entity = switchOf(device, 'macvtap');
    if (entity === undefined || valueOf(device.guest.facts.kind) === 'container' || valueOf(entity.facts.mode) === 'passthru')
      return undefined;
    return virtio(device, { connect: entity.id }, `virtio-net on ${entity.id}`);
  },
};

/** A bridge on the port that the VF would have come from, where nothing else uses it. */
const newBridge: Rung = {
  carries: 'network',
  offer(device) {
    const { host } = device.guest;
    const fn = poolOf(device).find((candidate) => candidate.device.deviceKind === 'nic' && !hostUses(host).has(candidate));
    if (fn === undefined) return undefined;
    const names = new Set([...host.switches, ...host.devices, ...host.guests, ...host.controllers, ...host.volumes].map(({ id }) => id));
    const port = fn.port === undefined ? fn.device.id : `${fn.device.id}/${fn.port.id}`;
    let id = `br-${fn.device.id}`;
    for (let n = 2; names.has(id); n++) id = `br-${fn.device.id}-${n}`;
    return onKernelSwitch(device, id, [setting(host, ['switches', id], { kind: 'linux-bridge', uplinks: [port] })]);
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
 * vDPA stands above vhost-user, but no fact of a device tells whether it can do it.
 */
const ladder: readonly Rung[] = [
  vfElsewhere,
  vhostUser,
  kernelSwitch,
  macvtap,
  newBridge,
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

/** A switch of one of these kinds, one with an uplink on the wanted device before others. */
function switchOf(device: VirtualDevice, ...kinds: readonly string[]): Switch | undefined {
  const { host } = device.guest;
  const candidates = host.switches.filter(({ switchKind }) => kinds.includes(switchKind ?? ''));
  const wanted = new Set(poolOf(device));
  const users = new Set(
    [...hostUses(host)].flatMap(([member, { user }]) => (member.kind === 'function' && wanted.has(member) ? [user] : [])),
  );
  return candidates.find((entity) => users.has(entity)) ?? candidates[0];
}

function onKernelSwitch(device: VirtualDevice, connect: string, first: readonly (Change | undefined)[]): Offer {
  const technique = valueOf(device.guest.facts.kind) === 'container' ? 'veth' : 'virtio-net';
  return { what: `${technique} on ${connect}`, changes: [...first, replacing(device, technique, { connect })] };
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

/** The same device by another technique: what means something for it stays, the rest goes, and two things translate. */
function replacing(device: VirtualDevice, technique: string, values: Readonly<Record<string, Json | undefined>>): Change | undefined {
  const keys: ReadonlySet<string> = new Set(techniques.get(technique)?.keys ?? []);
  const own = device.node?.type === 'object' ? device.node : undefined;
  const dropped = own?.properties.filter(({ key }) => !keys.has(key) || key === 'from').map(({ key }) => [key, undefined] as const) ?? [];
  const maxRate = property(own, 'maxRate')?.value?.value;
  const hasLimit = property(own, 'limit') !== undefined;
  return rewriting(device, {
    technique,
    ...Object.fromEntries(dropped),
    ...values,
    ...(typeof maxRate === 'string' && keys.has('limit') && !hasLimit ? { limit: { rate: maxRate } } : {}),
    ...(valueOf(device.facts.spoofCheck) === true && keys.has('protected') ? { protected: true } : {}),
  });
}
