import { commitLater } from './chain';
import { FULL } from './kinds';
import { loop } from './loop';

/**
 * Runs until a time, or for a number of events.
 *
 * @param until events at this time are still run. Statistics are whole unless the run was interrupted.
 * @returns REACHED, INTERRUPTED, IDLE or FULL
 */
export function run(until: f64, maxEvents: i32): i32 {
  return commitLater(until) ? loop(until, maxEvents) : FULL;
}
