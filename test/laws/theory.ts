import { NetworkBuilder } from '../../src/sim/engine/builder.js';
import type { DesState } from '../../src/sim/engine/des-state.js';
import { quantile } from '../../src/sim/engine/histogram.js';
import { CLOSED, CONSTANT, FAIR, FIFO, type Network, POISSON, PRIORITY, SHAPER, SHARED } from '../../src/sim/engine/network.js';
import { meanTimeUs, US } from '../support/laws.js';

/** A closed form beside what the event engine has to find. Times in microseconds. */
export interface Law {
  readonly model: string;
  readonly quantity: string;
  readonly theory: number;
  readonly network: () => Network;
  readonly runUs: number;
  readonly statistic: (state: DesState, us: number) => number;
}

interface Service {
  readonly share: number;
  readonly us: number;
}

const one: readonly Service[] = [{ share: 1, us: 1 }];

interface Queue {
  readonly gapUs: number;
  readonly services?: readonly Service[];
  readonly law?: 'constant' | 'exponential' | 'erlang4';
  readonly servers?: number;
  readonly discipline?: number;
  readonly limit?: number;
  readonly think?: { readonly depth: number; readonly us: number };
}

function queue({ gapUs, services = one, law = 'exponential', servers = 1, discipline = FIFO, limit = 0, think }: Queue): Network {
  const builder = new NetworkBuilder();
  const { station, lanes } = builder.station({ servers, discipline });
  builder.flow({
    name: 'a',
    arrival: think === undefined ? POISSON : CLOSED,
    gapPs: gapUs * US,
    depth: think?.depth ?? 0,
    thinkPs: (think?.us ?? 0) * US,
    limit,
    classes: services.map(({ share }) => ({ share, bits: 8 })),
    steps: [{ lane: lanes[0] ?? builder.lane(station, {}), servicePs: services.map(({ us }) => us * US), law }],
  });
  return builder.build();
}

function sources(discipline: number, flows: readonly { rate: number; us: number; law: 'constant' | 'exponential' }[]): Network {
  const builder = new NetworkBuilder();
  const { lanes } = builder.station({ discipline });
  flows.forEach(({ rate, us, law }, i) => {
    const steps = [{ lane: lanes[i] as number, servicePs: [us * US], law }];
    builder.flow({ name: `f${i}`, arrival: POISSON, gapPs: US / rate, classes: [{ share: 1, bits: 8 }], steps });
  });
  return builder.build();
}

/** A closed loop over single servers with these demands. */
function closed(depth: number, demandsUs: readonly number[], thinkUs: number): Network {
  const builder = new NetworkBuilder();
  const steps = demandsUs.map((us) => ({
    lane: builder.station({}).lanes[0] as number,
    servicePs: [us * US],
    law: 'exponential' as const,
  }));
  builder.flow({ name: 'a', arrival: CLOSED, depth, thinkPs: thinkUs * US, classes: [{ share: 1, bits: 8 }], steps });
  return builder.build();
}

function tandem(): Network {
  const builder = new NetworkBuilder();
  const steps = [1, 0.8].map((rate) => ({
    lane: builder.station({}).lanes[0] as number,
    servicePs: [US / rate],
    law: 'exponential' as const,
  }));
  builder.flow({ name: 'a', arrival: POISSON, gapPs: 2 * US, classes: [{ share: 1, bits: 8 }], steps });
  return builder.build();
}

/** Greedy flows and one that asks for a tenth, at one fair station. */
function fair(): Network {
  const builder = new NetworkBuilder();
  const { station } = builder.station({ discipline: FAIR });
  const add = (name: string, weight: number, more: { arrival: number; gapPs?: number; depth?: number }) =>
    builder.flow({
      name,
      ...more,
      classes: [{ share: 1, bits: 8 }],
      steps: [{ lane: builder.lane(station, { weight }), servicePs: [US] }],
    });
  add('modest', 1, { arrival: CONSTANT, gapPs: 10 * US });
  add('double', 2, { arrival: CLOSED, depth: 16 });
  add('single', 1, { arrival: CLOSED, depth: 16 });
  return builder.build();
}

function bucket(): Network {
  const builder = new NetworkBuilder();
  const { lanes } = builder.station({ discipline: SHAPER, burstPs: 100 * US });
  const steps = [{ lane: lanes[0] as number, servicePs: [US] }];
  builder.flow({ name: 'a', arrival: CONSTANT, gapPs: 0.1 * US, limit: 100_000, classes: [{ share: 1, bits: 8 }], steps });
  return builder.build();
}

