import { NetworkBuilder } from '../../src/sim/engine/builder.js';
import { CLOSED, CONSTANT, FAIR, FIFO, type Network, ON_OFF, POISSON, PRIORITY, SHARED } from '../../src/sim/engine/network.js';
import { estimateNetwork } from '../../src/sim/fluid/estimate.js';
import { meanTimeUs, overSeeds, US } from '../support/laws.js';

/** A queue whose mean time in the system the fluid engine estimates, and the event engine plays. Times in microseconds. */
export interface Delay {
  readonly name: string;
  readonly network: () => Network;
}

interface Source {
  readonly arrival?: number;
  /** Operations per microsecond of an open flow, or how many a closed one keeps going. */
  readonly rate?: number;
  readonly depth?: number;
  readonly law?: 'constant' | 'exponential';
  readonly us?: number;
}

function queue(
  sources: readonly Source[],
  { servers = 1, discipline = FIFO }: { servers?: number; discipline?: number } = {},
): () => Network {
  return () => {
    const builder = new NetworkBuilder();
    const { station, lanes } = builder.station({ discipline, servers });
    const shared = lanes[0];
    sources.forEach(({ arrival = POISSON, rate = 0, depth = 0, law = 'exponential', us = 1 }, i) => {
      const lane =
        discipline === FAIR ? builder.lane(station, {}) : (lanes[discipline === PRIORITY ? i : 0] ?? shared ?? builder.lane(station, {}));
      builder.flow({
        name: `f${i}`,
        arrival: depth > 0 ? CLOSED : arrival,
        // Half of the time a burst, of fifty operations on average.
        gapPs: depth > 0 ? 0 : arrival === ON_OFF ? US / rate / 2 : US / rate,
        onPs: arrival === ON_OFF ? (25 * US) / rate : 0,
        offPs: arrival === ON_OFF ? (25 * US) / rate : 0,
        depth,
        classes: [{ share: 1, bits: 8 }],
        steps: [{ lane, servicePs: [us * US], law }],
      });
    });
    return builder.build();
  };
}

const copies = (n: number, source: Source): Source[] => Array.from({ length: n }, () => source);

export const delays: readonly Delay[] = [
  { name: 'M/M/1, load 0.5', network: queue([{ rate: 0.5 }]) },
  { name: 'M/M/1, load 0.9', network: queue([{ rate: 0.9 }]) },
  { name: 'M/D/1, load 0.8', network: queue([{ rate: 0.8, law: 'constant' }]) },
  { name: 'D/M/1, load 0.8', network: queue([{ rate: 0.8, arrival: CONSTANT }]) },
  { name: 'D/D/1, load 0.8', network: queue([{ rate: 0.8, arrival: CONSTANT, law: 'constant' }]) },
  { name: '8 constant flows, constant service, load 0.8', network: queue(copies(8, { rate: 0.1, arrival: CONSTANT, law: 'constant' })) },
  {
    name: 'a constant and a Poisson flow, load 0.8',
    network: queue([
      { rate: 0.4, arrival: CONSTANT, law: 'constant' },
      { rate: 0.4, law: 'constant' },
    ]),
  },
  { name: 'bursts, load 0.4', network: queue([{ rate: 0.4, arrival: ON_OFF }]) },
  { name: 'M/M/4, load 0.8', network: queue([{ rate: 3.2 }], { servers: 4 }) },
  { name: 'M/G/1-PS, load 0.8', network: queue([{ rate: 0.8 }], { discipline: SHARED }) },
  { name: 'D/M/1-PS, load 0.8', network: queue([{ rate: 0.8, arrival: CONSTANT }], { discipline: SHARED }) },
  { name: '4 Poisson flows, round robin, load 0.8', network: queue(copies(4, { rate: 0.2 }), { discipline: FAIR }) },
  { name: 'the urgent of two priorities, loads 0.3 and 0.6', network: queue([{ rate: 0.3 }, { rate: 0.6 }], { discipline: PRIORITY }) },
  { name: 'a closed loop of 1 alone, PS', network: queue([{ depth: 1 }], { discipline: SHARED }) },
  { name: 'closed loops of 2 and 6, PS', network: queue([{ depth: 2 }, { depth: 6 }], { discipline: SHARED }) },
  { name: 'closed loop of 8 beside a Poisson flow of 0.3', network: queue([{ depth: 8 }, { rate: 0.3 }]) },
  { name: 'closed loops of 4 and 16', network: queue([{ depth: 4 }, { depth: 16 }]) },
];

/** Mean time in the system of the first flow, as estimated and as played. */
export function compareDelay({ network }: Delay, runUs: number, runs: number): { estimated: number; mean: number; halfWidth: number } {
  const built = network();
  const estimated = (estimateNetwork(built).latency[0] as number) * 1e6;
  return { estimated, ...overSeeds(built, { warmUpUs: runUs / 10, runUs, runs }, meanTimeUs(0)) };
}
