import { instancesOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import { firstInstance, type Guest, guestCpus, tenantOf } from '../../core/model/guest.js';
import type { GroupMember } from '../../core/model/iommu-groups.js';
import { assignedTarget } from '../../core/model/mapping.js';
import type { NumaNode } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import { controllersOf, namedControllers, type VirtualDevice, type VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { intersection } from '../../core/units/cpu-set.js';
import { techniques } from '../../techniques/index.js';
import type { Edge } from '../component.js';
import { componentOf } from './components.js';
import { toUplink } from './edges.js';
import { type ComponentGraph, edge } from './graph.js';
import { type Presence, presenceOfOwner, presenceOfPort, presenceOfVf } from './presence.js';
import { capsOf, NO_CAPS } from './rates.js';
import type { Root } from './root.js';

/** Where the reach of each tenant begins. Guests without a tenant belong to nobody and are left out. */
export function rootsOf(topology: Topology, graph: ComponentGraph): Map<Tenant, Root[]> {
  const roots = new Map<Tenant, Root[]>();
  for (const host of topology.hosts) {
    for (const guest of host.guests) {
      const tenant = tenantOf(guest);
      if (tenant === undefined || valueOf(guest.facts.standby) === true) continue;
      const own = roots.get(tenant) ?? [];
      roots.set(tenant, own);
      own.push(guestRoot(guest, tenant, graph));
      for (const device of guest.devices) for (const root of deviceRoots(device, tenant, graph)) own.push(root);
    }
  }
  return roots;
}

function guestRoot(guest: Guest, tenant: Tenant, graph: ComponentGraph): Root {
  const { host } = guest;
  const { certain, possible } = numaUseOf(guest);
  const isContainer = valueOf(guest.facts.kind) === 'container';
  return {
    path: firstInstance(guest).path,
    tenant,
    guest,
    host,
    device: undefined,
    count: guest.count,
    held: [],
    pf: undefined,
    presence: undefined,
    caps: NO_CAPS,
    prefix: [],
    routes: [
      ...[...certain, ...possible].map((node) => [edge(componentOf.numaNode(graph, node), 'cap')]),
      [edge(componentOf.cpus(graph, host), 'cap')],
      ...(isContainer ? [[edge(componentOf.containerKernel(graph, host), 'exec')]] : []),
    ],
  };
}

/** NUMA nodes whose memory and caches a guest uses: for certain, and those it may use because nobody says where it runs. */
export interface NumaUse {
  readonly certain: readonly NumaNode[];
  readonly possible: readonly NumaNode[];
}

const numaUses = new WeakMap<Guest, NumaUse>();

/** A guest that is pinned and says nothing of its memory gets it where it runs: Linux allocates on the node of the CPU. */
export function numaUseOf(guest: Guest): NumaUse {
  let use = numaUses.get(guest);
  if (use === undefined) {
    use = findNumaUse(guest);
    numaUses.set(guest, use);
  }
  return use;
}

function findNumaUse(guest: Guest): NumaUse {
  const { numaNodes } = guest.host;
  if (numaNodes.length === 1) return { certain: numaNodes, possible: [] };
  const stated = valueOf(guest.memory.nodes);
  const memory = stated === undefined ? [] : ('text' in stated ? [stated] : stated).flatMap((reference) => reference.as('numa-node') ?? []);
  const cpus = valueOf(guestCpus(guest));
  const near = cpus === undefined ? [] : numaNodes.filter((node) => intersection(valueOf(node.facts.cpus) ?? NO_CPUS, cpus).size > 0);
  const certain = [...new Set([...memory, ...near])];
  return { certain, possible: near.length > 0 ? [] : numaNodes.filter((node) => !certain.includes(node)) };
}

const NO_CPUS = { ranges: [], size: 0 };

/** Copies stand on the same components but for their VFs, so one root for each function that these come from is enough. */
function deviceRoots(device: VirtualDevice, tenant: Tenant, graph: ComponentGraph): Root[] {
  if (device.technique?.takes !== 'vf') {
    const instance = firstInstance(device.guest).devices[device.guest.devices.indexOf(device)];
    return instance === undefined ? [] : [deviceRoot(device, tenant, instance, device.guest.count, [], graph)];
  }
  const byFunction = new Map<PhysicalFunction, { first: VirtualDeviceInstance; vfs: VirtualFunction[] }>();
  for (const instance of instancesOf(device)) {
    if (instance.vf === undefined) continue;
    const known = byFunction.get(instance.vf.fn);
    if (known === undefined) byFunction.set(instance.vf.fn, { first: instance, vfs: [instance.vf] });
    else known.vfs.push(instance.vf);
  }
  return [...byFunction.values()].map(({ first, vfs }) => deviceRoot(device, tenant, first, vfs.length, vfs, graph));
}

function deviceRoot(
  device: VirtualDevice,
  tenant: Tenant,
  instance: VirtualDeviceInstance,
  count: number,
  vfs: readonly VirtualFunction[],
  graph: ComponentGraph,
): Root {
  const pf = vfs[0]?.fn;
  const controllers = controllersOf(instance);
  const served = controllers.filter((controller) => !controller.isImplied);
  const chain = served.map((controller) => edge(componentOf.controller(graph, controller), 'exec'));
  const targets = targetsOf(instance, pf, graph);
  const routes = [
    // A route of its own for each controller, so that what else the controller serves is not taken for this device's.
    ...(chain.length === 0 ? targets : targets.flatMap((route) => chain.map((step) => [step, ...route]))),
    ...(targets.length === 0 ? chain.map((step) => [step]) : []),
  ];
  const implied = controllers.filter((controller) => controller.isImplied && !controller.path.endsWith('#qemu-main-loop'));
  return {
    path: instance.path,
    tenant,
    guest: device.guest,
    host: device.guest.host,
    device,
    count,
    held: heldBy(device, vfs),
    pf,
    presence: presenceOf(device, pf, vfs[0]),
    caps: capsOf(device, vfs[0], pf),
    prefix: [...implied.map(({ path }) => path), ...(vfs[0] === undefined ? [] : [vfs[0].path])],
    routes,
  };
}

/** What a virtual device stands on besides its controllers, each way as a list of steps. */
function targetsOf(instance: VirtualDeviceInstance, pf: PhysicalFunction | undefined, graph: ComponentGraph): Edge[][] {
  const device = instance.decl;
  const { facts, technique } = device;
  const { host } = device.guest;
  const routes: Edge[][] = [];
  const add = (...steps: Edge[]) => {
    if (steps.length > 0) routes.push(steps);
  };
  const isServicePartition = techniques.get(technique?.name ?? '')?.sharing.parsedBy === 'service-partition';
  const hop: Edge[] =
    isServicePartition && namedControllers(device).length === 0 ? [edge(componentOf.serviceStack(graph, host), 'exec')] : [];

  if (pf !== undefined) add(edge(componentOf.function(graph, pf), 'dma'));
  for (const step of fromTaken(device, graph)) add(step);
  for (const step of toSwitch(instance, pf, graph)) add(...hop, step);

  const media = valueOf(facts.media)?.as('namespace', 'volume', 'device');
  if (media !== undefined && pf === undefined) add(...hop, edge(componentOf.store(graph, media), 'data'));
  const directory = directoryOf(device);
  if (directory !== undefined) add(edge(componentOf.directory(graph, host, directory), 'data'));
  const path = valueOf(facts.path);
  if (path !== undefined && technique?.name === 'shmem') add(edge(componentOf.sharedMemory(graph, host, path), 'data'));
  return routes;
}

/** The directory of the host that a guest mounts, without slashes at its end. */
export function directoryOf({ facts, technique }: VirtualDevice): string | undefined {
  const path = technique?.name === 'virtio-fs' ? valueOf(facts.path) : undefined;
  return path === undefined ? undefined : path.replace(/(.)\/+$/, '$1');
}

/** Hardware it has for itself: a function, an instance, a mediated device; or a GPU that the device model draws on. */
function fromTaken(device: VirtualDevice, graph: ComponentGraph): Edge[] {
  const taken = assignedTarget(device);
  if (taken === undefined || device.technique?.takes === 'vf') return [];
  switch (device.technique?.takes) {
    case 'partition':
      if (taken.kind === 'partition') return [edge(componentOf.gpuInstance(graph, taken), 'dma')];
      return taken.kind === 'device' ? [edge(componentOf.gpu(graph, taken), 'dma')] : [];
    case 'mediated-type':
      return [edge(componentOf.mediated(graph, taken.kind === 'device' ? taken : taken.device), 'exec')];
    case 'device-or-function':
    case 'function':
      if (isReplicated(taken)) return [edge(componentOf.gpu(graph, taken.kind === 'device' ? taken : taken.device), 'exec')];
      return functionsOf(taken).map((fn) => edge(componentOf.function(graph, fn), 'dma'));
    default: {
      const card = taken.kind === 'device' ? taken : taken.device;
      if (card.deviceKind === 'gpu') return [edge(componentOf.gpu(graph, card), 'exec')];
      return [
        edge(
          taken.kind === 'nic-port' && taken.fn !== undefined ? componentOf.function(graph, taken.fn) : componentOf.card(graph, card),
          'exec',
        ),
      ];
    }
  }
}

/** Time slices and MPS make replicas of one GPU that containers take as if it were whole. */
function isReplicated(taken: NonNullable<ReturnType<typeof assignedTarget>>): boolean {
  const card = taken.kind === 'device' ? taken : taken.device;
  return card.deviceKind === 'gpu' && ['time-slice', 'mps'].includes(valueOf(card.facts.sharing) ?? '');
}

/** The vSwitch or port it is connected to; for a VF the one whose port its representor is, which sees the first packet of each flow. */
function toSwitch(instance: VirtualDeviceInstance, pf: PhysicalFunction | undefined, graph: ComponentGraph): Edge[] {
  const device = instance.decl;
  const connect = valueOf(device.facts.connect)?.as('switch', 'nic-port', 'device', 'network');
  if (pf !== undefined) {
    const { vf } = instance;
    const on =
      connect?.kind === 'switch'
        ? connect
        : device.guest.host.switches.find((candidate) =>
            (valueOf(candidate.facts.representors) ?? []).some(({ target }) => target === vf || target === device),
          );
    return on === undefined ? [] : [edge(componentOf.switch(graph, on), 'exec')];
  }
  if (connect === undefined) return [];
  if (connect.kind === 'switch') return [edge(componentOf.switch(graph, connect), 'exec')];
  if (connect.kind === 'nic-port') return [edge(componentOf.macvtapParent(graph, connect), 'exec')];
  if (connect.kind === 'device' && connect.ports[0] !== undefined)
    return [edge(componentOf.macvtapParent(graph, connect.ports[0]), 'exec')];
  return toUplink(connect, graph);
}

function functionsOf(taken: NonNullable<ReturnType<typeof assignedTarget>>): readonly PhysicalFunction[] {
  switch (taken.kind) {
    case 'device':
      return taken.functions;
    case 'function':
      return [taken];
    case 'vf':
      return [taken.fn];
    case 'nic-port':
      return taken.fn === undefined ? [] : [taken.fn];
    default:
      return [];
  }
}

/** Functions whose DMA follows orders of the guest. Virtual queues in hardware are driven by a process on behalf of one guest. */
function heldBy(device: VirtualDevice, vfs: readonly VirtualFunction[]): readonly GroupMember[] {
  const technique = techniques.get(device.technique?.name ?? '');
  if (technique?.name === 'nvme-namespace' && valueOf(device.facts.backend) !== 'vhost-user') {
    return valueOf(device.facts.media)?.as('namespace')?.device.functions ?? []; // QEMU takes the whole drive from the host
  }
  if (technique?.sharing.guestDrivesDma !== true) return [];
  if (vfs.length > 0) return vfs;
  const taken = assignedTarget(device);
  if (taken === undefined || isReplicated(taken) || !(technique.takes === 'device-or-function' || technique.takes === 'function'))
    return [];
  return taken.kind === 'vf' ? [taken] : functionsOf(taken);
}

function presenceOf(device: VirtualDevice, pf: PhysicalFunction | undefined, vf: VirtualFunction | undefined): Presence | undefined {
  if (pf !== undefined) return isNetwork(pf.device) ? presenceOfVf(device, vf, valueOf(pf.facts.sriov.eswitch) !== 'switchdev') : undefined;
  const connect = valueOf(device.facts.connect)?.as('switch', 'nic-port', 'device', 'network');
  if (connect !== undefined) {
    const on = connect.kind === 'switch' ? connect : undefined;
    return presenceOfPort(device, on, on === undefined ? 'macvtap' : (on.switchKind ?? ''));
  }
  const taken = assignedTarget(device);
  const card = taken === undefined ? undefined : taken.kind === 'device' ? taken : taken.device;
  // Who has the port for itself sends what it likes.
  return card !== undefined && isNetwork(card) && device.technique?.carries.includes('network') ? presenceOfOwner(device) : undefined;
}

export function isNetwork(device: Device): boolean {
  return device.deviceKind === 'nic' || device.deviceKind === 'dpu' || device.ports.length > 0;
}
