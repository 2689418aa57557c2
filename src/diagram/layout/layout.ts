import type { SimulationResult } from '../../sim/result.js';
import { type Box, descendants, type Link, tenantsOf } from '../build/box.js';
import type { Drawing, Picture } from '../build/drawing.js';
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
  const boxes = rootsOf(picture).flatMap((root) => [...descendants(root)]);
  const groups = picture.outlines.filter((outline) => outline.covers.length > 0).map(placeOutline);
  const top = bottom + sizes.margin;
  const legend = placeLegend({ ...input, hasGroups: groups.length > 0 }, width, top);
  const order = new Map(input.tenants.map((tenant) => [tenant.id, tenant.index]));
  const targets = targetsOf(drawn);
  const nodes = boxes.map((box) => nodeOf(box, order, targets.get(box) ?? []));
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

const LABEL_SIZE = 10;

/** A label stands before the end of its line, if it has that end for itself and there is room in the gutter. */
function placeLabels(links: readonly Link[]): void {
  const endOf = (link: Link) => `${link.to.id} ${link.points.at(-1)?.y}`;
  const ends = new Map<string, number>();
  for (const link of links) ends.set(endOf(link), (ends.get(endOf(link)) ?? 0) + 1);
  for (const link of links) {
    const end = link.points.at(-1);
    if (link.label === '' || end === undefined) continue;
    if (link.kind === 'interconnect') {
      link.labelAt = { x: link.from.x + link.from.width - 4, y: (link.from.y + link.from.height + link.to.y) / 2 + 3.5 };
    } else if (link.from.kind !== 'virtual-device' && ends.get(endOf(link)) === 1 && widthOf(link.label, LABEL_SIZE) < sizes.gutter - 12) {
      link.labelAt = { x: end.x - 8, y: end.y - 4 };
    }
  }
}

function targetsOf(links: readonly Link[]): Map<Box, string[]> {
  const targets = new Map<Box, string[]>();
  for (const { from, to } of links) targets.set(from, [...(targets.get(from) ?? []), to.label]);
  return targets;
}

function nodeOf(box: Box, order: ReadonlyMap<string, number>, targets: readonly string[]): SceneNode {
  const tenants = [...box.tenants].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const node = {
    id: box.id,
    path: box.path,
    kind: box.kind,
    symbol: box.symbol,
    form: box.form,
    label: box.label,
    sublabel: box.sublabel,
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

function edgeOf(link: Link, order: ReadonlyMap<string, number>): SceneEdge {
  const tenants = [...tenantsOf(link)].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
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
    labelAt: link.labelAt ?? null,
  };
}
