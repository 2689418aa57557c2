import { expect, test } from 'vitest';
import { runDes } from '../../src/sim/des-run.js';
import { NetworkBuilder } from '../../src/sim/engine/builder.js';
import { BUCKETS } from '../../src/sim/engine/histogram.js';
import { CONSTANT, POISSON } from '../../src/sim/engine/network.js';
import { Rounds } from '../../src/sim/rounds.js';
import { compiledNetwork, unhurried } from '../support/compiled-network.js';

const US = 1e6;

function queue(arrival: number) {
  const builder = new NetworkBuilder();
  const lane = builder.station({}).lanes[0] as number;
  const classes = [{ share: 1, bits: 8 }];
  builder.flow({ name: 'a', arrival, gapPs: 2 * US, classes, steps: [{ lane, servicePs: [US] }] });
  return compiledNetwork(builder.build());
}

test('a percentile is known to its bucket and no better, and never said to lie above all that was seen', async () => {
  const { workloadLatency } = await runDes(queue(CONSTANT), { ...unhurried, seed: 1 });
  const { p50, p99, ci95 } = workloadLatency.get('f0') ?? { mean: null };
  for (const [value, [low, high]] of [
    [p99, ci95?.p99 ?? [0, 0]],
    [p50, ci95?.p50 ?? [0, 0]],
  ] as const) {
    // Every operation takes 1 us.
    expect(low).toBeLessThanOrEqual(1e-6);
    expect(high ?? 0).toBeGreaterThanOrEqual(1e-6);
    expect(high ?? 0).toBeLessThan(1.032e-6);
    expect(value).toBeLessThanOrEqual(high ?? 0);
  }
});

test('an upper end that nobody knows is null', async () => {
  // Some ten operations: nothing can be said of one in a hundred.
  const { workloadLatency } = await runDes(queue(POISSON), { ...unhurried, seed: 1, durationSec: 20e-6 });
  expect(workloadLatency.get('f0')?.ci95?.p99).toEqual([0, null]);
});

test('one part of a run that holds all there is says nothing of how sure it is', () => {
  const rounds = new Rounds(1);
  const round = (done: number) => ({
    spanPs: US,
    counts: new Uint32Array(BUCKETS),
    done: Float64Array.of(done),
    sumPs: Float64Array.of(done * US),
    above: Float64Array.of(0),
  });
  for (let i = 0; i < 8; i++) rounds.add([round(i < 4 ? 0 : 100)]);
  expect(rounds.mean([0]).high).toBe(Number.POSITIVE_INFINITY);
  const more = new Rounds(1);
  for (let i = 0; i < 8; i++) more.add([round(i < 3 ? 0 : 100)]);
  expect(more.mean([0])).toEqual({ low: US, high: US });
});
