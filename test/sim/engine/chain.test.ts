import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../../src/sim/engine/builder.js';
import { run, start } from '../../../src/sim/engine/des.js';
import { CHAIN, CHAIN_LAST } from '../../../src/sim/engine/kernel/kinds.js';
import { CLOSED, CONSTANT, FAIR, type Network, POISSON } from '../../../src/sim/engine/network.js';
import { plan } from '../../../src/sim/engine/plan.js';

const NS = 1000;

const flow = fc.record({
  arrival: fc.constantFrom(POISSON, POISSON, CONSTANT),
  gapNs: fc.integer({ min: 2000, max: 12_000 }),
  /** The chain is entered at this station and left after so many. */
  from: fc.nat(2),
  length: fc.integer({ min: 1, max: 3 }),
  law: fc.constantFrom('constant' as const, 'exponential' as const),
  // Of the same length as a service: who leaves later may arrive together with who left before.
  before: fc.constantFrom(0, 1000),
  after: fc.constantFrom(0, 1000),
  classes: fc.integer({ min: 1, max: 2 }),
  /** Jobs that may be under way; and whether they pass one more station, where they wait with others or by themselves. */
  limit: fc.constantFrom(0, 0, 4),
  goesOn: fc.constantFrom('no', 'no', 'alone', 'together'),
});

/** Flows over three stations in a row, beside a closed loop that has nothing to do with them. */
function build(flows: readonly (typeof flow extends fc.Arbitrary<infer T> ? T : never)[]): Network {
  const builder = new NetworkBuilder();
  const stations = [0, 1, 2].map((i) => {
    const { station, lanes } = builder.station(i === 1 ? { discipline: FAIR } : {});
    return lanes[0] ?? builder.lane(station, {});
  });
  const { station } = builder.station({ discipline: FAIR, servers: 2 });
  const together = builder.lane(station, { limit: 2 });
  flows.forEach((options, i) => {
    const services = [1000, 2000].slice(0, options.classes).map((ns) => ns * NS);
    builder.flow({
      name: `f${i}`,
      arrival: options.arrival,
      gapPs: options.gapNs * NS,
      limit: options.limit,
      classes: services.map(() => ({ share: 1, bits: 8 })),
      steps: [
        { servicePs: services.map(() => options.before * NS) },
        ...stations.slice(options.from, options.from + options.length).map((lane) => ({ lane, servicePs: services, law: options.law })),
        { servicePs: services.map(() => options.after * NS) },
        ...(options.goesOn === 'no'
          ? []
          : [{ lane: options.goesOn === 'alone' ? builder.lane(station, {}) : together, servicePs: services, law: options.law }]),
      ],
    });
  });
  const apart = builder.station({}).lanes[0] as number;
  builder.flow({
    name: 'apart',
    arrival: CLOSED,
    depth: 2,
    classes: [{ share: 1, bits: 8 }],
    steps: [{ lane: apart, servicePs: [500 * NS], law: 'exponential' }],
  });
  return builder.build();
}

/** Ops of one kind. */
function count(network: Network, wanted: number): number {
  return plan(network, { fuses: true }).ops.kind.filter((kind) => kind === wanted).length;
}

test('chains without events count what a run with events counts, wherever it ends', () => {
  let fused = 0;
  let left = 0;
  fc.assert(
    fc.property(
      fc.array(flow, { minLength: 1, maxLength: 4 }),
      fc.nat(1000),
      fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 3 }),
      (flows, seed, ends) => {
        const network = build(flows);
        fused += count(network, CHAIN) > 0 ? 1 : 0;
        left += count(network, CHAIN_LAST) > 0 ? 1 : 0;
        const [a, b] = [true, false].map((fuses) => start(network, seed, 0, { fuses }));
        let untilPs = 0;
        ends.forEach((ns, i) => {
          untilPs += ns * NS;
          const seen = [a, b].map((state) => {
            if (state === undefined) return undefined;
            expect(run(state, untilPs, Number.MAX_SAFE_INTEGER)).toBe('reached');
            const { offered, done, lost, underWay, latencySumPs, histogram, stepTotalsPs } = state;
            if (i === 0) state.resetStatistics();
            return { offered, done, lost, underWay, latencySumPs, histogram, stepTotalsPs };
          });
          expect(seen[0]).toEqual(seen[1]);
        });
      },
    ),
    { numRuns: 200, seed: 3 },
  );
  expect(fused).toBeGreaterThan(50);
  expect(left).toBeGreaterThan(50);
});

const plain = { before: 0, after: 0, classes: 1, limit: 0, goesOn: 'no' } as const;

test('the longest queue of a chain is that of a run with events', () => {
  const network = build([
    { arrival: POISSON, gapNs: 2600, from: 0, length: 3, law: 'exponential', ...plain },
    { arrival: POISSON, gapNs: 2600, from: 0, length: 3, law: 'exponential', ...plain },
  ]);
  expect(count(network, CHAIN)).toBe(6);
  const [a, b] = [true, false].map((fuses) => {
    const state = start(network, 5, 0, { fuses });
    run(state, 2e7 * NS, Number.MAX_SAFE_INTEGER);
    state.resetStatistics();
    run(state, 9e7 * NS, Number.MAX_SAFE_INTEGER);
    return [...state.queueMax];
  });
  expect(a).toEqual(b);
  expect(Math.max(...(a as number[]))).toBeGreaterThan(10);
});

test.each([
  ['nothing but a limit of jobs under way', { limit: 5, goesOn: false, law: 'constant' }, 2],
  ['another way on, at random times', { limit: 0, goesOn: true, law: 'exponential' }, 1],
  ['another way on, where who leaves later may arrive together with who left before', { limit: 0, goesOn: true, law: 'constant' }, 0],
] as const)('where something depends on the departure, it is an event, and no chain if arrivals may coincide: %s', (_, options, lasts) => {
  for (const arrival of [POISSON, CONSTANT]) {
    const builder = new NetworkBuilder();
    const first = builder.station({}).lanes[0] as number;
    const fair = builder.station({ discipline: FAIR });
    const [lane, other] = [builder.lane(fair.station, {}), builder.lane(fair.station, {})];
    const classes = [{ share: 1, bits: 8 }];
    const step = (at: number) => ({ lane: at, servicePs: [NS], law: options.law });
    const steps = options.goesOn ? [step(first), step(lane)] : [step(first)];
    builder.flow({ name: 'a', arrival, gapPs: 5 * NS, classes, limit: options.limit, steps });
    builder.flow({ name: 'b', arrival, gapPs: 5 * NS, classes, limit: 9, steps: [step(other)] });
    const network = builder.build();
    expect(count(network, CHAIN)).toBe(0);
    expect(count(network, CHAIN_LAST)).toBe(arrival === POISSON ? lasts : 0);
  }
});
