import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NetworkBuilder, PRIORITIES, type StepOptions } from '../../../src/sim/engine/builder.js';
import { run, start } from '../../../src/sim/engine/des.js';
import {
  CLOSED,
  CONSTANT,
  FAIR,
  FIFO,
  type Network,
  ON_OFF,
  POISSON,
  POLICER,
  PRIORITY,
  SHAPER,
  SHARED,
  SLOTS,
} from '../../../src/sim/engine/network.js';
import { type Counts, referenceRun } from '../../support/reference-run.js';

const NS = 1000;

function fastRun(network: Network, seed: number, untilPs: number): Counts {
  const state = start(network, seed, 0);
  run(state, untilPs, Number.MAX_SAFE_INTEGER);
  return { offered: [...state.offered], done: [...state.done], lost: [...state.lost], latencySumPs: [...state.latencySumPs] };
}

const station = fc.record({
  discipline: fc.constantFrom(FIFO, FAIR, FAIR, PRIORITY, SHARED, SHAPER, POLICER),
  servers: fc.integer({ min: 1, max: 4 }),
  burstPs: fc.integer({ min: 0, max: 20 * NS }),
  excessPs: fc.constantFrom(0, 4000 * NS),
  peakRatio: fc.constantFrom(0, 1.5),
  chunkPs: fc.constantFrom(0, 0, 20 * NS, 400 * NS),
  lanes: fc.array(
    fc.record({
      weight: fc.integer({ min: 1, max: 8 }),
      width: fc.integer({ min: 1, max: 3 }),
      limit: fc.constantFrom(0, 0, 5),
      polls: fc.boolean(),
      pollPs: fc.constantFrom(0, 0, 4000 * NS),
      pollHides: fc.boolean(),
      joins: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const step = fc.record({
  station: fc.integer({ min: -1, max: 3 }),
  lane: fc.nat(7),
  servicePs: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3000 * NS })), { minLength: 2, maxLength: 2 }),
  law: fc.constantFrom('constant' as const, 'exponential' as const, 'erlang4' as const),
  wakePs: fc.constantFrom(0, 0, 500 * NS),
  watches: fc.integer({ min: -3, max: 3 }),
  every: fc.constantFrom(0, 0, 0, 3000 * NS, -900 * NS),
  spread: fc.constantFrom(1, 1, 3),
});

const flow = fc.record({
  arrival: fc.constantFrom(POISSON, CONSTANT, ON_OFF, CLOSED),
  gapPs: fc.integer({ min: 200 * NS, max: 20_000 * NS }),
  depth: fc.integer({ min: 1, max: 6 }),
  thinkPs: fc.constantFrom(0, 3000 * NS),
  limit: fc.constantFrom(0, 8),
  share: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  /** The path, or a part of it, lies between taking and giving back a place. */
  slots: fc.option(fc.record({ from: fc.nat(4), length: fc.nat(4) })),
});

/** Lanes with a limit may lose an operation that holds a place, so slots are tried where none has one. */
function withSlots(range: { from: number; length: number } | null, lane: number, steps: StepOptions[]): StepOptions[] {
  if (range === null) return steps;
  const from = Math.min(range.from, steps.length);
  const to = Math.min(steps.length, from + range.length);
  return [
    ...steps.slice(0, from),
    { lane, servicePs: [1, 1] },
    ...steps.slice(from, to),
    { givesBack: lane, servicePs: [0, 0] },
    ...steps.slice(to),
  ];
}

function laneOf(lanes: readonly number[], at: number, spread: number) {
  return { lane: lanes[at] as number, spread: Math.min(spread, lanes.length - at) };
}

function build(
  stations: readonly (typeof station extends fc.Arbitrary<infer T> ? T : never)[],
  flows: readonly (typeof flow extends fc.Arbitrary<infer T> ? T : never)[],
): Network {
  const builder = new NetworkBuilder();
  const slots = builder.station({ discipline: SLOTS, servers: 2 }).lanes[0] as number;
  const made = stations.map((options) => {
    const { station: number, lanes } = builder.station(options);
    if (options.discipline !== FAIR) return lanes;
    const own: number[] = [];
    for (const { joins, ...lane } of options.lanes)
      own.push(builder.lane(number, { ...lane, ...(joins && own.length > 0 ? { group: own[0] as number } : {}) }));
    return own;
  });
  flows.forEach((options, i) => {
    builder.flow({
      ...options,
      name: `f${i}`,
      onPs: 5 * options.gapPs,
      offPs: 10 * options.gapPs,
      // Open loops that overload a station must not grow without end.
      limit: options.limit === 0 ? 40 : options.limit,
      classes: [
        { share: options.share, bits: 8 },
        { share: 1 - options.share, bits: 16 },
      ],
      steps: withSlots(
        options.slots,
        slots,
        options.steps.map(({ station: s, lane, watches, every, spread, ...rest }) => {
          const lanes = made[s % made.length];
          const watched = watches < 0 ? undefined : made[watches % made.length]?.[0];
          return {
            ...rest,
            ...(s < 0 || lanes === undefined ? {} : laneOf(lanes, lane % Math.min(lanes.length, PRIORITIES), spread)),
            ...(every === 0 ? {} : { every: { key: `${watches % 2}`, ps: every } }),
            ...(watched === undefined ? {} : { onlyIfAsleep: watched }),
          };
        }),
      ),
    });
  });
  return builder.build();
}

test('the fast loop serves as the plain stations do, to the picosecond', () => {
  fc.assert(
    fc.property(
      fc.array(station, { minLength: 1, maxLength: 4 }),
      fc.array(flow, { minLength: 1, maxLength: 4 }),
      fc.nat(1000),
      (stations, flows, seed) => {
        const losesSome = stations.some((s) => s.discipline === POLICER || s.lanes.some((lane) => lane.limit > 0));
        const network = build(stations, losesSome ? flows.map((f) => ({ ...f, slots: null })) : flows);
        const untilPs = 500_000 * NS;
        expect(fastRun(network, seed, untilPs)).toEqual(referenceRun(network, seed, untilPs));
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

test('a run in slices is the run in one piece', () => {
  const builder = new NetworkBuilder();
  const { lanes } = builder.station({ servers: 2 });
  builder.flow({
    name: 'a',
    arrival: POISSON,
    gapPs: 600 * NS,
    classes: [{ share: 1, bits: 8 }],
    steps: [{ lane: lanes[0] as number, servicePs: [1000 * NS], law: 'exponential' }],
  });
  const network = builder.build();
  const sliced = start(network, 7, 0);
  while (run(sliced, 1e6 * NS, 17) === 'interrupted');
  const whole = start(network, 7, 0);
  run(whole, 1e6 * NS, Number.MAX_SAFE_INTEGER);
  expect([...sliced.latencySumPs]).toEqual([...whole.latencySumPs]);
  expect(sliced.events).toBe(whole.events);
});

test('a run to a time that is past changes nothing', () => {
  const builder = new NetworkBuilder();
  const { lanes } = builder.station({});
  const steps = [{ lane: lanes[0] as number, servicePs: [1000 * NS], law: 'exponential' as const }];
  builder.flow({ name: 'a', arrival: POISSON, gapPs: 1500 * NS, classes: [{ share: 1, bits: 8 }], steps });
  const state = start(builder.build(), 7, 0);
  run(state, 1e5 * NS, Number.MAX_SAFE_INTEGER);
  const { done, events } = state;
  expect(run(state, 9e4 * NS, Number.MAX_SAFE_INTEGER)).toBe('reached');
  expect(state.nowPs).toBe(1e5 * NS);
  expect([state.done, state.events]).toEqual([done, events]);
});
