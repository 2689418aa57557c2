import type { SimulationResult } from '../../sim/result.js';
import type { Legend, LegendTenant } from '../scene.js';
import { legendRows } from '../svg/legend-rows.js';
import { sizes } from './sizes.js';

interface LegendInput {
  readonly tenants: readonly LegendTenant[];
  readonly problems: Legend['problems'];
  readonly run: SimulationResult | undefined;
  readonly hasGroups: boolean;
  readonly notes: readonly string[];
}

/** The legend below everything else, as high as its lines are. */
export function placeLegend({ tenants, problems, run, hasGroups, notes }: LegendInput, width: number, top: number): Legend {
  const order = { fail: 0, unknown: 1, pass: 2 } as const;
  const content = {
    tenants,
    objectives: [...(run?.objectives ?? [])]
      .sort((a, b) => order[a.status] - order[b.status])
      .map(({ id, status, message }) => ({ id, status, message })),
    hasHeat: run !== undefined,
    hasGroups,
    problems,
  };
  const room = width - 2 * sizes.margin;
  return { ...content, rect: { x: sizes.margin, y: top, width: room, height: legendRows(content, notes, room).height } };
}
