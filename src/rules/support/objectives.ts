import type { Objective, Workload } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';

/** The workloads that an objective is about. */
export function workloadsOf(topology: Topology, objective: Objective): readonly Workload[] {
  const target = valueOf(objective.facts.of)?.target;
  if (target?.kind === 'workload') return [target];
  if (target === undefined) return [];
  return topology.workloads.filter((workload) =>
    devicesOfWorkload(workload).some((device) => device === target || device.guest === target),
  );
}

/** The virtual devices at the ends of a workload. */
export function devicesOfWorkload({ facts }: Workload): VirtualDevice[] {
  return [facts.from, facts.to, facts.on].flatMap((fact) => valueOf(fact)?.as('virtual-device') ?? []);
}

/** The virtual devices that an objective is about: those it names, of its guest, or of its workload. */
export function devicesOfObjective(objective: Objective): VirtualDevice[] {
  const target = valueOf(objective.facts.of)?.as('workload', 'virtual-device', 'guest');
  switch (target?.kind) {
    case 'virtual-device':
      return [target];
    case 'guest':
      return [...target.devices];
    case 'workload':
      return devicesOfWorkload(target);
    default:
      return [];
  }
}
