import type { NicPort } from '../../../core/model/device.js';
import { valueOf } from '../../../core/model/fact.js';
import type { Station, User } from '../../../techniques/stage.js';

/** How a port chooses between frames that wait to be sent, and what a frame counts as. */
export interface Scheduling {
  readonly discipline: Station['discipline'];
  readonly user: User;
  /** It holds only roughly for what the document states. */
  readonly isApproximate: boolean;
}

/**
 * Enhanced Transmission Selection (IEEE 802.1Qaz): strict classes in their order, and behind them the others by bandwidth.
 * Without strict classes that is a fair lane for each class; with some it is priorities, the last of which all other
 * classes share. Priorities that no class names share a class of their own.
 */
export function scheduling(port: NicPort, user: User): Scheduling {
  const classes = (valueOf(port.facts.trafficClasses) ?? []).map((each) => ({
    isStrict: valueOf(each.mode) === 'strict',
    priorities: valueOf(each.priority) ?? [],
    bandwidth: valueOf(each.bandwidth),
  }));
  if (classes.length === 0) return { discipline: 'fair', user, isApproximate: false };
  const at = classes.findIndex(({ priorities }) => priorities.includes(user.priority));
  const strict = classes.filter(({ isStrict }) => isStrict);
  if (strict.length > 0) {
    const own = classes[at];
    const level = own?.isStrict === true ? strict.indexOf(own) : strict.length;
    return { discipline: 'priority', user: { ...user, priority: level }, isApproximate: classes.length - strict.length > 1 };
  }
  const stated = classes.reduce((sum, { bandwidth = 0 }) => sum + bandwidth, 0);
  // What is left belongs to the classes that do not say, and to what is in none, in equal parts.
  const open = classes.filter(({ bandwidth }) => bandwidth === undefined).length + (at < 0 ? 1 : 0);
  const weight = classes[at]?.bandwidth ?? Math.max(LEAST_SHARE, 1 - stated) / Math.max(1, open);
  return { discipline: 'fair', user: { ...user, id: `class ${at}`, weight: Math.max(LEAST_SHARE, weight) }, isApproximate: false };
}

/** A class for which nothing is left still sends when the others do not. Assumed, not measured. */
const LEAST_SHARE = 0.01;
