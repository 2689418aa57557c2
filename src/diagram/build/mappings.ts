import { instances } from '../../core/model/guest.js';
import { type MappingNode, mappingOf } from '../../core/model/mapping.js';
import type { EdgeKind, NodeKind } from '../scene.js';
import { type Box, contains } from './box.js';
import type { BuildContext } from './context.js';
import type { DeviceRow } from './guests.js';
import type { Entrance } from './vlans.js';

/**
 * Draws the mapping of every virtual device, one line for each step that leads from one box to another. Copies of a guest
 * differ in nothing but the VF they have, so one of them speaks for all.
 */
export function linkMappings(rows: readonly DeviceRow[], context: BuildContext, entrance?: Entrance): void {
  for (const { row, instance, guest, first, count } of rows) {
    const chain = context.drawing.chains.get(row) ?? new Set<Box>([row]);
    context.drawing.chains.set(row, chain);
    for (const { from, to } of mappingOf(instance).slice(0, MAX_STEPS)) {
      const isVf = from === undefined && to.kind === 'vf';
      const isEntering = from === undefined || from.kind === 'controller';
      const part = isEntering ? entrance?.(instance.decl, to) : undefined;
      step({ row, from, to, part, count: isVf ? 1 : count }, chain, context);
    }
    if (count === 1 || instance.decl.technique?.takes !== 'vf') continue;
    const position = guest.devices.indexOf(instance.decl);
    for (const copy of instances(guest).slice(first + 1, first + count)) {
      const vf = copy.devices[position]?.vf;
      if (vf !== undefined) step({ row, from: undefined, to: vf, count: 1 }, chain, context);
    }
  }
}

/** No real mapping is as long; one through a ring of hundreds of switches would be noted on each of them. */
export const MAX_STEPS = 64;

interface Step {
  readonly row: Box;
  readonly from: MappingNode | undefined;
  readonly to: MappingNode;
  readonly part?: Box | undefined;
  readonly count: number;
}

function step({ row, from, to, part, count }: Step, chain: Set<Box>, { drawing }: BuildContext): void {
  const target = part ?? drawing.boxOf(to);
  const source = from === undefined ? row : drawing.boxOf(from);
  // Only what the view shows; a host is around everything and stands for nothing in it.
  if (target === undefined || target.kind === 'host') return;
  for (let at: Box | undefined = target; at !== undefined; at = at.parent) chain.add(at);
  // A step from something that is not shown starts where the view lost sight of it.
  if (source === undefined || (contains(source, row) && source !== row)) return;
  // A VF, its PF and its port lie in one device: what they are to each other is seen from that.
  if (deviceOf(source) !== undefined && deviceOf(source) === deviceOf(target)) return;
  drawing.link(source, target, kindOf(source.kind, target.kind), row, count);
}

function deviceOf(box: Box): Box | undefined {
  for (let at: Box | undefined = box; at !== undefined; at = at.parent) if (at.kind === 'device') return at;
  return undefined;
}

function kindOf(from: NodeKind, to: NodeKind): EdgeKind {
  if (to === 'network') return 'network';
  if (from === 'switch' || from === 'vlan') return 'uplink';
  if (from === 'volume' || (from === 'controller' && (to === 'namespace' || to === 'volume' || to === 'device'))) return 'backing';
  return 'mapping';
}
