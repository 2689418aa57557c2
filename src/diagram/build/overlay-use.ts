import type { Box } from './box.js';
import type { Drawing } from './drawing.js';

/** Kinds that are there to be used; a NUMA node or a PCIe port without users is nothing to remark on. */
const USABLE = new Set<Box['kind']>([
  'controller',
  'switch',
  'volume',
  'device',
  'namespace',
  'partition',
  'mediated-type',
  'nic-port',
  'function',
  'network',
]);

/** Writes on every box which tenants use it, and whether anything does. */
export function noteUse(drawing: Drawing, roots: readonly Box[]): void {
  for (const [row, chain] of drawing.chains) {
    for (const box of chain) for (const tenant of row.tenants) box.tenants.add(tenant);
  }
  const linked = new Set(drawing.used);
  for (const { from, to } of drawing.links) linked.add(from).add(to);
  for (const root of roots) note(root, linked, false);
}

/** @returns whether the box, or anything in it, is in use. */
function note(box: Box, linked: ReadonlySet<Box>, isPortInUse: boolean): boolean {
  // What is in a port that is in use, its PF for one, is in use as well.
  const isPort = box.kind === 'nic-port';
  let isUsed = linked.has(box) || box.status !== '' || (box.kind === 'vf' && !box.isUnused);
  for (const child of box.children) if (child.kind !== 'function' || !isPort) isUsed = note(child, linked, false) || isUsed;
  for (const child of box.children) if (child.kind === 'function' && isPort) isUsed = note(child, linked, isUsed) || isUsed;
  if (USABLE.has(box.kind) && box.form !== 'thread') box.isUnused = !isUsed && !isPortInUse;
  return isUsed;
}
