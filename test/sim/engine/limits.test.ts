import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../../src/sim/engine/builder.js';
import { checkDepth, run, start, TooDeep } from '../../../src/sim/engine/des.js';
import { Kernel } from '../../../src/sim/engine/kernel.js';
import { CLOSED, FAIR, POISSON, SHAPER, SHARED } from '../../../src/sim/engine/network.js';
import { referenceRun } from '../../support/reference-run.js';

const classes = [{ share: 1, bits: 8 }];

test('a queue that grows for ever ends the run where memory does', () => {
  const builder = new NetworkBuilder();
  const lane = builder.station({}).lanes[0] as number;
  builder.flow({ name: 'a', arrival: POISSON, gapPs: 1000, classes, steps: [{ lane, servicePs: [1e9] }] });
  const state = start(builder.build(), 1, 0, { fuses: false });
  expect(run(state, 1e15, 1e8)).toBe('full');
  expect(state.offered[0]).toBeGreaterThan(4_000_000);
  // Told to go on, it comes back at once.
  expect(run(state, 1e15, 1e8)).toBe('full');
});

test('short jobs beside a long one at a shared station leave nothing behind', () => {
  const builder = new NetworkBuilder();
  const lane = builder.station({ discipline: SHARED }).lanes[0] as number;
  builder.flow({ name: 'long', arrival: CLOSED, depth: 1, classes, steps: [{ lane, servicePs: [1e13] }] });
  builder.flow({ name: 'short', arrival: POISSON, gapPs: 2e6, classes, steps: [{ lane, servicePs: [1e6] }] });
  const network = builder.build();
  const state = start(network, 1, 0);
  run(state, 1e10, 1e8);
  expect([...state.latencySumPs]).toEqual(referenceRun(network, 1, 1e10).latencySumPs);
  run(state, 5e11, 1e8);
  expect(state.done[1]).toBeGreaterThan(240_000);
  expect(state.image.kernel.ints.byteLength).toBeLessThan(1e6);
});

test('of a chain whose queue grows for ever the longest wait is known up to two millions', () => {
  const builder = new NetworkBuilder();
  const lane = builder.station({}).lanes[0] as number;
  builder.flow({ name: 'a', arrival: POISSON, gapPs: 1000, classes, steps: [{ lane, servicePs: [1e9] }] });
  const state = start(builder.build(), 1, 0);
  run(state, 2.5e9, 1e8);
  expect(state.offered[0]).toBeGreaterThan(2_400_000);
  expect(state.done[0]).toBeLessThan(4);
  expect(state.queueMax[0]).toBeGreaterThan(2_000_000);
  expect(state.queueMax[0]).toBeLessThan(2_200_000);
});

test('a chain whose queue grows for ever ends the run as well, before there is no memory left', () => {
  const builder = new NetworkBuilder();
  const steps = [0, 1, 2, 3].map(() => ({ lane: builder.station({}).lanes[0] as number, servicePs: [1e6] }));
  builder.flow({ name: 'a', arrival: POISSON, gapPs: 1000, classes, steps });
  const state = start(builder.build(), 1, 0);
  expect(run(state, 1e10, 1e8)).toBe('full');
  expect(state.offered[0]).toBeGreaterThan(900_000);
  expect(run(state, 1e10, 1e8)).toBe('full');
});

test('lanes of a tiny weight have their turns, at once where nobody else waits', () => {
  const builder = new NetworkBuilder();
  const { station } = builder.station({ discipline: FAIR });
  const weights = [1, 3, 1e-8, 2e-8];
  for (const [i, weight] of weights.entries()) {
    const steps = [{ lane: builder.lane(station, { weight }), servicePs: [1000], law: 'exponential' as const }];
    builder.flow({ name: `${i}`, arrival: weight < 1 ? CLOSED : POISSON, depth: 4, gapPs: 8000, classes, steps });
  }
  const state = start(builder.build(), 1, 0);
  run(state, 1e8, 1e8);
  const { done } = state;
  // What open flows leave is shared by weight.
  expect((done[0] as number) + (done[1] as number)).toBeGreaterThan(24_000);
  expect((done[2] as number) + (done[3] as number)).toBeGreaterThan(70_000);
  expect((done[3] as number) / (done[2] as number)).toBeCloseTo(2, 1);
});

test('addresses beyond 2 GB are those of numbers without a sign', () => {
  const kernel = new Kernel();
  kernel.allocate(2 ** 31);
  const [real, int] = [kernel.copyReals(Float64Array.of(1.5)), kernel.copyInts(Int32Array.of(-7))];
  expect(real).toBeGreaterThan(2 ** 31);
  expect([kernel.real(real), kernel.int(int)]).toEqual([1.5, -7]);
  kernel.setReal(real, 2.5);
  expect(kernel.real(real)).toBe(2.5);
});

test('more operations at once than there is room for are refused', () => {
  const builder = new NetworkBuilder();
  const lane = builder.station({}).lanes[0] as number;
  for (const name of ['a', 'b', 'c'])
    builder.flow({ name, arrival: CLOSED, depth: 1_000_000, classes, steps: [{ lane, servicePs: [1000] }] });
  expect(() => checkDepth(builder.build())).toThrow(TooDeep);
  expect(() => checkDepth(builder.build())).toThrow('keep 3,000,000 operations going at once');
});

test('tokens that come in slices let a burst through at the beginning of each', () => {
  const builder = new NetworkBuilder();
  const slice = 1000;
  const shaped = builder.station({ discipline: SHAPER, chunkPs: slice }).lanes[0] as number;
  // Each job takes a third of a slice and a bit: three overdraw it, and a slice comes short of what they took too much.
  builder.flow({ name: 'a', arrival: CLOSED, depth: 1, classes, steps: [{ servicePs: [10] }, { lane: shaped, servicePs: [340] }] });
  const state = start(builder.build(), 1, 0);
  run(state, slice - 1, 1e6);
  expect(state.done[0]).toBe(3);
  run(state, 100 * slice - 1, 1e6);
  // In the long run what the tokens allow, less what is left over at the end of a slice.
  expect(state.done[0]).toBe(295);
  expect((state.done[0] as number) * 340).toBeLessThanOrEqual(100 * slice + 340);
});
