import type { EdgeKind, Mark, NodeForm, NodeKind, Point, SceneEdge, SymbolName } from '../scene.js';

/** A node before it has a place. Views make and arrange boxes, overlays write on them, the layout gives them a rectangle. */
export interface Box {
  readonly id: string;
  readonly path: string;
  readonly kind: NodeKind;
  readonly symbol: SymbolName;
  readonly form: NodeForm;
  label: string;
  sublabel: string;
  parent: Box | undefined;
  readonly children: Box[];
  /** In a `split` frame, children of this mark stand in the left of two columns. */
  isLeft: boolean;
  isSplit: boolean;
  /** Owner, for guests. */
  owner: string | undefined;
  readonly tenants: Set<string>;
  count: number;
  fold: string | undefined;
  readonly covers: string[];
  readonly marks: Mark[];
  facts: readonly string[];
  /** What two boxes must have in common to be folded into one, besides their children and links; undefined: never folded. */
  alike: string | undefined;
  readonly problems: { error: number; warning: number };
  heat: number | undefined;
  isBottleneck: boolean;
  status: string;
  /** Room for a line that leaves below the thread beside it. */
  isTall: boolean;
  isUnused: boolean;
  /** Set by the layout. */
  x: number;
  y: number;
  width: number;
  height: number;
  headerHeight: number;
  /** Place in the columns and lanes of the picture; -1: not placed. */
  column: number;
  lane: number;
}

export type BoxInit = Pick<Box, 'id' | 'kind' | 'symbol' | 'form' | 'label'> &
  Partial<
    Pick<Box, 'path' | 'sublabel' | 'owner' | 'count' | 'fold' | 'covers' | 'marks' | 'facts' | 'alike' | 'isLeft' | 'isSplit' | 'status'>
  >;

export function makeBox(init: BoxInit): Box {
  return {
    path: init.id,
    sublabel: '',
    parent: undefined,
    children: [],
    isLeft: false,
    isSplit: false,
    owner: undefined,
    count: 1,
    fold: undefined,
    covers: [],
    marks: [],
    facts: [],
    alike: undefined,
    heat: undefined,
    isBottleneck: false,
    status: '',
    isTall: false,
    isUnused: false,
    x: 0,
    y: 0,
    width: 0,
    height: 0,
    headerHeight: 0,
    column: -1,
    lane: -1,
    ...init,
    tenants: new Set(init.owner === undefined ? [] : [init.owner]),
    problems: { error: 0, warning: 0 },
  };
}

export function contains(outer: Box, inner: Box): boolean {
  for (let at: Box | undefined = inner; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

export function* descendants(box: Box): Generator<Box> {
  yield box;
  for (const child of box.children) yield* descendants(child);
}

/** A line between two boxes before it has a route. */
export interface Link {
  from: Box;
  to: Box;
  readonly kind: EdgeKind;
  count: number;
  readonly users: Set<Box>;
  label: string;
  /** Simulated rates that pass, in the unit of `unit`. */
  load: { achieved: number; offered: number; unit: 'bit/s' | 'IOPS' | 'op/s' } | undefined;
  width: number;
  points: readonly Point[];
  labelAt: SceneEdge['labelAt'];
}

/** The tenants whose virtual devices use a link. */
export function tenantsOf(link: Link): Set<string> {
  const tenants = new Set<string>();
  for (const user of link.users) for (const tenant of user.tenants) tenants.add(tenant);
  return tenants;
}