const rate =
  (f = 0) =>
  (state: DesState, us: number) =>
    (state.done[f] as number) / us;
const loss = (state: DesState) => (state.lost[0] as number) / (state.offered[0] as number);
const percentile = (fraction: number) => (state: DesState) => quantile(state.histogram, 0, state.done[0] as number, fraction) / US;
const wait = (state: DesState) => (state.stepTotalsPs.wait[0] as number) / (state.done[0] as number) / US;

function law(model: string, quantity: string, theory: number, network: () => Network, statistic: Law['statistic'], runUs = 60_000): Law {
  return { model, quantity, theory, network, statistic, runUs };
}

const imix: readonly Service[] = [
  { share: 7, us: 0.0672 },
  { share: 4, us: 0.472 },
  { share: 1, us: 1.2304 },
];
const twoTimes: readonly Service[] = [
  { share: 0.9, us: 0.5 },
  { share: 0.1, us: 5.5 },
];

/** Closed forms of queueing theory, each with cases; the numbers are worked out from the formulas, not by this engine. */
export const laws: readonly Law[] = [
  ...[
    [0.5, 2],
    [0.8, 5],
    [0.9, 10],
    [0.95, 20],
  ].flatMap(([load, mean]) => [
    law(`M/M/1, load ${load}`, 'mean time', mean as number, () => queue({ gapUs: 1 / (load as number) }), meanTimeUs(), 400_000),
    law(
      `M/M/1, load ${load}`,
      'p99',
      Math.log(100) * (mean as number),
      () => queue({ gapUs: 1 / (load as number) }),
      percentile(0.99),
      400_000,
    ),
  ]),
  ...[
    [0.5, 0.5],
    [0.8, 2],
    [0.9, 4.5],
    [0.95, 9.5],
  ].map(([load, mean]) =>
    law(`M/D/1, load ${load}`, 'mean wait', mean as number, () => queue({ gapUs: 1 / (load as number), law: 'constant' }), wait, 400_000),
  ),
  law(
    'M/G/1, two service times',
    'mean wait',
    3.791667,
    () => queue({ gapUs: 1 / 0.7, services: twoTimes, law: 'constant' }),
    wait,
    400_000,
  ),
  law('M/G/1, exponential service', 'mean wait', 2.333333, () => queue({ gapUs: 1 / 0.7 }), wait, 200_000),
  law(
    'M/G/1, IMIX on 10 Gbit/s, load 0.8',
    'mean wait',
    1.35791,
    () => queue({ gapUs: 0.2990667 / 0.8, services: imix, law: 'constant' }),
    wait,
  ),
  ...(
    [
      [2, 1.6, 1.777778],
      [4, 3.2, 0.745541],
      [8, 6.4, 0.286028],
      [4, 3.8, 4.457095],
      [16, 14.4, 0.36959],
    ] as const
  ).map(([servers, arrivals, mean]) =>
    law(`M/M/${servers}, ${arrivals} Erlang`, 'mean wait', mean, () => queue({ gapUs: 1 / arrivals, servers }), wait, 100_000),
  ),
  ...(
    [
      [10, 8, 0.121661],
      [32, 28, 0.066498],
      [64, 60, 0.060363],
    ] as const
  ).map(([servers, erlang, blocked]) =>
    law(
      `Erlang B, ${servers} servers, ${erlang} Erlang`,
      'loss',
      blocked,
      () => queue({ gapUs: 1 / erlang, servers, limit: servers }),
      loss,
      20_000,
    ),
  ),
  law('M/M/1/10, load 0.9', 'loss', 0.0508137, () => queue({ gapUs: 1 / 0.9, limit: 10 }), loss),
  law('M/M/1/10, load 0.9', 'mean time', 4.6466, () => queue({ gapUs: 1 / 0.9, limit: 10 }), meanTimeUs()),
  law('M/M/1/64, load 1.2', 'loss', 0.166668, () => queue({ gapUs: 1 / 1.2, limit: 64 }), loss),
  law('M/M/1/64, load 1', 'loss', 1 / 65, () => queue({ gapUs: 1, limit: 64 }), loss, 400_000),
  ...[1.142857, 5.714286].map((mean, i) =>
    law(
      `priority (Cobham), exponential, class ${i + 1}`,
      'mean wait',
      mean,
      () =>
        sources(PRIORITY, [
          { rate: 0.3, us: 1, law: 'exponential' },
          { rate: 0.5, us: 1, law: 'exponential' },
        ]),
      (state) => (state.stepTotalsPs.wait[i] as number) / (state.done[i] as number) / US,
      200_000,
    ),
  ),
  ...[0.775, 3.875].map((mean, i) =>
    law(
      `priority (Cobham), constant 0.2 and 2, class ${i + 1}`,
      'mean wait',
      mean,
      () =>
        sources(PRIORITY, [
          { rate: 1, us: 0.2, law: 'constant' },
          { rate: 0.3, us: 2, law: 'constant' },
        ]),
      (state) => (state.stepTotalsPs.wait[i] as number) / (state.done[i] as number) / US,
      200_000,
    ),
  ),
  law(
    'processor sharing, constant service',
    'mean time',
    10 / 3,
    () => queue({ gapUs: 1 / 0.7, discipline: SHARED, law: 'constant' }),
    meanTimeUs(),
  ),
  law('processor sharing, exponential service', 'mean time', 10 / 3, () => queue({ gapUs: 1 / 0.7, discipline: SHARED }), meanTimeUs()),
  ...(
    [
      [1, 0.0125, 10],
      [4, 0.048187, 13.0107],
      [8, 0.088545, 20.34984],
      [16, 0.123493, 59.561838],
      [32, 0.125, 186],
    ] as const
  ).flatMap(([n, x, r]) => [
    law(`closed, demands 2 and 8, think 70, ${n} jobs (exact MVA)`, 'throughput', x, () => closed(n, [2, 8], 70), rate(), 200_000),
    law(`closed, demands 2 and 8, think 70, ${n} jobs (exact MVA)`, 'mean time', r, () => closed(n, [2, 8], 70), meanTimeUs(), 200_000),
  ]),
  ...(
    [
      [4, 2 / 3],
      [16, 8 / 9],
      [64, 64 / 66],
    ] as const
  ).map(([n, x]) => law(`closed, three equal stations, ${n} jobs`, 'throughput', x, () => closed(n, [1, 1, 1], 0), rate(), 60_000)),
  ...(
    [
      [1, 0.0111111, 80],
      [16, 0.099999985, 150.00002],
      [64, 0.1, 630],
    ] as const
  ).flatMap(([n, x, r]) => {
    const network = () => queue({ gapUs: 0, services: [{ share: 1, us: 80 }], servers: 8, think: { depth: n, us: 10 } });
    return [
      law(`closed, 8 servers of 80, think 10, ${n} jobs`, 'throughput', x, network, rate(), 400_000),
      law(`closed, 8 servers of 80, think 10, ${n} jobs`, 'mean time', r, network, meanTimeUs(), 400_000),
    ];
  }),
  law('tandem (Jackson)', 'mean time', 2 + 10 / 3, tandem, meanTimeUs(), 100_000),
  law(
    "Little's law, M/M/1, load 0.8",
    'jobs waiting',
    3.2,
    () => queue({ gapUs: 1.25 }),
    (state, us) => (state.stepTotalsPs.wait[0] as number) / US / us,
    200_000,
  ),
  law('water-filling, weights 1, 2, 1, one asks for a tenth', 'rate of the modest one', 0.1, fair, rate(0), 40_000),
  law('water-filling, weights 1, 2, 1, one asks for a tenth', 'rate of weight 2', 0.6, fair, rate(1), 40_000),
  law('water-filling, weights 1, 2, 1, one asks for a tenth', 'rate of weight 1', 0.3, fair, rate(2), 40_000),
  law('token bucket, burst 100, after its burst', 'rate', 1, bucket, rate(), 40_000),
];

/** Closed forms that the engine has no station for, each with the reason. */
export const notSimulated: readonly (readonly [model: string, reason: string])[] = [
  ['M/G/1, pre-emptive resume', 'stations with priorities finish what they have begun'],
  ['batch arrivals M^[b]/D/1, M^[b]/M/1', 'flows have no batch arrivals; a recording can hold them'],
  ['interrupt coalescing with a timer', 'coalescing is a cost by packet here, not a station'],
  ['poll loop of a random period', 'polling threads are modelled by what a packet costs them'],
  ['QEMU leaky bucket', 'throttles are token buckets; the first throttle comes at the same level'],
  ['minimum rates by bw_share', 'a rule on weights before the run; deficit round robin is tested above'],
];
