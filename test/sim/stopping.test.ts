import { expect, test } from 'vitest';
import { Cancelled, runDes } from '../../src/sim/des-run.js';
import { NetworkBuilder } from '../../src/sim/engine/builder.js';
import { CLOSED, type Network, POISSON } from '../../src/sim/engine/network.js';
import { type ReplicaThread, serveReplicas, startOnThreads } from '../../src/sim/replica-worker.js';
import { compiledNetwork, unhurried } from '../support/compiled-network.js';

const US = 1e6;

function mm1(load: number, limit = 0): Network {
  const builder = new NetworkBuilder();
  const lane = builder.station({}).lanes[0] as number;
  builder.flow({
    name: 'a',
    arrival: POISSON,
    gapPs: US / load,
    limit,
    classes: [{ share: 1, bits: 8 }],
    steps: [{ lane, servicePs: [US], law: 'exponential' }],
  });
  return builder.build();
}

test('95 % intervals of mean and p99 cover the theory of M/M/1 in about 95 % of 200 runs that stop by themselves', async () => {
  const load = 0.6;
  const theory = { mean: 1 / (1 - load), p99: Math.log(100) / (1 - load) };
  const covered = { mean: 0, p99: 0 };
  for (let seed = 0; seed < 200; seed++) {
    const { workloadLatency, notes } = await runDes(compiledNetwork(mm1(load)), { ...unhurried, seed, precisionRatio: 0.12 });
    const ci95 = workloadLatency.get('f0')?.ci95;
    expect(notes).toEqual([]);
    for (const name of ['mean', 'p99'] as const) {
      const [low, high] = (ci95?.[name] ?? [0, 0]).map((sec) => (sec ?? 0) * 1e6) as [number, number];
      expect((high - low) / (high + low)).toBeLessThan(0.12);
      if (low <= theory[name] && theory[name] <= high) covered[name]++;
    }
  }
  // 190 are expected; fewer than 180 or all of them would happen once in thousands of years of tests.
  expect(covered.mean).toBeGreaterThanOrEqual(180);
  expect(covered.p99).toBeGreaterThanOrEqual(180);
}, 120_000);

/** A thread that is none: the messages of a worker without the worker, as JSON-free as structured clone leaves them. */
function inlineThread(): ReplicaThread {
  const serve = serveReplicas(() => 0);
  return { ask: async (message) => structuredClone(serve(structuredClone(message))), terminate: () => undefined };
}

test('results are the same for any number of threads', async () => {
  const builder = new NetworkBuilder();
  const lane = builder.station({ servers: 2 }).lanes[0] as number;
  const classes = [{ share: 1, bits: 8 }];
  const steps = [{ lane, servicePs: [US], law: 'exponential' as const }, { servicePs: [3 * US] }];
  builder.flow({ name: 'open', arrival: POISSON, gapPs: 1.1 * US, classes, steps });
  builder.flow({ name: 'closed', arrival: CLOSED, depth: 3, thinkPs: 4 * US, classes, steps });
  const compiled = compiledNetwork(builder.build());
  const here = await runDes(compiled, { ...unhurried, seed: 9 });
  for (const threads of [1, 2, 3, 8]) {
    const there = await runDes(compiled, { ...unhurried, seed: 9, startReplicas: startOnThreads(threads, inlineThread) });
    expect(there).toEqual(here);
  }
});

test('a budget that ends first says what was reached, and of what', async () => {
  let now = 0;
  const options = { ...unhurried, seed: 1, precisionRatio: 0.0005, budgetSec: 40, clock: () => now++ * 0.2 };
  const { notes, workloadLatency } = await runDes(compiledNetwork(mm1(0.5)), options);
  expect(notes.join()).toMatch(/^The budget of 40 s ended with intervals of ±[\d.]+ % \((mean|p99) of f0\); ±0.05 % was wanted\.$/);
  expect(workloadLatency.get('f0')?.mean).toBeGreaterThan(0);
});

test('overload has no steady state, and the run says so', async () => {
  let now = 0;
  const { notes } = await runDes(compiledNetwork(mm1(1.3)), { ...unhurried, seed: 1, budgetSec: 20, clock: () => now++ * 0.4 });
  expect(notes.join()).toMatch(/settled|budget/);
});

test('a cancellation ends a run', async () => {
  let asked = 0;
  let now = 0;
  const run = runDes(compiledNetwork(mm1(0.9)), {
    ...unhurried,
    seed: 1,
    precisionRatio: 1e-6,
    clock: () => now++ * 0.01,
    isCancelled: () => ++asked > 3,
  });
  await expect(run).rejects.toThrow(Cancelled);
});
