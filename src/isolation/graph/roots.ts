import { instancesOf } from '../../core/model/assign.js';
import type { Controller } from '../../core/model/controller.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import { firstInstance, type Guest, guestCpus, tenantOf } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import { assignedTarget } from '../../core/model/mapping.js';
import type { NumaNode } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import { controllersOf, namedControllers, type VirtualDevice, type VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { intersects } from '../../core/units/cpu-set.js';
import { hasExternalSwitch } from '../../techniques/external-switch.js';
import { techniques } from '../../techniques/index.js';
import type { Edge } from '../component.js';
import { componentOf, wholeOf } from './components.js';
import { toUplink } from './edges.js';
import { type ComponentGraph, edge } from './graph.js';
import { cardServing, functionsOf, holdingOf, isReplicated } from './held.js';
import { presenceOf, switchOfVf } from './presence.js';
import { capsOf, NO_CAPS } from './rates.js';
import type { Root } from './root.js';

/** The guests of each tenant, in the order of the design. Guests without a tenant belong to nobody and are left out. */
export function guestsByTenant(topology: Topology): Map<Tenant, Guest[]> {
  const guests = new Map<Tenant, Guest[]>();
  for (const host of topology.hosts) {
    for (const guest of host.guests) {
      const tenant = tenantOf(guest);
      if (tenant === undefined) continue;
      const own = guests.get(tenant);
      if (own === undefined) guests.set(tenant, [guest]);
      else own.push(guest);
    }
  }
  return guests;
}

/** Where the reach of a tenant begins: each of its guests, and each of their devices. */
export function rootsOf(tenant: Tenant, guests: readonly Guest[], graph: ComponentGraph): Root[] {
  const roots: Root[] = [];
  let beside: { readonly host: Host; readonly traits: HostTraits } | undefined;
  for (const guest of guests) {
    const { host } = guest;
    if (beside?.host !== host) beside = { host, traits: traitsOf(host) };
    roots.push(guestRoot(guest, tenant, graph, beside.traits));
    for (const device of guest.devices) for (const root of deviceRoots(device, tenant, graph)) roots.push(root);
  }
  return roots;
}

function traitsOf(host: Host): HostTraits {
  return {
    hasContainers: host.guests.some(({ facts }) => valueOf(facts.kind) === 'container'),
    isEmulated: valueOf(host.facts.hypervisor) === 'qemu',
  };
}

/** What all guests of a host have around them. */
interface HostTraits {
  readonly hasContainers: boolean;
  readonly isEmulated: boolean;
}

function guestRoot(guest: Guest, tenant: Tenant, graph: ComponentGraph, { hasContainers, isEmulated }: HostTraits): Root {
  const { host } = guest;
  const { certain, possible } = numaUseOf(guest);
  return {
    path: firstInstance(guest).path,
    tenant,
    guest,
    host,
    device: undefined,
    count: guest.count,
    held: [],
    heldByHost: [],
    isHeldForCertain: true,
    owned: [],
    pf: undefined,
    presence: undefined,
    caps: NO_CAPS,
    prefix: [],
    routes: [
      ...[...certain, ...possible].map((node) => [edge(componentOf.numaNode(graph, node), 'cap')]),
      [edge(componentOf.cpus(graph, host), 'cap')],
      // Containers make its system calls; machines lie in the memory that it owns.
      ...(hasContainers ? [[edge(componentOf.containerKernel(graph, host), 'exec')]] : []),
      ...(isEmulated ? [[edge(componentOf.emulator(graph, host), 'exec')]] : []),
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
  const near = cpus === undefined ? [] : numaNodes.filter((node) => intersects(valueOf(node.facts.cpus) ?? NO_CPUS, cpus));
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
  const chain = controllers.filter(servesSeveral).map((controller) => edge(componentOf.controller(graph, controller), 'exec'));
  const targets = targetsOf(instance, pf, graph);
  const routes = [
    // A route of its own for each controller, so that what else the controller serves is not taken for this device's.
    ...(chain.length === 0 ? targets : targets.flatMap((route) => chain.map((step) => [step, ...route]))),
    ...(targets.length === 0 ? chain.map((step) => [step]) : []),
  ];
  const own = controllers.filter((controller) => !servesSeveral(controller) && !controller.path.endsWith('#qemu-main-loop'));
  const { members, byHost, owned, isCertain } = holdingOf(device, vfs);
  return {
    path: instance.path,
    tenant,
    guest: device.guest,
    host: device.guest.host,
    device,
    count,
    held: members,
    heldByHost: byHost,
    isHeldForCertain: isCertain,
    owned,
    pf,
    presence: presenceOf(device, vfs[0]),
    caps: capsOf(device, vfs[0], pf),
    prefix: [...own.map(({ path }) => path), ...(vfs[0] === undefined ? [] : [vfs[0].path])],
    routes,
  };
}

/** An iothread or main loop is an object of one QEMU process: named by devices of several guests, it is one in each of them. */
export function servesSeveral({ isImplied, controllerKind }: Controller): boolean {
  return !isImplied && controllerKind !== 'iothread' && controllerKind !== 'qemu-main-loop';
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
  if (media !== undefined) add(...hop, edge(componentOf.store(graph, media), 'data'));
  const directory = directoryOf(device);
  if (directory !== undefined) add(edge(componentOf.directory(graph, host, directory), 'data'));
  const path = valueOf(facts.path);
  if (path !== undefined && technique?.name === 'shmem') add(edge(componentOf.sharedMemory(graph, host, path), 'data'));
  return routes;
}

/** The directory (or device file) of the host that a guest is given, without slashes at its end. */
export function directoryOf({ facts, technique }: VirtualDevice): string | undefined {
  const path = technique?.carries.includes('filesystem') === true ? valueOf(facts.path) : undefined;
  return path === undefined ? undefined : path.replace(/(.)\/+$/, '$1');
}

/** Hardware it has for itself: a function, an instance, a mediated device; or a GPU that the device model draws on. */
function fromTaken(device: VirtualDevice, graph: ComponentGraph): Edge[] {
  const taken = assignedTarget(device);
  if (device.technique?.name === 'dpu-virtio') return toCard(device, graph);
  if (taken === undefined || device.technique?.takes === 'vf') return [];
  switch (device.technique?.takes) {
    case 'partition':
      if (taken.kind === 'partition') return [edge(componentOf.gpuInstance(graph, taken), 'dma')];
      return taken.kind === 'device' ? [edge(componentOf.gpu(graph, taken), 'dma')] : [];
    case 'mediated-type':
      return [edge(wholeOf(graph, taken.kind === 'device' ? taken : taken.device), 'exec')];
    case 'device-or-function':
    case 'function':
      if (isReplicated(taken)) return [edge(componentOf.gpu(graph, taken.kind === 'device' ? taken : taken.device), 'exec')];
      return functionsOf(taken).map((fn) => edge(componentOf.function(graph, fn), 'dma'));
    default: {
      const card = taken.kind === 'device' ? taken : taken.device;
      return [
        edge(taken.kind === 'nic-port' && taken.fn !== undefined ? componentOf.function(graph, taken.fn) : wholeOf(graph, card), 'exec'),
      ];
    }
  }
}

/** A DPU presents a function of its own. Frames leave by the port that is named, by the switch it is connected to, or by any port. */
function toCard(device: VirtualDevice, graph: ComponentGraph): Edge[] {
  const card = cardServing(device);
  if (card === undefined) return [];
  const taken = assignedTarget(device);
  if (taken?.kind === 'nic-port' && taken.fn !== undefined) return [edge(componentOf.function(graph, taken.fn), 'dma')];
  if (taken?.kind === 'function') return [edge(componentOf.function(graph, taken), 'dma')];
  const leaves = device.facts.connect.state === 'unknown' && device.facts.media.state === 'unknown';
  const whole = wholeOf(graph, card);
  const functions = leaves ? card.functions.filter((fn) => fn !== whole.subject && fn.port !== undefined) : [];
  return [edge(whole, 'dma'), ...functions.map((fn) => edge(componentOf.function(graph, fn), 'dma'))];
}

/** The vSwitch or port it is connected to; for a VF the one whose port its representor is, which sees the first packet of each flow. */
function toSwitch(instance: VirtualDeviceInstance, pf: PhysicalFunction | undefined, graph: ComponentGraph): Edge[] {
  const device = instance.decl;
  const connect = valueOf(device.facts.connect)?.as('switch', 'nic-port', 'device', 'network');
  if (pf !== undefined) {
    const on = switchOfVf(device, instance.vf);
    return on === undefined ? [] : [edge(componentOf.switch(graph, on), 'exec')];
  }
  if (connect === undefined) return [];
  if (connect.kind === 'switch') return [edge(componentOf.switch(graph, connect), 'exec')];
  const port = connect.kind === 'nic-port' ? connect : connect.kind === 'device' ? connect.ports[0] : undefined;
  if (port === undefined || device.technique?.name === 'dpu-virtio') return toUplink(connect, graph);
  return [edge((hasExternalSwitch(device) ? componentOf.externalSwitch : componentOf.macvtapParent)(graph, port), 'exec')];
}
