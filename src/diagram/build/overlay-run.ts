import { formatBitsPerSec, formatOpsPerSec, formatRatio } from '../../core/units/format.js';
import type { FlowResult, SimulationResult } from '../../sim/result.js';
import type { NodeIndex } from '../scene.js';
import type { Box, Link } from './box.js';
import type { Drawing } from './drawing.js';

/** Line widths: what carries nothing, and what carries the most of its unit. */
const THIN = 1.5;
const THICK = 3.5;

type Load = NonNullable<Link['load']>;

/**
 * Writes a simulation on the picture: utilisation on what is used, achieved against offered on virtual devices and lines, and
 * where flows are held up.
 *
 * @returns how many resources and flows of the run belong to something in the picture.
 */
export function noteRun(result: SimulationResult, drawing: Drawing, index: NodeIndex<Box>): number {
  const matched = noteResources(result, index);
  const loads = new Map<Box, Load>();
  for (const flow of result.flows) {
    const box = rowOf(flow, index);
    if (box === undefined) continue;
    add(loads, box, flow);
  }
  for (const [box, load] of loads) box.status = textOf(load);
  const links = drawing.links;
  const bySource = new Map<Box, Link[]>();
  for (const link of links) bySource.set(link.from, [...(bySource.get(link.from) ?? []), link]);
  for (const link of links) noteLink(link, loads, bySource.get(link.from) ?? []);
  return matched + loads.size;
}

function noteResources(result: SimulationResult, index: NodeIndex<Box>): number {
  const byId = new Map<string, Box>();
  for (const { id, entity, utilisationRatio } of result.resources) {
    const box = index.find(entity);
    if (box === undefined) continue;
    byId.set(id, box);
    if (box.heat !== undefined && box.heat >= utilisationRatio) continue;
    box.heat = Math.max(0, utilisationRatio);
    box.status = `${partOf(id, entity, box)}${formatRatio(utilisationRatio)}`;
  }
  const held = new Map<Box, number>();
  for (const { bottleneck } of result.flows) {
    const box = bottleneck === null ? undefined : byId.get(bottleneck);
    if (box !== undefined) held.set(box, (held.get(box) ?? 0) + 1);
  }
  for (const [box, flows] of held) {
    box.isBottleneck = true;
    box.facts = [...box.facts, `bottleneck of ${flows} ${flows === 1 ? 'flow' : 'flows'}`];
  }
  return byId.size;
}

/** What of a box is busy: `tx `; with the way to it where the box stands for something around the entity. */
function partOf(id: string, entity: string, box: Box): string {
  const part = id.startsWith(`${entity}:`) ? id.slice(entity.length + 1) : '';
  const plain = entity.replace(/\[\d+\]/g, '');
  const inside = plain.startsWith(`${box.path}/`) ? plain.slice(box.path.length + 1) : '';
  return [inside, part].filter((text) => text !== '').join(' ') + (inside === '' && part === '' ? '' : ' ');
}

/** The virtual device that a flow starts at, or else ends at. */
function rowOf(flow: FlowResult, index: NodeIndex<Box>): Box | undefined {
  for (const path of [flow.from, flow.to]) {
    const box = index.find(path);
    if (box !== undefined && (box.kind === 'virtual-device' || box.kind === 'guest' || box.kind === 'tenant')) return box;
  }
  return undefined;
}

function add(loads: Map<Box, Load>, box: Box, flow: FlowResult): void {
  const unit = unitOf(box);
  const key = unit === 'bit/s' ? 'bitsPerSec' : 'opsPerSec';
  const load = loads.get(box) ?? { achieved: 0, offered: 0, unit };
  load.achieved += flow.achieved[key];
  // Who saturates offers no number; what passed is then all there is to say.
  load.offered += Number.isFinite(flow.offered[key]) ? flow.offered[key] : flow.achieved[key];
  loads.set(box, load);
}

function unitOf({ symbol }: Box): Load['unit'] {
  if (symbol === 'storage' || symbol === 'disk') return 'IOPS';
  return symbol === 'compute' || symbol === 'gpu' || symbol === 'chip' ? 'op/s' : 'bit/s';
}

function noteLink(link: Link, loads: ReadonlyMap<Box, Load>, siblings: readonly Link[]): void {
  const users = [...link.users].flatMap((user) => loads.get(user) ?? []);
  const [first] = users;
  if (first === undefined || users.some((load) => load.unit !== first.unit) || isFork(link, siblings)) return;
  const load = { achieved: 0, offered: 0, unit: first.unit };
  for (const { achieved, offered } of users) {
    load.achieved += achieved;
    load.offered += offered;
  }
  link.load = load;
  link.label = textOf(load);
}

/** Where a way splits, over bonded uplinks or mirrored disks, nobody says which part takes which share. */
function isFork(link: Link, siblings: readonly Link[]): boolean {
  return link.kind !== 'mapping' && siblings.some((other) => other !== link && other.kind === link.kind && overlaps(other, link));
}

function overlaps(a: Link, b: Link): boolean {
  for (const user of a.users) if (b.users.has(user)) return true;
  return false;
}

/** Widens lines by what they carry, each unit by its own largest. */
export function widen(links: readonly Link[]): void {
  const most = new Map<string, number>();
  for (const { load } of links) if (load !== undefined) most.set(load.unit, Math.max(most.get(load.unit) ?? 0, load.achieved));
  for (const link of links) {
    const largest = link.load === undefined ? 0 : (most.get(link.load.unit) ?? 0);
    if (link.load !== undefined && largest > 0) link.width = THIN + (THICK - THIN) * Math.sqrt(link.load.achieved / largest);
  }
}

/** "2 of 2 Gbit/s"; one number where everything passed that was asked for is still two, so that nobody has to guess. */
function textOf({ achieved, offered, unit }: Load): string {
  const format = (value: number) => (unit === 'bit/s' ? formatBitsPerSec(value) : formatOpsPerSec(value, unit));
  const [got, wanted] = [format(achieved), format(offered)];
  const [gotNumber, gotUnit] = got.split(' ');
  return gotUnit === wanted.split(' ')[1] ? `${gotNumber} of ${wanted}` : `${got} of ${wanted}`;
}
