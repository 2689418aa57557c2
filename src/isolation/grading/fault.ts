import type { Component } from '../component.js';
import { exactly, F } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import { type Cause, nameOf } from './cause.js';

/** What a failure of the component does to the victim: nothing for long where every device of it has another way. */
export function outage(_a: Hold, b: Hold, component: Component, reason: string, recovers = false): Cause {
  const devices = b.roots.filter(({ device }) => device !== undefined);
  const isBridged = devices.length > 0 && devices.every((root) => b.reach.isBridged(root, component));
  return {
    axis: 'fault',
    about: component.type === 'port' || component.type === 'network' ? 'link' : component.type === 'function' ? 'firmware' : 'reset',
    interval: exactly(isBridged || recovers ? F.recovering : F.disruptive),
    reason: isBridged ? `${nameOf(b)} has a second way when ${component.entity} fails` : reason,
  };
}
