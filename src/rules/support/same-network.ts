import type { Change } from '../../core/diagnostics/diagnostic.js';
import { poolOf } from '../../core/model/assign.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { fabric, nicSetting } from './l2.js';
import { setting } from './text.js';

/** A switch is on the physical network that the functions of a device lead to: by the same port, or by a network of the document. */
export function isOnSameNetwork(device: VirtualDevice, entity: Switch, topology: Topology): boolean {
  const { rootOf } = fabric(topology);
  const root = rootOf(entity.path);
  return poolOf(device).some((fn) => rootOf(portPath(fn)) === root);
}

/** A VF of a function is not known to lead into another network than the one a device is in. */
export function mayBeOnSameNetwork(device: VirtualDevice, fn: PhysicalFunction, topology: Topology): boolean {
  const { rootOf } = fabric(topology);
  const networks = new Set(topology.networks.map(({ path }) => rootOf(path)));
  const root = rootOf(portPath(fn));
  const own = poolOf(device).map((other) => rootOf(portPath(other)));
  return own.includes(root) || !networks.has(root) || !own.some((other) => networks.has(other));
}

/**
 * What makes a switch keep a device in its VLAN: nothing where it does so, a change where nobody says that its bridge filters.
 * Undefined where it is stated not to: turning that on would move its other guests.
 */
export function keepingVlan(device: VirtualDevice, entity: Switch): readonly (Change | undefined)[] | undefined {
  if (!hasVlan(device) || entity.switchKind !== 'linux-bridge') return [];
  const { vlanFiltering } = entity.facts;
  if (valueOf(vlanFiltering) === true) return [];
  return vlanFiltering.state === 'known' ? undefined : [setting(entity, ['vlanFiltering'], true)];
}

export function hasVlan(device: VirtualDevice): boolean {
  return (valueOf(nicSetting(device, 'vlan')) ?? 0) !== 0 || (valueOf(device.facts.trunks) ?? []).length > 0;
}

function portPath(fn: PhysicalFunction): string {
  return (fn.port ?? fn).path;
}
