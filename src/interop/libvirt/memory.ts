import { DraftObject, type DraftValue } from '../draft.js';
import { bytes } from '../quantities.js';
import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';
import { nodesAttr, sizeAttr, sizeOf } from './values.js';

/** `memory`, `currentMemory`, `maxMemory`, `memoryBacking`, `numatune` and the balloon, in one object. */
export function memoryOf(context: DomainContext): DraftValue | undefined {
  const { domain, log } = context;
  const cells = domain.descend('cpu', 'numa')?.children('cell') ?? [];
  const total = sizeOf(domain.child('memory'), log) ?? sumOfCells(cells, context);
  const current = sizeOf(domain.child('currentMemory'), log);
  const most = sizeOf(domain.child('maxMemory'), log);
  const size = current !== undefined && current > 0 && (total === undefined || current < total) ? current : total;
  const max = Math.max(most ?? 0, total ?? 0);
  const memory = new DraftObject();
  if (size !== undefined && size > 0) memory.set('size', bytes(size));
  memory.set('requested', guaranteed(domain));
  const isShared = sharing(context, cells);
  memory.set('shared', isShared);
  memory.set('hugepages', hugepages(context));
  numatune(context, memory);
  const backing = domain.child('memoryBacking');
  if (backing?.child('locked') !== undefined) memory.set('locked', true);
  memory.set('balloon', balloon(context));
  if (size !== undefined && max > size) memory.set('max', bytes(max));
  const [only, ...others] = memory.entries;
  if (only === undefined) return undefined;
  return others.length === 0 && only.key === 'size' ? only.value : memory;
}

function sumOfCells(cells: readonly XmlElement[], { log }: DomainContext): number | undefined {
  const sizes = cells.map((cell) => sizeAttr(cell, 'memory', log) ?? 0);
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

/** oVirt's floor for the balloon is what its scheduler counts on. */
function guaranteed(domain: XmlElement): string | undefined {
  const element = domain.child('metadata')?.childNamed('vm')?.childNamed('minGuaranteedMemoryMb');
  const text = element?.content();
  if (text === undefined || !/^\d{1,9}$/.test(text) || text === '0') return undefined;
  element?.attr('type');
  return bytes(Number(text) * 2 ** 20);
}

function sharing({ domain }: DomainContext, cells: readonly XmlElement[]): boolean | undefined {
  const mode = domain.child('memoryBacking')?.child('access')?.attr('mode');
  const own = cells.map((cell) => cell.attr('memAccess') ?? mode);
  if (own.length > 0 && own.every((access) => access === 'shared')) return true;
  return mode === 'shared' ? true : undefined;
}

function hugepages(context: DomainContext): string | undefined {
  const { domain, log, path } = context;
  const element = domain.child('memoryBacking')?.child('hugepages');
  if (element === undefined) return undefined;
  const pages = element.children('page');
  const sizes = [...new Set(pages.map((page) => sizeAttr(page, 'size', log)).filter((size) => size !== undefined))];
  for (const page of pages) page.attr('nodeset');
  const [size] = sizes;
  if (size === undefined) {
    log.assume(element, `Huge pages of ${path} have no size; the default of x86 is taken, 2 MiB.`, path);
    return '2 MiB';
  }
  if (sizes.length > 1 || pages.some((page) => page.attr('nodeset') !== undefined))
    log.reduce(element, `Huge pages of ${path} differ by guest NUMA node; ${bytes(size)} is taken for all`, path);
  return bytes(size);
}

const MODES = new Set(['strict', 'preferred', 'interleave', 'restrictive']);

function numatune({ domain, host, log, path }: DomainContext, memory: DraftObject): void {
  const element = domain.child('numatune');
  if (element === undefined) return;
  const whole = element.child('memory');
  const cells = element.children('memnode');
  const nodes = nodesAttr(whole, 'nodeset', log) ?? [];
  const ofCells = cells.flatMap((cell) => {
    cell.attr('cellid');
    return nodesAttr(cell, 'nodeset', log) ?? [];
  });
  if (cells.length > 0)
    log.reduce(element, `Guest NUMA nodes of ${path} are bound one by one; the design has all their nodes together`, path);
  const all = [...new Set([...(ofCells.length > 0 ? ofCells : nodes)])].sort((a, b) => a - b).map((number) => host.numa.get(number));
  const mode = [whole, ...cells].map((part) => part?.attr('mode')).find((text) => text !== undefined && MODES.has(text));
  if (whole?.attr('placement') === 'auto') log.assume(whole, `Memory of ${path} is placed by numad when it starts; no node is set.`, path);
  const [only, ...others] = all;
  if (only === undefined) return;
  memory.set('nodes', others.length === 0 ? only : all);
  memory.set('mode', mode);
}

/** True where there is one, false where it is ruled out; libvirt adds one where nothing is said, on most machines. */
function balloon({ domain }: DomainContext): boolean | undefined {
  const model = domain.child('devices')?.child('memballoon')?.attr('model');
  return model === undefined ? undefined : model !== 'none';
}
