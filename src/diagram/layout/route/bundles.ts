import { type Box, type Link, tenantsOf } from '../../build/box.js';
import { anchors, anchorY } from './anchors.js';

/** How a line gets from one box to another. */
export type Way =
  /** Within one box of a column, from left to right: a device and the thread beside it. */
  | 'inside'
  /** To a column further right, or outside of the lane. */
  | 'forward'
  /** Both ends on the right of boxes of one column. */
  | 'loop'
  /** From one lane to another, around what lies between. */
  | 'far';

/** Lines that join on their way to one box, because they carry the same for the same tenant. */
export interface Bundle {
  readonly way: Way;
  readonly links: readonly Link[];
  /** The box further left; lines leave on its right. */
  readonly starts: readonly Box[];
  /** Heights at which they leave, by box. */
  readonly startYs: Map<Box, number>;
  readonly end: Box;
  endY: number;
  /** The end of the links is the start of the bundle: they point to the left. */
  readonly isReversed: boolean;
}

export function bundle(links: readonly Link[]): Bundle[] {
  const bundles = new Map<string, Link[]>();
  for (const link of links) {
    if (link.from.column < 0 || link.to.column < 0) continue;
    const { start, end, way } = endsOf(link);
    const tenants = tenantsOf(link);
    const tenant = tenants.size === 1 ? [...tenants][0] : '';
    const key = `${way}|${end.id}|${link.kind}|${tenant}|${start.column}|${start.lane}|${end === link.to}`;
    const list = bundles.get(key);
    if (list === undefined) bundles.set(key, [link]);
    else list.push(link);
  }
  const result = [...bundles.values()].map((list): Bundle => {
    const [first] = list as [Link];
    const { end, way } = endsOf(first);
    return {
      way,
      links: list,
      starts: list.map((link) => endsOf(link).start),
      startYs: new Map(),
      end,
      endY: anchorY(end),
      isReversed: end !== first.to,
    };
  });
  spreadEnds(result);
  return result;
}

function endsOf(link: Link): { start: Box; end: Box; way: Way } {
  const { from, to } = link;
  if (from.lane >= 0 && to.lane >= 0 && from.lane !== to.lane) return { start: from, end: to, way: 'far' };
  if (from.column < to.column) return { start: from, end: to, way: 'forward' };
  if (from.column > to.column) return { start: to, end: from, way: 'forward' };
  if (from.x + from.width < to.x) return { start: from, end: to, way: 'inside' };
  if (to.x + to.width < from.x) return { start: to, end: from, way: 'inside' };
  return { start: from, end: to, way: 'loop' };
}

/** Lines that end at one side of a box end side by side, in the order of where they come from. */
function spreadEnds(bundles: readonly Bundle[]): void {
  const left = new Map<Box, Bundle[]>();
  const right = new Map<Box, { bundle: Bundle; isEnd: boolean; other: number }[]>();
  const push = <T>(map: Map<Box, T[]>, box: Box, value: T) => {
    const list = map.get(box);
    if (list === undefined) map.set(box, [value]);
    else list.push(value);
  };
  for (const bundle of bundles) {
    const isOnRight = bundle.way === 'loop' || bundle.way === 'far';
    if (isOnRight) push(right, bundle.end, { bundle, isEnd: true, other: meanY(bundle.starts) });
    else push(left, bundle.end, bundle);
    for (const start of new Set(bundle.starts)) push(right, start, { bundle, isEnd: false, other: anchorY(bundle.end) });
  }
  for (const [box, list] of left) {
    list.sort((a, b) => meanY(a.starts) - meanY(b.starts));
    for (const [i, y] of anchors(box, list.length).entries()) (list[i] as Bundle).endY = y;
  }
  for (const [box, list] of right) {
    list.sort((a, b) => a.other - b.other);
    const ys = box.isTall ? tallAnchors(box, list) : anchors(box, list.length);
    for (const [i, { bundle, isEnd }] of list.entries()) {
      if (isEnd) bundle.endY = ys[i] as number;
      else bundle.startYs.set(box, ys[i] as number);
    }
    const [only] = list;
    if (list.length === 1 && only !== undefined && !only.isEnd) straighten(box, only.bundle);
  }
}

/** A line that would bend by a hair does not bend. */
function straighten(start: Box, bundle: Bundle): void {
  if (bundle.way !== 'forward' && bundle.way !== 'inside') return;
  const middle = anchorY(start);
  if (Math.abs(bundle.endY - middle) <= Math.min(start.headerHeight / 2 - 4, 10)) bundle.startYs.set(start, bundle.endY);
}

/** Beside a tall row stands a thread, in its upper part; lines that go elsewhere pass below it. */
function tallAnchors(box: Box, ends: readonly { bundle: Bundle }[]): number[] {
  const others = ends.filter(({ bundle }) => bundle.way !== 'inside').length;
  let i = 0;
  return ends.map(({ bundle }) => {
    if (bundle.way === 'inside') return box.y + UPPER;
    return box.y + box.height - LOWER + (others < 2 ? 0 : (i++ / (others - 1) - 0.5) * LOWER);
  });
}

const UPPER = 11;
const LOWER = 7;

export function meanY(boxes: readonly Box[]): number {
  return boxes.reduce((sum, box) => sum + anchorY(box), 0) / boxes.length;
}
