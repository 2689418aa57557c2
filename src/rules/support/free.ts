import type { NicPort } from '../../core/model/device.js';
import { type PhysicalFunction, virtualFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import { MAX_VFS_LISTED } from '../../core/model/iommu-groups.js';
import type { Topology } from '../../core/model/topology.js';
import type { CpuSet } from '../../core/units/cpu-set.js';
import { assignments } from './assignments.js';
import { freeCpus } from './cpus.js';
import { hostUses } from './host-uses.js';
import { isNic } from './l2.js';
import { nodesOfCpus } from './numa.js';

/** An id that nothing of a host has: the wanted one, or that with a number behind it. */
export function freshId(host: Host, wanted: string): string {
  const lists = [host.switches, host.devices, host.guests, host.controllers, host.volumes, host.numaNodes, host.ports];
  const taken = new Set(lists.flatMap((list) => list.map(({ id }) => id)));
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
  return id;
}

/** Ports of NICs that neither the host nor a guest has as a whole. */
export function freePorts(topology: Topology, host: Host): NicPort[] {
  const used = hostUses(host);
  const given = assignments(topology);
  return host.devices
    .filter(isNic)
    .flatMap(({ ports }) => ports)
    .filter(({ fn }) => fn !== undefined && !used.has(fn) && given.of(fn).length === 0);
}

/** As a reference names a port. */
export function nameOfPort(port: NicPort): string {
  return `${port.device.id}/${port.id}`;
}

/** Indexes of VFs of a function that neither a guest nor the host has. */
export function freeVfIndexes(topology: Topology, fn: PhysicalFunction): number[] {
  const given = assignments(topology);
  const used = hostUses(fn.device.host);
  return Array.from({ length: Math.min(fn.numVfs, MAX_VFS_LISTED) }, (_, i) => i).filter((i) => {
    const vf = virtualFunction(fn, i);
    return vf !== undefined && !used.has(vf) && given.of(vf).length === 0;
  });
}

/** CPUs that nothing is pinned to, on the NUMA node where a set of them is: those behind it first, CPU 0 last, where Linux keeps house. */
export function freeCpusBeside(host: Host, cpus: CpuSet): number[] {
  const [node, ...others] = nodesOfCpus(host, cpus);
  const free = freeCpus(host, others.length === 0 ? node : undefined);
  const first = cpus.ranges[0]?.[0] ?? 0;
  return [
    ...free.filter((cpu) => cpu > first),
    ...free.filter((cpu) => cpu <= first && cpu !== 0),
    ...free.filter((cpu) => cpu === 0 && cpu <= first),
  ];
}
