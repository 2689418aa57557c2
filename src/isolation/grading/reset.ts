import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Component } from '../component.js';
import { between, exactly, F } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import { type Cause, nameOf } from './cause.js';

/** Ways to reset one function without its neighbours. */
const OF_ONE: ReadonlySet<string> = new Set(['flr', 'af-flr', 'pm', 'device-specific']);

/** Whether the function of a guest can be reset by itself; a VF always can (SR-IOV asks for FLR). Undefined where nobody says. */
export function resetsAlone(fn: PhysicalFunction): boolean | undefined {
  const ways = valueOf(fn.facts.reset);
  if (valueOf(fn.device.facts.resetBroken) === true) return false;
  return ways === undefined ? undefined : ways.some((way) => OF_ONE.has(way));
}

/** A guest that resets a whole function of a card takes its other functions along if the function has no reset of its own. */
export function resetCause(a: Hold, b: Hold, component: Component): Cause | undefined {
  const card = component.type === 'function' ? (component.subject as PhysicalFunction).device : (component.subject as Device);
  let open: PhysicalFunction | undefined;
  for (const { held } of a.roots) {
    for (const member of held) {
      if (member.kind !== 'function' || member.device !== card) continue;
      const alone = resetsAlone(member);
      if (alone === false)
        return {
          axis: 'fault',
          about: 'reset',
          interval: exactly(F.inducible),
          reason: `a reset of ${member.path} by ${nameOf(a)} takes the whole card along, and ${nameOf(b)} with it`,
        };
      if (alone === undefined) open = member;
    }
  }
  if (open === undefined) return undefined;
  return {
    axis: 'fault',
    about: 'reset',
    interval: between(F.disruptive, F.inducible),
    reason: `nobody states whether ${open.path} can be reset alone; if not, ${nameOf(a)} takes the whole card along`,
    open: [{ entity: open.device.path, property: 'reset' }],
  };
}
