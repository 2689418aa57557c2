import { NetworkBuilder, type StepOptions } from '../../src/sim/engine/builder.js';
import { CLOSED, FAIR, type Network, POISSON } from '../../src/sim/engine/network.js';
import { estimateNetwork } from '../../src/sim/fluid/estimate.js';
import { overSeeds, US } from '../support/laws.js';

/** Closed loops whose throughput the fluid engine estimates, and the event engine plays. That of the first flow counts. */
export interface Loop {
  readonly name: string;
  readonly network: () => Network;
}

interface Member {
  /** Operations that it keeps going, or how many an open flow sends in a microsecond. */
  readonly depth?: number;
  readonly rate?: number;
  readonly thinkUs?: number;
  readonly steps: readonly StepOptions[];
}

/** Puts flows together; each has one kind of operation. */
function system(make: (builder: NetworkBuilder) => readonly Member[]): () => Network {
  return () => {
    const builder = new NetworkBuilder();
    make(builder).forEach(({ depth = 0, rate = 0, thinkUs = 0, steps }, i) => {
      builder.flow({
        name: `f${i}`,
        arrival: depth > 0 ? CLOSED : POISSON,
        ...(depth > 0 ? { depth, thinkPs: thinkUs * US } : { gapPs: US / rate, limit: 256 }),
        classes: [{ share: 1, bits: 8 }],
        steps,
      });
    });
    return builder.build();
  };
}

const serve = (lane: number, us: number, law: 'constant' | 'exponential' = 'constant'): StepOptions => ({
  lane,
  servicePs: [us * US],
  law,
});
const pass = (us: number, law: 'constant' | 'exponential' = 'constant'): StepOptions => ({ servicePs: [us * US], law });

/** A fair station, and a lane of it for each member. */
function fair(builder: NetworkBuilder, lanes: number, options: { servers?: number } = {}): number[] {
  const { station } = builder.station({ discipline: FAIR, ...options });
  return Array.from({ length: lanes }, () => builder.lane(station, {}));
}

const interactive = (depth: number) => (builder: NetworkBuilder) => {
  const [[disk], [cpu]] = [builder.station({}).lanes, builder.station({}).lanes];
  return [{ depth, thinkUs: 70, steps: [serve(cpu as number, 2, 'exponential'), serve(disk as number, 8, 'exponential')] }];
};

const evenly = (depth: number) => (builder: NetworkBuilder) => {
  const [[cpu], [disk]] = [fair(builder, 1), fair(builder, 1)];
  return [{ depth, steps: [serve(cpu as number, 2), serve(disk as number, 8), pass(70)] }];
};

export const loops: readonly Loop[] = [
  { name: 'demands 2 and 8, think 70, 4 jobs', network: system(interactive(4)) },
  { name: 'demands 2 and 8, think 70, 10 jobs: the knee', network: system(interactive(10)) },
  { name: 'demands 2 and 8, think 70, 16 jobs', network: system(interactive(16)) },
  { name: 'all constant, 6 jobs', network: system(evenly(6)) },
  { name: 'all constant, 10 jobs: the knee', network: system(evenly(10)) },
  {
    name: 'one job beside two full lanes',
    network: system((builder) => {
      const [one, two, three] = fair(builder, 3) as [number, number, number];
      return [
        { depth: 1, steps: [serve(one, 2), pass(60)] },
        { depth: 64, steps: [serve(two, 3), pass(40)] },
        { depth: 64, steps: [serve(three, 5), pass(50)] },
      ];
    }),
  },
  {
    name: '4 jobs beside a Poisson flow of load 0.5',
    network: system((builder) => {
      const [one, two] = fair(builder, 2) as [number, number];
      return [
        { depth: 4, steps: [serve(one, 2), pass(20, 'exponential')] },
        { rate: 0.25, steps: [serve(two, 2)] },
      ];
    }),
  },
  {
    name: 'three loops of 8 at one drive',
    network: system((builder) => {
      const lanes = fair(builder, 3);
      return lanes.map((lane) => ({ depth: 8, steps: [serve(lane, 3), pass(60, 'exponential')] }));
    }),
  },
  {
    name: '8 jobs out of one thread into a faster drive',
    network: system((builder) => {
      const [[thread], [drive]] = [fair(builder, 1), fair(builder, 1)];
      return [{ depth: 8, steps: [serve(thread as number, 9), serve(drive as number, 6), pass(50, 'exponential')] }];
    }),
  },
  {
    name: 'request and response, threads that sleep',
    network: system((builder) => {
      const [[client], [server]] = [fair(builder, 1), fair(builder, 1)] as [[number], [number]];
      return [
        {
          depth: 1,
          steps: [{ ...serve(client, 2), wakePs: 7 * US }, { ...serve(server, 3), wakePs: 7 * US, onlyIfAsleep: server }, pass(10)],
        },
      ];
    }),
  },
  {
    name: '16 jobs over 16 channels at random',
    network: system((builder) => {
      const { station } = builder.station({ discipline: FAIR, servers: 16 });
      const channels = Array.from({ length: 16 }, () => builder.lane(station, { width: 1 }));
      return [{ depth: 16, steps: [{ ...serve(channels[0] as number, 60), spread: 16 }, pass(20)] }];
    }),
  },
  {
    name: 'small operations beside large ones, two cores',
    network: system((builder) => {
      const [small, large] = fair(builder, 2, { servers: 2 }) as [number, number];
      return [
        { depth: 64, steps: [serve(small, 0.05), pass(3)] },
        { depth: 32, steps: [serve(large, 7), pass(80)] },
      ];
    }),
  },
];

/** Operations of the first flow in a microsecond, as estimated and as played. */
export function compareLoop({ network }: Loop, runUs: number, runs: number): { estimated: number; mean: number; halfWidth: number } {
  const built = network();
  const estimated = (estimateNetwork(built).rate[0] as number) / 1e6;
  return { estimated, ...overSeeds(built, { warmUpUs: runUs / 10, runUs, runs }, (state, us) => (state.done[0] as number) / us) };
}
