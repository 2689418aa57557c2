import type { Device } from '../../core/model/device.js';
import type { Topology } from '../../core/model/topology.js';
import { assignments } from './assignments.js';
import { gpuUsers } from './gpu.js';
import { hostUses } from './host-uses.js';
import { takersByFunction } from './vfs.js';

/** Devices of the same host and kind as another that nobody uses: no guest has them or a part of them, and the host does not. */
export function spareFor(device: Device, topology: Topology): Device[] {
  const given = assignments(topology);
  const takers = takersByFunction(topology);
  const used = hostUses(device.host);
  return device.host.devices.filter((other) => {
    if (other === device || other.deviceKind !== device.deviceKind) return false;
    const { mig, mediated, whole } = gpuUsers(topology, other);
    const isTaken = other.functions.some((fn) => used.has(fn) || given.of(fn).length > 0 || (takers.get(fn) ?? []).length > 0);
    return !isTaken && mig.length + mediated.length + whole.length === 0;
  });
}
