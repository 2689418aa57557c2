import { valueOf } from '../../core/model/fact.js';
import { guestCpus } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { NumaNode } from '../../core/model/pcie.js';
import { type CpuSet, cpuSetOf, emptyCpuSet, formatCpuSet, intersection, union } from '../../core/units/cpu-set.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';

/** The CPUs of a NUMA node by who is pinned to them: one row for each set that somebody names. */
export function cpuRows(node: NumaNode, context: BuildContext): Box[] {
  const own = valueOf(node.facts.cpus);
  if (own === undefined) return [];
  const users = new Map<string, { set: CpuSet; names: string[] }>();
  let pinned = emptyCpuSet;
  for (const { set, name } of pins(node.host)) {
    const here = intersection(set, own);
    if (here.size === 0) continue;
    const text = formatCpuSet(here);
    const entry = users.get(text) ?? { set: here, names: [] };
    entry.names.push(name);
    users.set(text, entry);
    pinned = union(pinned, here);
  }
  const free = without(own, pinned);
  const rows = [...users].map(([text, { set, names }]) => row(node, text, set.size, names, context));
  return free.size === 0 ? rows : [...rows, row(node, formatCpuSet(free), free.size, [], context)];
}

function row(node: NumaNode, cpus: string, count: number, names: readonly string[], context: BuildContext): Box {
  const box = context.drawing.box({
    id: `${node.path}#cpus/${cpus}`,
    path: node.path,
    kind: 'cpus',
    symbol: 'cpu',
    form: 'row',
    label: `${count === 1 ? 'CPU' : 'CPUs'} ${cpus}`,
    sublabel: names.length === 0 ? 'nobody pinned' : names.join(', '),
    facts: [`${count} logical CPUs`, ...names],
    isLeft: true,
  });
  box.isUnused = names.length === 0;
  return box;
}

export function hasPins(host: Host): boolean {
  return pins(host).length > 0;
}

/** Everything that names CPUs of the host. */
function pins(host: Host): { set: CpuSet; name: string }[] {
  const named = (set: CpuSet | undefined, name: string) => (set === undefined ? [] : [{ set, name }]);
  return [
    ...named(valueOf(host.facts.hostCpus), 'host'),
    ...host.switches.flatMap((entity) => named(valueOf(entity.facts.cpus), entity.id)),
    ...host.controllers.flatMap((entity) => named(valueOf(entity.facts.cpus), entity.id)),
    ...host.guests.flatMap((guest) => {
      const name = guest.count > 1 ? `${guest.id} ×${guest.count}` : guest.id;
      return [...named(valueOf(guestCpus(guest)), name), ...named(valueOf(guest.facts.emulatorCpus), `${name} main loop`)];
    }),
  ];
}

function without(all: CpuSet, taken: CpuSet): CpuSet {
  let left: [number, number][] = all.ranges.map(([first, last]) => [first, last]);
  for (const [first, last] of taken.ranges) {
    left = left.flatMap(([a, b]): [number, number][] => {
      const parts: [number, number][] = [
        [a, Math.min(b, first - 1)],
        [Math.max(a, last + 1), b],
      ];
      return parts.filter(([from, to]) => from <= to);
    });
  }
  return cpuSetOf(left);
}
