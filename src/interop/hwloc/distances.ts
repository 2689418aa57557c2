import { type DraftObject, draft } from '../draft.js';
import type { ImportLog } from '../import-log.js';
import type { XmlElement } from '../xml/element.js';
import type { HwObject } from './hw-object.js';
import type { NumaNodeFound } from './numa-nodes.js';

/** hwloc: the values of a matrix are latencies (HWLOC_DISTANCES_KIND_MEANS_LATENCY, hwloc/distances.h). */
const MEANS_LATENCY = 4;

/** Distances between NUMA nodes as the firmware tells them (SLIT), in either form that hwloc writes. */
export function distancesOf(machine: HwObject, nodes: readonly NumaNodeFound[], log: ImportLog): Map<NumaNodeFound, DraftObject> {
  const result = new Map<NumaNodeFound, DraftObject>();
  const found = matrixSince2(machine, nodes, log) ?? matrixBefore2(machine, nodes);
  if (found === undefined) return result;
  const { order, values } = found;
  for (const [row, from] of order.entries()) {
    const others = order.flatMap((to, column) => {
      const value = Math.round(values[row * order.length + column] as number);
      return to === from || !(value >= 10 && value < 1000) ? [] : [{ to, value }];
    });
    others.sort((a, b) => a.to.osIndex - b.to.osIndex);
    if (others.length > 0) result.set(from, draft(Object.fromEntries(others.map(({ to, value }) => [to.id, value]))));
  }
  return result;
}

interface Matrix {
  readonly order: readonly NumaNodeFound[];
  /** Row by row. */
  readonly values: readonly number[];
}

/** `<distances2 type="NUMANode" indexing="os">` below the topology, its values in several pieces. */
function matrixSince2(machine: HwObject, nodes: readonly NumaNodeFound[], log: ImportLog): Matrix | undefined {
  for (const element of machine.xml.parent?.raw.children ?? []) {
    if (element.name !== 'distances2' || element.raw.attributes.find(({ name }) => name === 'type')?.value !== 'NUMANode') continue;
    if ((Number(element.raw.attributes.find(({ name }) => name === 'kind')?.value) & MEANS_LATENCY) === 0) continue;
    element.isRead = true;
    for (const name of ['type', 'nbobjs', 'kind', 'name']) element.attr(name);
    const byOsIndex = element.attr('indexing') !== 'gp';
    const numbers = (name: string) =>
      element.children(name).flatMap((part) => {
        part.attr('length');
        return (part.content() ?? '')
          .split(/\s+/)
          .filter((text) => text !== '')
          .map(Number);
      });
    const order = numbers('indexes').map((index) =>
      nodes.find(({ osIndex, object }) => (byOsIndex ? osIndex === index : object.number('gp_index') === index)),
    );
    const values = numbers('u64values');
    if (order.includes(undefined) || order.length === 0 || values.length !== order.length ** 2) {
      log.invalid(element, 'nbobjs', element.attr('nbobjs') ?? '', 'a matrix over the NUMA nodes of the machine');
      continue;
    }
    return { order: order as NumaNodeFound[], values };
  }
  return undefined;
}

/** `<distances>` inside an object, its rows and columns the NUMA nodes below that object in order of the text. */
function matrixBefore2(machine: HwObject, nodes: readonly NumaNodeFound[]): Matrix | undefined {
  for (const object of machine.all()) {
    for (const element of object.xml.raw.children) {
      if (element.name !== 'distances' || !spansNodes(element, object, nodes)) continue;
      element.isRead = true;
      for (const name of ['nbobjs', 'relative_depth']) element.attr(name);
      const base = Number(element.attr('latency_base') ?? 1);
      const values = element.children('latency').map((latency) => Number(latency.attr('value')) * base);
      if (values.length === nodes.length ** 2) return { order: nodes, values };
    }
  }
  return undefined;
}

/** The matrix is over objects a number of levels below its own: over NUMA nodes if the nodes are there, all of them. */
function spansNodes(element: XmlElement, object: HwObject, nodes: readonly NumaNodeFound[]): boolean {
  const value = (wanted: string) => Number(element.raw.attributes.find(({ name }) => name === wanted)?.value);
  if (value('nbobjs') !== nodes.length) return false;
  const below = object.ofType('NUMANode');
  return below.length === nodes.length && object.type !== 'NUMANode' && value('relative_depth') >= 1;
}
