import { LANE_COUNT, LANE_RING_AT, LANE_RING_MASK } from './layout.js';

/** What a job of a chain will have done some time after the end of a run. */
export interface Later {
  readonly timePs: number;
  readonly kind: number;
  readonly op: number;
  /** Service, wait or latency. */
  readonly amountPs: number;
  /** Jobs waiting when it arrives, itself included. */
  readonly waiting: number;
}

export const ARRIVES = 0;
export const BEGINS = 1;
export const ENDS = 2;

export function postpone(later: Later[], timePs: number, kind: number, op: number, amountPs: number, waiting: number): void {
  later.push({ timePs, kind, op, amountPs, waiting });
}

/** Jobs, of those that a station of a chain has let in, that begin after a time. */
export function countWaiting(ints: Int32Array, chainStartPs: Float64Array, lane: number, timePs: number): number {
  const count = ints[lane + LANE_COUNT];
  const at = ints[lane + LANE_RING_AT];
  const mask = ints[lane + LANE_RING_MASK];
  let waiting = 0;
  while (waiting <= mask && chainStartPs[at + ((count - 1 - waiting) & mask)] > timePs) waiting++;
  return waiting;
}
