import { formatBitsPerSec, formatOpsPerSec } from '../../core/units/format.js';
import type { FlowResult } from '../../sim/result.js';
import type { NodeIndex } from '../scene.js';
import type { Box, Link } from './box.js';
import type { Drawing } from './drawing.js';

type Load = NonNullable<Link['load']>;

/**
 * Adds up flows on virtual devices and on the lines they take.
 *
 * @returns on how many virtual devices there is load.
 */
export function noteLoads(flows: readonly FlowResult[], drawing: Drawing, index: NodeIndex<Box>): number {
  const ways = new Ways(drawing.links);
  const byRow = new Map<Box, Load>();
  const byLink = new Map<Link, Load>();
  for (const flow of flows) {
    const ends = [index.find(flow.from), index.find(flow.to)].filter((box) => box !== undefined);
    const rows = ends.filter((box) => LOADED.has(box.kind));
    const network = ends.find((box) => box.kind === 'network');
    for (const row of new Set(rows)) {
      add(byRow, row, unitOf(row), flow);
      for (const link of ways.of(row)) if (ways.carries(link, rows, network)) add(byLink, link, unitOf(row), flow);
    }
  }
  for (const [row, load] of byRow) row.status = textOf(load);
  for (const [link, load] of byLink) {
    if (ways.isSplit(link)) continue;
    link.load = load;
    link.label = textOf(load);
  }
  return byRow.size;
}

/** What stands for virtual devices in one view or another. */
const LOADED = new Set<Box['kind']>(['virtual-device', 'guest', 'tenant']);

/** Which lines each virtual device takes. */
class Ways {
  readonly #links = new Map<Box, Link[]>();
  readonly #split = new Set<Link>();

  constructor(links: readonly Link[]) {
    for (const link of links) {
      for (const user of link.users) {
        const list = this.#links.get(user);
        if (list === undefined) this.#links.set(user, [link]);
        else list.push(link);
      }
    }
    for (const list of this.#links.values()) this.#noteSplits(list);
  }

  /** Where a way splits, over bonded uplinks or mirrored disks, nobody says which part takes which share. */
  #noteSplits(links: readonly Link[]): void {
    const first = new Map<string, Link>();
    for (const link of links) {
      if (link.kind === 'mapping') continue;
      const key = link.kind === 'network' ? `to ${link.to.id}` : `${link.kind} from ${link.from.id}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, link);
      else this.#split.add(other).add(link);
    }
  }

  of(row: Box): readonly Link[] {
    return this.#links.get(row) ?? [];
  }

  isSplit(link: Link): boolean {
    return this.#split.has(link);
  }

  /** What two devices have in common lies behind the switch at which their ways meet; and a frame for one network is not on another. */
  carries(link: Link, rows: readonly Box[], network: Box | undefined): boolean {
    if (rows.length > 1 && link.kind !== 'mapping' && rows.every((row) => link.users.has(row))) return false;
    return link.kind !== 'network' || network === undefined || link.to === network;
  }
}

function add<Key>(loads: Map<Key, Load>, key: Key, unit: Load['unit'], flow: FlowResult): void {
  const rate = unit === 'bit/s' ? 'bitsPerSec' : 'opsPerSec';
  const load = loads.get(key) ?? { achieved: 0, offered: 0, unit };
  loads.set(key, load);
  // Packets, I/Os and jobs do not add up; the first kind that was met stays.
  if (load.unit !== unit) return;
  load.achieved += flow.achieved[rate];
  // Who saturates offers no number; what passed is then all there is to say.
  load.offered += Number.isFinite(flow.offered[rate]) ? flow.offered[rate] : flow.achieved[rate];
}

function unitOf({ symbol }: Box): Load['unit'] {
  if (symbol === 'storage' || symbol === 'disk') return 'IOPS';
  return symbol === 'compute' || symbol === 'gpu' || symbol === 'chip' ? 'op/s' : 'bit/s';
}

/** Line widths: what carries nothing, and what carries the most of its unit. */
const THIN = 1.5;
const THICK = 3.5;

/** Widens lines by what they carry, each unit by its own largest. */
export function widen(links: readonly Link[]): void {
  const most = new Map<string, number>();
  for (const { load } of links) if (load !== undefined) most.set(load.unit, Math.max(most.get(load.unit) ?? 0, load.achieved));
  for (const link of links) {
    const largest = link.load === undefined ? 0 : (most.get(link.load.unit) ?? 0);
    if (link.load !== undefined && largest > 0) link.width = THIN + (THICK - THIN) * Math.sqrt(link.load.achieved / largest);
  }
}

/** "2 of 2 Gbit/s": two numbers also where everything passed, so that nobody has to guess what one alone would mean. */
function textOf({ achieved, offered, unit }: Load): string {
  const format = (value: number) => (unit === 'bit/s' ? formatBitsPerSec(value) : formatOpsPerSec(value, unit));
  const [got, wanted] = [format(achieved), format(offered)];
  const [gotNumber, gotUnit] = got.split(' ');
  return gotUnit === wanted.split(' ')[1] ? `${gotNumber} of ${wanted}` : `${got} of ${wanted}`;
}
