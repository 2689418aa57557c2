import type { SimulationResult } from '../../sim/result.js';
import { type Box, type Link, tenantsOf } from '../build/box.js';
import type { Drawing, Picture } from '../build/drawing.js';
import { clip } from '../build/fact-lines.js';
import type { LegendTenant, Scene, SceneEdge, SceneNode, ViewName } from '../scene.js';
import { widthOf } from '../svg/text.js';
import { arrange } from './arrange.js';
import { placeLegend } from './legend.js';
import { placeOutline } from './outlines.js';
import { route } from './route/routes.js';
import { sizes } from './sizes.js';
import { describeScene, speak } from './words.js';

/** A picture with everything written on it, ready to be laid out. */
export interface LayoutInput {
  readonly view: ViewName;
  readonly title: string;
  readonly subtitle: string;
  readonly picture: Picture;
  readonly drawing: Drawing;
  readonly notes: readonly string[];
  readonly tenants: readonly LegendTenant[];
  readonly problems: { readonly error: number; readonly warning: number };
  readonly run: SimulationResult | undefined;
}

/** Boxes to rectangles, links to routes. Deterministic: what comes later in the document moves nothing sideways and nothing before it. */
export function layOut(input: LayoutInput): Scene {
  const { picture, drawing } = input;
  const links = drawing.links;
  noteTall(links);
  const { geometry, headings, width, bottom } = arrange(picture, links);
  const drawn = links.filter((link) => link.from.column >= 0 && link.to.column >= 0);
  route(drawn, geometry);
  placeLabels(drawn);
  const boxes: Box[] = [];
  for (const root of rootsOf(picture)) collect(root, boxes);
  const groups = picture.outlines.filter((outline) => outline.covers.length > 0).map(placeOutline);
  const top = bottom + sizes.margin;
  const legend = placeLegend({ ...input, hasGroups: groups.length > 0 }, width, top);
  const order = new Map(input.tenants.map((tenant) => [tenant.id, tenant.index]));
  const targets = targetsOf(drawn);
  const nodes = boxes.map((box) => nodeOf(box, order, targets.get(box) ?? NONE));
  const edges = drawn.map((link) => edgeOf(link, order));
  return {
    view: input.view,
    title: input.title,
    subtitle: input.subtitle,
    description: describeScene(input.title, input.subtitle, nodes),
    size: { width, height: legend.rect.height === 0 ? top : top + legend.rect.height + sizes.margin },
    nodes,
    edges,
    groups,
    headings,
    legend,
    notes: input.notes,
  };
}

function collect(box: Box, boxes: Box[]): void {
  boxes.push(box);
  for (const child of box.children) collect(child, boxes);
}

function rootsOf({ lanes, outside }: Picture): Box[] {
  return [
    ...lanes.flatMap((lane) =>
      lane.frame === undefined ? lane.cells.flatMap((sections) => sections.flatMap((s) => s.boxes)) : [lane.frame],
    ),
    ...outside.flatMap((section) => section.boxes),
  ];
}

/** A device with a thread beside it that also leads somewhere else needs room for both lines. */
function noteTall(links: readonly Link[]): void {
  const beside = new Set<Box>();
  const elsewhere = new Set<Box>();
  for (const { from, to } of links) (to.form === 'thread' ? beside : elsewhere).add(from);
  for (const box of beside) box.isTall = box.form === 'row' && elsewhere.has(box);
}

/** Longer than any box is wide. */
const MAX_TEXT = 200;

const NONE: readonly string[] = [];

const LABEL_SIZE = 10;

/** A label stands behind the start of its line, if the line has that side of the box for itself and there is room in the gutter. */
function placeLabels(links: readonly Link[]): void {
  const starts = new Map<Box, number>();
  for (const { from } of links) starts.set(from, (starts.get(from) ?? 0) + 1);
  for (const link of links) {
    const [start] = link.points;
    if (link.label === '' || start === undefined) continue;
    const { from, to } = link;
    if (link.kind === 'interconnect') {
      link.labelAt = { x: from.x + from.width - 4, y: (from.y + from.height + to.y) / 2 + 3.5, anchor: 'end' };
    } else if (from.kind !== 'virtual-device' && starts.get(from) === 1 && widthOf(link.label, LABEL_SIZE) < sizes.gutter - 18) {
      link.labelAt = { x: start.x + 6, y: start.y - 5, anchor: 'start' };
    }
  }
}

function targetsOf(links: readonly Link[]): Map<Box, string[]> {
  const targets = new Map<Box, string[]>();
  for (const { from, to } of links) {
    const labels = targets.get(from);
    if (labels === undefined) targets.set(from, [to.label]);
    else labels.push(to.label);
  }
  return targets;
}

function nodeOf(box: Box, order: ReadonlyMap<string, number>, targets: readonly string[]): SceneNode {
  const tenants = inOrder(box.tenants, order);
  const node = {
    id: box.id,
    path: box.path,
    kind: box.kind,
    symbol: box.symbol,
    form: box.form,
    label: clip(box.label, MAX_TEXT),
    sublabel: clip(box.sublabel, MAX_TEXT),
    rect: { x: box.x, y: box.y, width: box.width, height: box.height },
    headerHeight: box.headerHeight,
    parent: box.parent?.id ?? null,
    tenant: box.owner ?? (tenants.length === 1 ? (tenants[0] as string) : null),
    tenants,
    count: box.count,
    showsCount: box.count > 1 && box.count !== box.parent?.count && !box.label.startsWith(String(box.count)),
    fold: box.fold ?? null,
    covers: box.covers,
    problems: { ...box.problems },
    heat: box.heat ?? null,
    isBottleneck: box.isBottleneck,
    status: box.status,
    marks: box.marks,
    isUnused: box.isUnused,
    facts: box.facts,
  };
  return { ...node, aria: speak(node, targets) };
}

function inOrder(tenants: ReadonlySet<string>, order: ReadonlyMap<string, number>): string[] {
  const list = [...tenants];
  return list.length < 2 ? list : list.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

function edgeOf(link: Link, order: ReadonlyMap<string, number>): SceneEdge {
  const tenants = inOrder(tenantsOf(link), order);
  const { load } = link;
  return {
    id: `${link.from.id} > ${link.to.id}`,
    from: link.from.id,
    to: link.to.id,
    kind: link.kind,
    points: link.points,
    tenant: tenants.length === 1 ? (tenants[0] as string) : null,
    count: link.count,
    users: [...link.users].map((user) => user.id),
    width: link.width,
    shortfallRatio: load === undefined || load.offered <= 0 ? null : Math.max(0, 1 - load.achieved / load.offered),
    label: link.label,
    labelAt: link.labelAt,
  };
}
