import { NetworkBuilder } from '../../../src/sim/engine/builder.js';
import { CLOSED, FAIR, type Network, POISSON } from '../../../src/sim/engine/network.js';

/** A time unit of the workloads, in picoseconds: 1 us. */
const UNIT = 1e6;

/** Workloads of the event engine, as the yardstick has them. Completions of one run are in `completions`. */
export interface Workload {
  readonly name: 'W1' | 'W2' | 'W3' | 'W3f';
  readonly what: string;
  readonly yardstick: string;
  readonly completions: number;
  /** Operations that finish in a unit of time. */
  readonly rate: number;
  /** Mean time in the system, in units; what theory says. */
  readonly mean: number;
  readonly network: () => Network;
}

export const workloads: readonly Workload[] = [
  {
    name: 'W1',
    what: 'M/M/1, load 0.8',
    yardstick: '1',
    completions: 5_000_000,
    rate: 0.8,
    mean: 5,
    network: () => tandem(1, [1], 1.25),
  },
  {
    name: 'W2',
    what: '64 Poisson sources, three stations in tandem',
    yardstick: '2',
    completions: 2_000_000,
    rate: 1,
    mean: 0.7 / 0.3 + 0.4 / 0.6 + 0.6 / 0.4,
    network: () => tandem(64, [0.7, 0.4, 0.6], 64),
  },
  {
    name: 'W3',
    what: '32 machines, 32 deep, one medium of 32 channels, deficit round robin',
    yardstick: '3',
    completions: 2_000_000,
    rate: 0.32,
    mean: 3200,
    network: () => medium(true),
  },
  {
    name: 'W3f',
    what: 'the same, first come first served',
    yardstick: '3f',
    completions: 2_000_000,
    rate: 0.32,
    mean: 3200,
    network: () => medium(false),
  },
];

function tandem(sources: number, services: readonly number[], gap: number): Network {
  const builder = new NetworkBuilder();
  const lanes = services.map(() => builder.station({}).lanes[0] as number);
  for (let i = 0; i < sources; i++) {
    builder.flow({
      name: `source ${i}`,
      arrival: POISSON,
      gapPs: gap * UNIT,
      classes: [{ share: 1, bits: 12_000 }],
      steps: services.map((service, k) => ({ lane: lanes[k] as number, servicePs: [service * UNIT], law: 'exponential' })),
    });
  }
  return builder.build();
}

function medium(isFair: boolean): Network {
  const builder = new NetworkBuilder();
  const { station, lanes } = builder.station({ servers: 32, ...(isFair ? { discipline: FAIR } : {}) });
  for (let i = 0; i < 32; i++) {
    const lane = isFair ? builder.lane(station, { weight: 1 << (i >> 3) }) : (lanes[0] as number);
    builder.flow({
      name: `machine ${i}`,
      arrival: CLOSED,
      depth: 32,
      classes: [{ share: 1, bits: (i % 2 === 1 ? 16_384 : 4096) * 8 }],
      steps: [{ lane, servicePs: [100 * UNIT], law: 'exponential' }],
    });
  }
  return builder.build();
}
