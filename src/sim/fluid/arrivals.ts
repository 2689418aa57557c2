import { CLOSED, CONSTANT, type Network, ON_OFF } from '../engine/network.js';

const PS_PER_SEC = 1e12;

/** How an open flow arrives. */
export interface Arrivals {
  /** Squared coefficient of variation of the gaps. */
  readonly variability: number;
  /** Part of the time in which it sends at all. */
  readonly duty: number;
}

/** Bursts make an interrupted Poisson process. Source: Kuczura, The interrupted Poisson process as an overflow process (1973). */
export function arrivalsOf({ flows }: Network, f: number): Arrivals | undefined {
  switch (flows.arrival[f]) {
    case CLOSED:
      return undefined;
    case CONSTANT:
      return { variability: 0, duty: 1 };
    case ON_OFF: {
      const [on, off] = [flows.onPs[f], flows.offPs[f]];
      return { variability: 1 + (2 / on / flows.gapPs[f]) * ((on * off) / (on + off)) ** 2, duty: on / (on + off) };
    }
    default:
      return { variability: 1, duty: 1 };
  }
}

/** Operations a second, as often as it may; infinite for closed loops. */
export function offeredRate(network: Network, f: number): number {
  const { flows } = network;
  if (flows.arrival[f] === CLOSED) return Number.POSITIVE_INFINITY;
  const duty = flows.arrival[f] === ON_OFF ? flows.onPs[f] / (flows.onPs[f] + flows.offPs[f]) : 1;
  return (duty * PS_PER_SEC) / flows.gapPs[f];
}
