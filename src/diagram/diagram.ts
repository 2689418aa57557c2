import type { Diagnostic } from '../core/diagnostics/diagnostic.js';
import { valueOf } from '../core/model/fact.js';
import type { Topology } from '../core/model/topology.js';
import type { SimulationResult } from '../sim/result.js';
import type { Box } from './build/box.js';
import { BuildContext, type FoldLevel, foldLevels } from './build/context.js';
import type { Picture } from './build/drawing.js';
import { hostsPicture } from './build/hosts-picture.js';
import { noteProblems, type ProblemCounts } from './build/overlay-problems.js';
import { noteRun, widen } from './build/overlay-run.js';
import { noteUse } from './build/overlay-use.js';
import { views } from './build/views/index.js';
import type { View } from './build/views/view.js';
import { layOut } from './layout/layout.js';
import { NodeIndex, type Scene, type ViewName } from './scene.js';

/** Boxes that are drawn at most before a picture is folded harder. */
export const MAX_NODES = 5000;

export interface DiagramOptions {
  readonly view?: ViewName;
  /** Folds that are shown one by one, by their ids. */
  readonly unfolded?: readonly string[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly run?: SimulationResult;
  /** Names of the scenarios that the topology was resolved with. */
  readonly scenarios?: readonly string[];
  readonly maxNodes?: number;
}

/** Draws a design: what is in it, arranged as a view has it, with its problems and a simulation on top. Never throws on any topology. */
export function drawDiagram(topology: Topology, options: DiagramOptions = {}): Scene {
  const view = views.get(options.view ?? 'mapping') as View;
  const { context, picture, roots } = build(topology, view, options);
  const { drawing } = context;
  const notes: string[] = [];
  // A machine without guests is not a machine that nobody uses.
  noteUse(drawing, topology.hosts.some((host) => host.guests.length > 0) ? roots : []);
  const index = new NodeIndex(drawing.boxes);
  const elsewhere = noteProblems(options.diagnostics ?? [], index);
  if (elsewhere.error + elsewhere.warning > 0) notes.push(`${countText(elsewhere)} about what is not in this view.`);
  if (options.run !== undefined && noteRun(options.run, drawing, index) === 0)
    notes.push('The simulation knows nothing of what is drawn: it was of another design.');
  widen(drawing.links);
  if (context.level !== 'asked') notes.push(foldNotes[context.level]);
  if (roots.length === 0) notes.push(emptyNote(topology, view));
  return layOut({
    view: view.name,
    title: topology.name ?? 'Unnamed design',
    subtitle: subtitle(view, options),
    picture,
    drawing,
    notes,
    tenants: topology.tenants.map((tenant, i) => ({
      id: tenant.id,
      title: valueOf(tenant.facts.title) ?? tenant.id,
      index: i,
      color: validColor(valueOf(tenant.facts.color)),
    })),
    problems: countProblems(options.diagnostics ?? []),
    run: options.run,
  });
}

interface Built {
  readonly context: BuildContext;
  readonly picture: Picture;
  readonly roots: readonly Box[];
}

/** Folds harder until the picture is small enough. */
function build(topology: Topology, view: View, options: DiagramOptions): Built {
  const limit = options.maxNodes ?? MAX_NODES;
  const unfolded = new Set(options.unfolded ?? []);
  let built: Built | undefined;
  for (const level of foldLevels) {
    built = buildAt(level, topology, view, unfolded, limit);
    if (sizeOf(built.roots, limit) <= limit) return built;
  }
  return built as Built;
}

function buildAt(level: FoldLevel, topology: Topology, view: View, unfolded: ReadonlySet<string>, limit: number): Built {
  const context = new BuildContext(topology, unfolded, level);
  const picture = level === 'hosts' ? hostsPicture(context, limit) : view.build(context);
  const lanes = picture.lanes.flatMap((lane) =>
    lane.frame === undefined ? lane.cells.flatMap((sections) => sections.flatMap((section) => section.boxes)) : [lane.frame],
  );
  return { context, picture, roots: [...lanes, ...picture.outside.flatMap((section) => section.boxes)] };
}

function sizeOf(roots: readonly Box[], limit: number): number {
  let size = 0;
  const stack = [...roots];
  for (let box = stack.pop(); box !== undefined && size <= limit; box = stack.pop()) {
    size++;
    stack.push(...box.children);
  }
  return size;
}

const foldNotes: Readonly<Record<Exclude<FoldLevel, 'asked'>, string>> = {
  alike: 'Too much to draw one by one: everything alike is folded, and nothing can be unfolded.',
  guests: 'Too many guests to draw: each tenant has one box on each host.',
  hosts: 'Too much to draw: hosts are shown as a whole.',
};

function emptyNote(topology: Topology, view: View): string {
  return topology.hosts.length === 0 ? 'The design has no hosts yet.' : `Nothing of the design belongs to the view "${view.title}".`;
}

function subtitle(view: View, { scenarios = [], run }: DiagramOptions): string {
  const engine = run === undefined ? undefined : run.engine === 'des' ? 'simulated load (discrete events)' : 'estimated load (fluid)';
  return [
    view.title,
    ...(scenarios.length === 0 ? [] : [`scenario ${scenarios.join(' + ')}`]),
    ...(engine === undefined ? [] : [engine]),
  ].join(' · ');
}

/** The schema asks for this form; a design that does not keep to it is drawn all the same. */
function validColor(color: string | undefined): string | null {
  return color !== undefined && /^#[0-9a-fA-F]{6}$/.test(color) ? color : null;
}

function countProblems(diagnostics: readonly Diagnostic[]): ProblemCounts {
  const counts = { error: 0, warning: 0 };
  for (const { severity } of diagnostics) if (severity === 'error' || severity === 'warning') counts[severity]++;
  return counts;
}

function countText({ error, warning }: ProblemCounts): string {
  const parts = [
    error === 0 ? '' : `${error} ${error === 1 ? 'error' : 'errors'}`,
    warning === 0 ? '' : `${warning} ${warning === 1 ? 'warning' : 'warnings'}`,
  ];
  return parts.filter((part) => part !== '').join(' and ');
}
