import type { Project } from '../../src/core/model/project.js';
import { type DiagramOptions, drawDiagram as draw } from '../../src/diagram/diagram.js';
import type { Scene } from '../../src/diagram/scene.js';
import { check } from '../../src/language/check.js';
import { changesOf } from '../../src/language/simulation.js';

export type Diagram = Scene & { readonly scenarios: readonly string[] };

/** The picture of a design in some scenarios, with the problems of that design. */
export function drawDiagram(project: Project, options: DiagramOptions): Diagram {
  const base = check(project);
  const changes = changesOf(project, { scenarios: options.scenarios ?? [] });
  const analysis = changes.length === 0 ? base : check(project, { changes });
  const scene = draw(analysis.topology, { ...options, diagnostics: analysis.diagnostics });
  return { ...scene, scenarios: base.topology.scenarios.map(({ id }) => id) };
}
