import { formatRatio } from '../../core/units/format.js';
import type { SimulationResult } from '../../sim/result.js';
import type { NodeIndex } from '../scene.js';
import type { Box } from './box.js';
import type { Drawing } from './drawing.js';
import { noteLoads } from './loads.js';

/**
 * Writes a simulation on the picture: utilisation on what is used, achieved against offered on virtual devices and lines, and
 * where flows are held up.
 *
 * @returns how many resources and virtual devices of the run belong to something in the picture.
 */
export function noteRun(result: SimulationResult, drawing: Drawing, index: NodeIndex<Box>): number {
  return noteResources(result, index) + noteLoads(result.flows, drawing, index);
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
