import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../../src/sim/engine/builder.js';
import { checkDepth, run, start, TooDeep } from '../../../src/sim/engine/des.js';
import { CLOSED, POISSON, SHAPER } from '../../../src/sim/engine/network.js';

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
