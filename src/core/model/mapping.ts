import type { Controller } from './controller.js';
import type { Device, MediatedType, Namespace, NicPort, Partition } from './device.js';
import type { Network } from './document.js';
import { valueOf } from './fact.js';
import type { PhysicalFunction, VirtualFunction } from './function.js';
import { type NumaNode, numaNodeOf, type PciePort, portsAbove } from './pcie.js';
import { type Switch, uplinksOf } from './switch.js';
import { controllersOf, type VirtualDevice, type VirtualDeviceInstance } from './virtual-device.js';
import { membersOf, type Volume } from './volume.js';

/** What a mapping chain can pass through below a virtual device. */
export type MappingNode =
  | Controller
  | Switch
  | VirtualFunction
  | PhysicalFunction
  | NicPort
  | Namespace
  | Partition
  | MediatedType
  | Volume
  | Device
  | PciePort
  | NumaNode
  | Network;

/** One step of the way from a virtual device to the hardware that serves it. */
export interface MappingStep {
  /** Undefined: the virtual device itself. */
  readonly from: MappingNode | undefined;
  readonly to: MappingNode;
}

/**
 * The way from one copy of a virtual device down to the hardware: virtual device, controller, vSwitch, PF or VF, port,
 * namespace, device, PCIe, NUMA. A chain that forks (bonded uplinks, RAID) has several steps from one node.
 */
export function mappingOf(instance: VirtualDeviceInstance): MappingStep[] {
  const steps: MappingStep[] = [];
  const seen = new Set<MappingNode>();
  const add = (from: MappingNode | undefined, to: MappingNode) => {
    steps.push({ from, to });
    if (seen.has(to)) return;
    seen.add(to);
    for (const next of below(to)) add(to, next);
  };
  const { facts } = instance.decl;
  const roots = [...targetsOf(instance)];
  const controllers = controllersOf(instance);
  if (controllers.length === 0 || valueOf(facts.from) !== undefined) for (const root of roots) add(undefined, root);
  for (const controller of controllers) {
    add(undefined, controller);
    for (const root of roots) add(controller, root);
  }
  return steps;
}

/** What a virtual device stands on, besides the thread that serves it. */
function targetsOf(instance: VirtualDeviceInstance): MappingNode[] {
  const { facts } = instance.decl;
  const targets: MappingNode[] = [];
  const from = valueOf(facts.from)?.as('nic-port', 'function', 'vf', 'device', 'partition', 'mediated-type');
  if (instance.vf !== undefined) targets.push(instance.vf);
  else if (from !== undefined) targets.push(from);
  const connect = valueOf(facts.connect)?.as('switch', 'nic-port', 'device', 'network');
  if (connect !== undefined && instance.vf === undefined) targets.push(connect);
  const media = valueOf(facts.media)?.as('namespace', 'volume', 'device');
  if (media !== undefined) targets.push(media);
  return targets;
}

/** The next nodes towards the hardware. */
function below(node: MappingNode): MappingNode[] {
  switch (node.kind) {
    case 'controller': {
      const card = valueOf(node.facts.device)?.as('device');
      return card === undefined ? [] : [card];
    }
    case 'switch':
      return uplinksOf(node).flatMap((uplink) => uplink.as('nic-port', 'function', 'vf', 'device', 'switch') ?? []);
    case 'vf':
      return [node.fn];
    case 'function':
      return node.port === undefined ? [node.device] : [node.port];
    case 'nic-port':
    case 'namespace':
    case 'partition':
    case 'mediated-type':
      return [node.device];
    case 'volume':
      return membersOf(node);
    case 'device': {
      const [port] = portsAbove(node);
      if (port !== undefined) return [port];
      const numa = numaNodeOf(node);
      return numa === undefined ? [] : [numa];
    }
    case 'pcie-port': {
      const [port] = portsAbove(node);
      if (port !== undefined) return [port];
      const numa = numaNodeOf(node);
      return numa === undefined ? [] : [numa];
    }
    case 'numa-node':
    case 'network':
      return [];
  }
}

/** The nodes of a chain in the order of the way down, each once. */
export function chainOf(instance: VirtualDeviceInstance): MappingNode[] {
  return [...new Set(mappingOf(instance).map((step) => step.to))];
}

/** The physical device whose function a virtual device has for itself. */
export function assignedTarget(
  device: VirtualDevice,
): Device | PhysicalFunction | VirtualFunction | NicPort | Partition | MediatedType | undefined {
  return valueOf(device.facts.from)?.as('device', 'function', 'vf', 'nic-port', 'partition', 'mediated-type');
}
