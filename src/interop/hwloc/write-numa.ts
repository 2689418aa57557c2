import { formatCpuSet } from '../../core/units/cpu-set.js';
import { type DraftObject, draft } from '../draft.js';
import type { ImportLog } from '../import-log.js';
import { aboutBytes } from '../quantities.js';
import { cpuSetOfMask } from './cpuset.js';
import { distancesOf } from './distances.js';
import type { HwObject } from './hw-object.js';
import { type NumaNodeFound, subtypeOf } from './numa-nodes.js';
import { threadsOf } from './threads.js';

export function writeNumaNodes(into: DraftObject, machine: HwObject, nodes: readonly NumaNodeFound[], log: ImportLog): void {
  const packages = machine.ofType('Package').map((pkg) => ({ pkg: pkg.take(), mask: pkg.cpus }));
  const distances = distancesOf(machine, nodes, log);
  const bandwidth = bandwidths(machine, nodes);
  const cores = machine.ofType('Core').map((core) => core.cpus);
  for (const node of [...nodes].sort((a, b) => a.osIndex - b.osIndex)) {
    const { object, cpus, id } = node;
    const sockets = packages.filter(({ pkg, mask }) => (mask & cpus) !== 0n || contains(pkg, object));
    const socket = sockets.length === 1 ? sockets[0]?.pkg.number('os_index') : undefined;
    const memory = object.number('local_memory');
    const kind = subtypeOf(object);
    const value = draft({
      cpus: cpus === 0n ? undefined : formatCpuSet(cpuSetOfMask(cpus)),
      ...threadsOf(cpus, cores),
      memory: memory === undefined || memory === 0 ? undefined : aboutBytes(memory),
      memoryBandwidth: bandwidth.get(node),
      hugepages: hugepages(object),
      socket,
      distances: distances.get(node),
    });
    const notes = [kind === undefined || kind === 'DRAM' ? undefined : kind, cpus === 0n ? 'memory only' : undefined].filter(
      (n) => n !== undefined,
    );
    into.set(id, value, notes.length > 0 ? { behind: notes.join(', ') } : {});
  }
}

function contains(pkg: HwObject, object: HwObject): boolean {
  for (let at: HwObject | undefined = object; at !== undefined; at = at.parent) if (at === pkg) return true;
  return false;
}

const HUGE: Readonly<Record<string, string>> = {
  65536: '64 KiB',
  2097152: '2 MiB',
  16777216: '16 MiB',
  33554432: '32 MiB',
  536870912: '512 MiB',
  1073741824: '1 GiB',
  17179869184: '16 GiB',
};

/** Pages set aside; the smallest size is the base page, which is not set aside. */
function hugepages(object: HwObject): DraftObject | undefined {
  const types = object.xml.raw.children.filter(({ name }) => name === 'page_type');
  const sizes = types.map((type) => {
    type.isRead = true;
    return { size: Number(type.attr('size')), count: Number(type.attr('count')) };
  });
  const base = Math.min(...sizes.map(({ size }) => size));
  const set = sizes.filter(({ size, count }) => size > base && count > 0 && HUGE[size] !== undefined && Number.isSafeInteger(count));
  return set.length === 0 ? undefined : draft(Object.fromEntries(set.map(({ size, count }) => [HUGE[size], count])));
}

/** The `Bandwidth` memory attribute: MiB/s from each node to the CPUs beside it. */
function bandwidths(machine: HwObject, nodes: readonly NumaNodeFound[]): Map<NumaNodeFound, string> {
  const found = new Map<NumaNodeFound, string>();
  const byIndex = new Map(nodes.map((node) => [node.object.xml.raw.attributes.find(({ name }) => name === 'gp_index')?.value, node]));
  const topology = machine.xml.parent;
  for (const attribute of topology?.raw.children.filter(({ name }) => name === 'memattr') ?? []) {
    const name = attribute.raw.attributes.find((a) => a.name === 'name')?.value;
    if (name !== 'Bandwidth') continue;
    attribute.isRead = true;
    attribute.attr('name');
    for (const value of attribute.raw.children) {
      const target = value.raw.attributes.find((a) => a.name === 'target_obj_gp_index')?.value;
      const node = target === undefined ? undefined : byIndex.get(target);
      const mibPerSec = Number(value.raw.attributes.find((a) => a.name === 'value')?.value);
      if (node === undefined || !Number.isInteger(mibPerSec) || mibPerSec <= 0 || mibPerSec > 1e9) continue;
      value.isRead = true;
      node.object.attr('gp_index');
      for (const name of ['target_obj_type', 'target_obj_gp_index', 'value', 'initiator_cpuset']) value.attr(name);
      found.set(node, `${mibPerSec} MiB/s`);
    }
  }
  return found;
}
