import type { Controller } from '../../core/model/controller.js';
import type { Device, Namespace, NicPort, Partition } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import type { Entity } from '../../core/model/entity.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { type PciePort, portsAbove, upstream } from '../../core/model/pcie.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { membersOf, type Volume } from '../../core/model/volume.js';
import { switchKinds } from '../../techniques/switches/index.js';
import type { Component, Edge } from '../component.js';
import { componentOf, wholeOf } from './components.js';
import { type ComponentGraph, edge } from './graph.js';

/** What every user of a component acts on through it, whoever they are: towards the wire, the medium, the processor. */
export function edgesOf(topology: Topology): (component: Component, graph: ComponentGraph) => readonly Edge[] {
  const networksOf = networksByPort(topology);
  return (component, graph) => {
    switch (component.type) {
      case 'switch':
        return fromSwitch(component.subject as Switch, graph);
      case 'controller':
        return fromController(component.subject as Controller, graph);
      case 'function':
        return fromFunction(component.subject as PhysicalFunction, graph);
      case 'macvtap-parent':
      case 'external-switch':
        return toPort(component.subject as NicPort, graph, undefined);
      case 'port':
        return (networksOf.get(component.subject as NicPort) ?? []).map((network) => edge(componentOf.network(graph, network), 'data'));
      case 'store':
        return fromStore(component.subject as Namespace | Volume | Device, graph);
      case 'directory': {
        const path = component.subject as string;
        const outer = path.replace(/\/+[^/]*$/, '') || '/';
        return component.host === undefined || !path.startsWith('/') || outer === path
          ? []
          : [edge(componentOf.directory(graph, component.host, outer), 'data')];
      }
      case 'gpu-instance':
        return [edge(componentOf.gpu(graph, (component.subject as Partition).device), 'cap')];
      case 'drive':
      case 'card':
      case 'storage-adapter':
      case 'gpu':
      case 'mediated-device':
        return fromDevice(component.subject as Device, graph);
      case 'pcie-port': {
        const above = upstream(component.subject as PciePort);
        return above === undefined ? [] : [edge(componentOf.pciePort(graph, above), 'cap')];
      }
      default:
        return [];
    }
  };
}

function networksByPort(topology: Topology): Map<NicPort, Network[]> {
  const found = new Map<NicPort, Network[]>();
  for (const network of topology.networks) {
    for (const { target } of valueOf(network.facts.uplinks) ?? []) {
      const ports = target?.kind === 'nic-port' ? [target] : target?.kind === 'device' ? target.ports : [];
      for (const port of ports) found.set(port, [...(found.get(port) ?? []), network]);
    }
  }
  return found;
}

function fromSwitch(entity: Switch, graph: ComponentGraph): Edge[] {
  const kind = entity.switchKind ?? '';
  const uplinks = uplinksOf(entity);
  const fork = uplinks.length > 1 && entity.facts.bond.mode.state === 'known' ? 'bond' : undefined;
  const own =
    switchKinds.get(kind)?.runsIn === 'user-space'
      ? [
          edge(componentOf.switchCores(graph, entity), 'cap'),
          ...(kind === 'ovs-dpdk' && valueOf(entity.facts.perPortMemory) !== true
            ? [edge(componentOf.bufferPool(graph, entity), 'cap')]
            : []),
        ]
      : [];
  return [...uplinks.flatMap(({ target }) => toUplink(target, graph, fork)), ...own];
}

/** Towards the wire from whatever can be named as an uplink. */
export function toUplink(target: Entity | undefined, graph: ComponentGraph, fork?: string): Edge[] {
  switch (target?.kind) {
    case 'nic-port':
      return toPort(target, graph, fork);
    case 'function':
      return [edge(componentOf.function(graph, target), 'data', fork)];
    case 'vf':
      return [edge(componentOf.function(graph, target.fn), 'data', fork)];
    case 'device':
      return target.functions.map((fn) => edge(componentOf.function(graph, fn), 'data', fork));
    case 'switch':
      return [edge(componentOf.switch(graph, target), 'data', fork)];
    case 'network':
      return [edge(componentOf.network(graph, target), 'data', fork)];
    default:
      return [];
  }
}

function toPort(port: NicPort, graph: ComponentGraph, fork: string | undefined): Edge[] {
  return [edge(port.fn === undefined ? componentOf.port(graph, port) : componentOf.function(graph, port.fn), 'data', fork)];
}

function fromFunction(fn: PhysicalFunction, graph: ComponentGraph): Edge[] {
  const { device, port } = fn;
  const wire = port === undefined ? [] : [edge(componentOf.port(graph, port), 'data')];
  const whole = wholeOf(graph, device);
  return whole.subject === fn
    ? [...wire, ...fromDevice(device, graph)]
    : [...wire, edge(whole, device.deviceKind === 'nvme' ? 'data' : 'ctrl')];
}

function fromController({ facts }: Controller, graph: ComponentGraph): Edge[] {
  const card = valueOf(facts.device)?.as('device');
  return card === undefined ? [] : [edge(wholeOf(graph, card), 'exec')];
}

function fromStore(medium: Namespace | Volume | Device, graph: ComponentGraph): Edge[] {
  // Who has the device below as one disk has what stands on it.
  if (medium.kind === 'namespace') return [edge(componentOf.store(graph, medium.device), 'data')];
  if (medium.kind === 'device') return [edge(componentOf.drive(graph, medium), 'data')];
  const fork = valueOf(medium.facts.kind) === 'raid1' ? 'mirror' : undefined;
  return membersOf(medium).map((member) => edge(componentOf.store(graph, member), 'data', fork));
}

/** Where a device is plugged in: a disk at its adapter, a card at its slot. */
function fromDevice(device: Device, graph: ComponentGraph): Edge[] {
  const at = valueOf(device.facts.at)?.as('pcie-port', 'device');
  if (at?.kind === 'device') return at === device ? [] : [edge(componentOf.storageAdapter(graph, at), 'cap')];
  const [port] = portsAbove(device);
  return [
    ...(port === undefined ? [] : [edge(componentOf.pciePort(graph, port), 'cap')]),
    // One that nobody placed may turn out to sit beside any other.
    ...(isOnPcie(device) && device.host.devices.some(isUnplaced) ? [edge(componentOf.slotUnknown(graph, device.host), 'cap')] : []),
  ];
}

/** Whether nobody states where a card sits, up to the processor. */
export function isUnplaced(device: Device): boolean {
  if (!isOnPcie(device) || valueOf(device.facts.at)?.as('device') !== undefined) return false;
  const top = valueOf(portsAbove(device).at(-1)?.facts.kind ?? NO_KIND);
  return top === undefined || NOT_AT_THE_TOP.has(top);
}

const NO_KIND: Fact<string> = { state: 'unknown' };
const NOT_AT_THE_TOP: ReadonlySet<string> = new Set(['switch-upstream', 'switch-downstream', 'pcie-to-pci-bridge', 'pci-bridge']);

/** Disks hang on an adapter that the document may leave out; everything else has a slot. */
function isOnPcie(device: Device): boolean {
  return device.deviceKind !== 'disk' && device.deviceKind !== 'other';
}
