import { type DiagramOptions, drawDiagram } from '../diagram/diagram.js';
import type { Scene } from '../diagram/scene.js';
import { renderSvg } from '../diagram/svg/render.js';
import type { Analysis } from '../language/check.js';
import type { ViewParams } from '../protocol/server.js';
import type { SimulationResult } from '../sim/result.js';
import type { ViewProvider } from './host.js';

/** Draws designs with the problems that were found in them. */
export const views: ViewProvider = {
  view: scene,
  render: (analysis, params, run) => renderSvg(scene(analysis, params, run)),
};

function scene({ topology, diagnostics }: Analysis, params: ViewParams, run: SimulationResult | undefined): Scene {
  const { view, unfolded = [], scenarios = [] } = params;
  const options: DiagramOptions = { view, unfolded, scenarios, diagnostics, ...(run === undefined ? {} : { run }) };
  return drawDiagram(topology, options);
}
